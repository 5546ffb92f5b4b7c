"""Keeps a replay from reaching the world: connections, processes and writes are refused and written down.

A guard, not a sandbox: what raises no audit event (code in C that connects by itself) passes.
"""

from __future__ import annotations

import errno
import os
import socket
import sys

from .origins import current_stack, is_standard_library

NETWORK, PROCESSES, WRITES = "network", "processes", "writes"

# Modules of the standard library that start processes to learn about the machine.
_ASKING_MODULES = frozenset(("ctypes.util", "platform", "uuid", "_osx_support", "sysconfig"))
# subprocess raises an audit event of its own; the tracker only waits for the end of this process.
_ANNOUNCED_OR_HARMLESS = frozenset(("subprocess", "multiprocessing.resource_tracker"))
# They try, and carry on without when they are refused: not worth telling.
_CAREFREE_MODULES = frozenset(("logging.handlers",))
_LOCAL_NAMES = frozenset((None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"))
_DEVICES = frozenset((os.devnull, "/dev/tty", "/dev/zero", "/dev/stdout", "/dev/stderr"))
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Refusal:
    """Something that was not allowed. ``permission`` is what the configuration would have to allow."""

    def __init__(self, permission, what, place):
        self.permission = permission
        self.what = what
        self.place = place

    def described(self):
        where = f" ({self.place[0]}:{self.place[1]})" if self.place else ""
        return f"{self.what}{where}"


class Guard:
    """Refuses by an audit hook. ``locate`` maps a frame to (path, line) of the user's code."""

    def __init__(self, allow, scratch, locate):
        self._allow = frozenset(allow)
        self._scratch = os.path.join(os.path.realpath(scratch), "")
        self.refusals = []
        self._checks = {}
        self.locate = locate

    def install(self):
        """Start to refuse; there is no way back (sys.addaudithook)."""
        if NETWORK not in self._allow:
            self._checks.update(_network_checks(self))
        if PROCESSES not in self._allow:
            self._checks.update(_process_checks(self))
        if WRITES not in self._allow:
            self._checks.update(_write_checks(self))
        checks = self._checks

        def hook(event, arguments):
            check = checks.get(event)
            if check is not None:
                check(*arguments)

        sys.addaudithook(hook)

    def lift(self):
        """Refuse nothing from here on."""
        self._checks.clear()

    def take_refusals(self):
        """What was refused since the last call."""
        taken, self.refusals = self.refusals, []
        return taken

    def refuse(self, permission, what, path=None):
        """Write a refusal down, and raise what a refusal looks like to the code."""
        frame = sys._getframe(1)
        if not _called_from(frame, _CAREFREE_MODULES):
            self.refusals.append(Refusal(permission, what, self.locate(frame)))
        message = f"refused by lint-indexes: {what}"
        error = (
            ConnectionRefusedError(errno.ECONNREFUSED, message)
            if permission == NETWORK
            else PermissionError(errno.EACCES, message, path)
        )
        error.refused_permission = permission
        raise error

    def is_free(self, path):
        """Whether a path may be written: a descriptor, a device, or below the scratch folder."""
        if isinstance(path, int):
            return True
        name = os.fsdecode(path)
        if name in _DEVICES:
            return True
        folder, base = os.path.split(os.path.abspath(name))
        return os.path.join(os.path.realpath(folder), base, "").startswith(self._scratch)


def _called_from(frame, modules):
    return any(
        found.f_globals.get("__name__") in modules and is_standard_library(found.f_code.co_filename)
        for found in current_stack(frame)
    )


def _network_checks(guard):
    def connect(sock, address):
        if sys.platform == "win32" and sys._getframe(2).f_code.co_name == "socketpair":
            return  # Windows builds a socketpair, which asyncio needs, from a loopback connection.
        guard.refuse(NETWORK, f"tried to connect to {_address(address)}")

    def send(sock, address):
        guard.refuse(NETWORK, f"tried to send to {_address(address)}")

    def look_up(host, *rest):
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if name in _LOCAL_NAMES or _is_numeric(name) or name == socket.gethostname():
            return
        port = rest[0] if rest else None
        target = name if port in (None, 0) else f"{name}:{port}"
        try:
            guard.refuse(NETWORK, f"tried to connect to {target}")
        except ConnectionRefusedError as error:
            raise socket.gaierror(socket.EAI_NONAME, error.strerror) from None

    def reverse(*address):
        raise socket.herror(1, "refused by lint-indexes")

    return {
        "socket.connect": connect,
        "socket.sendto": send,
        "socket.sendmsg": lambda sock, address: address is None or send(sock, address),
        "socket.getaddrinfo": look_up,
        "socket.gethostbyname": look_up,
        "socket.gethostbyaddr": reverse,
    }


def _address(address):
    if isinstance(address, tuple) and len(address) >= 2:
        return f"{address[0]}:{address[1]}"
    return os.fsdecode(address) if isinstance(address, (str, bytes)) else str(address)


def _is_numeric(host):
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, str(host))
        except (OSError, ValueError):
            continue
        return True
    return False


def _process_checks(guard):
    def start(program, *rest):
        if not _called_from(sys._getframe(1), _ASKING_MODULES):
            guard.refuse(PROCESSES, f"tried to run {_command(program, rest)}")

    def fork(*arguments):
        guard.refuse(PROCESSES, "tried to start a child process")

    def kill(process, signal):
        if signal != 0 and process != os.getpid():
            guard.refuse(PROCESSES, f"tried to send signal {signal} to process {process}")

    def spawn(mode, program, *rest):
        start(program, *rest)

    names = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile", "pty.spawn")
    checks = dict.fromkeys(names, start)
    checks.update(
        {"os.fork": fork, "os.forkpty": fork, "os.spawn": spawn, "os.kill": kill, "os.killpg": kill}
    )
    _guard_fork_exec(guard)
    return checks


def _guard_fork_exec(guard):
    """multiprocessing starts its children by a function that raises no audit event."""
    try:
        import _posixsubprocess
    except ImportError:
        return
    original = _posixsubprocess.fork_exec

    def fork_exec(args, *rest):
        if not _called_from(sys._getframe(1), _ANNOUNCED_OR_HARMLESS):
            guard.refuse(PROCESSES, "tried to start a child process")
        return original(args, *rest)

    _posixsubprocess.fork_exec = fork_exec


def _command(program, rest):
    arguments = rest[0] if rest else None
    if isinstance(arguments, (list, tuple)) and arguments:
        return " ".join(_word(argument) for argument in arguments)[:200]
    return _word(arguments if isinstance(arguments, (str, bytes)) else program)[:200]


def _word(value):
    return os.fsdecode(value) if isinstance(value, (str, bytes, os.PathLike)) else str(value)


def _write_checks(guard):
    def check(path, verb, folder=-1):
        target = _resolved(path, folder)
        if not guard.is_free(target):
            if ".pyc" in os.path.basename(os.fsdecode(target)):
                raise PermissionError(errno.EACCES, "refused by lint-indexes")
            guard.refuse(WRITES, f"tried to {verb} {os.fsdecode(target)}", os.fsdecode(target))

    def open_file(path, mode, flags):
        writing = any(letter in mode for letter in "wax+") if isinstance(mode, str) else flags & _WRITING
        if writing:
            check(path, "write")

    def make_folder(path, mode, folder=-1):
        if not os.path.isdir(_resolved(path, folder)):
            check(path, "create the folder", folder)

    def rename(source, target, source_folder=-1, target_folder=-1):
        check(source, "rename", source_folder)
        check(target, "overwrite", target_folder)

    def link(source, target, *folders):
        check(target, "create", folders[-1] if folders else -1)

    def database(path, *rest):
        if path not in (":memory:", b":memory:", "") and not str(path).startswith("file::memory:"):
            check(path, "open the database")

    return {
        "open": open_file,
        "os.mkdir": make_folder,
        "os.remove": lambda path, folder=-1: check(path, "delete", folder),
        "os.rmdir": lambda path, folder=-1: check(path, "delete", folder),
        "shutil.rmtree": lambda path, folder=None: check(path, "delete", -1 if folder is None else folder),
        "os.rename": rename,
        "os.link": link,
        "os.symlink": link,
        "os.truncate": lambda path, length: check(path, "truncate"),
        "os.chmod": lambda path, mode, folder=-1: check(path, "change the mode of", folder),
        "os.chown": lambda path, uid, gid, folder=-1: check(path, "change the owner of", folder),
        "os.utime": lambda path, times, ns, folder=-1: check(path, "change the times of", folder),
        "sqlite3.connect": database,
    }


def _resolved(path, folder):
    """The path that a call with dir_fd means."""
    if isinstance(path, int) or folder in (-1, None) or os.path.isabs(path):
        return path
    try:
        return os.path.join(os.readlink(f"/proc/self/fd/{folder}"), os.fsdecode(path))
    except OSError:
        return path
