"""The probe's process and the pipe to it."""

from __future__ import annotations

import contextlib
import io
import queue
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO

from lint_indexes.errors import NoAnswerError, ProbeError
from lint_indexes.probe.environment import probe_environment
from lint_indexes.scratch import ScratchFolder

SCRIPT = Path(__file__).parent / "in_process" / "__main__.py"
END_OF_OUTPUT = b"\0lint-indexes: that is all\n"
STDERR_LINES = 200
LEAVE_SECONDS = 2.0
TIMEOUT = 60.0
_DONE = object()


class ProbeProcess:
    """Started at once; ``close`` ends it whatever it is doing."""

    def __init__(self, python: Path, root: Path, environ: Mapping[str, str], env: Mapping[str, str]) -> None:
        self.timeout = TIMEOUT
        """The number of seconds of silence after which it is given up."""
        self.idle = True
        """Whether the probe waits for a command, and so leaves by itself when the pipe is closed."""
        self.lent = False
        """Whether whoever has started it closes it, and not whoever talks to it."""
        self.meanwhile: Iterator[object] = iter(())
        """Work that is done a piece at a time for as long as there is nothing to receive."""
        self._python = python
        self._scratch = ScratchFolder("probe")
        self._chunks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._lines: deque[bytes] = deque()
        self._rest = b""
        self._errors: deque[str] = deque(maxlen=STDERR_LINES)
        self._said_all = threading.Event()
        scratch = str(self._scratch.path)
        keep = "" if {**environ, **env}.get("PYTHONDONTWRITEBYTECODE") else "keep"
        try:
            self._process = subprocess.Popen(
                [str(python.absolute()), str(SCRIPT), scratch, keep],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=root,
                env=probe_environment(environ, env, scratch),
            )
        except BaseException as error:
            self._scratch.remove()
            if not isinstance(error, OSError):
                raise
            raise ProbeError(f"cannot start {python}: {error.strerror or error}") from None
        self._readers = (
            _started(self._read_lines, self._process.stdout),
            _started(self._read_errors, self._process.stderr),
        )

    def _read_lines(self, stream: IO[bytes]) -> None:
        assert isinstance(stream, io.BufferedReader)
        with stream:
            while chunk := stream.read1():
                self._chunks.put(chunk)
        self._chunks.put(b"")

    def _read_errors(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                text = line.removesuffix(END_OF_OUTPUT)
                if text:
                    self._errors.append(text.decode("utf-8", "replace").rstrip("\r\n"))
                if len(text) < len(line):
                    self._said_all.set()
        self._said_all.set()

    @property
    def output(self) -> str | None:
        """The last lines that the project's code printed, None if it was quiet."""
        return "\n".join(self._errors) or None

    def whole_output(self) -> str | None:
        """The same where the probe has said that a command failed: it comes another way than that."""
        self._said_all.wait(LEAVE_SECONDS)
        self._said_all.clear()
        return self.output

    def send(self, line: bytes) -> None:
        """Send one line; that the probe is gone is noticed by the next ``receive``."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def receive(self, doing: str) -> bytes:
        """The next line.

        Raises:
            NoAnswerError: the process was silent for too long.
            ProbeError: it ended while it was ``doing`` something.
        """
        while not self._lines:
            chunk = self._next_chunk(doing)
            if not chunk:
                raise self._ended(doing)
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            self._lines.extend(lines)
        return self._lines.popleft()

    def _next_chunk(self, doing: str) -> bytes:
        while self._chunks.empty() and next(self.meanwhile, _DONE) is not _DONE:
            pass
        try:
            return self._chunks.get(timeout=self.timeout)
        except queue.Empty:
            self.close()
            raise NoAnswerError(
                f"no answer for {self.timeout:g} s while {doing}",
                hint="something in the project's code waits or loops; if it is slow, raise the key timeout",
                details=self.output,
            ) from None

    def _ended(self, doing: str) -> ProbeError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(LEAVE_SECONDS)
        self._join_readers()
        status = self._process.returncode
        return ProbeError(
            f"{self._python} ended with status {status} while {doing}",
            hint="the project's code may have ended it (os._exit), or it is no working Python",
            details=self.output,
        )

    def dismiss(self) -> None:
        """Let it leave when there is nothing left to answer; it is still to be closed."""
        self._close_pipe()

    def close(self) -> None:
        """End the process and remove its scratch folder."""
        self._close_pipe()
        try:
            self._process.wait(LEAVE_SECONDS if self.idle else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._join_readers()
        self._scratch.remove()

    def _close_pipe(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def _join_readers(self) -> None:
        """Wait for the last output; a child of the project's code may hold the pipe open for longer."""
        for reader in self._readers:
            reader.join(LEAVE_SECONDS)


def _started(read: Callable[[IO[bytes]], None], stream: IO[bytes] | None) -> threading.Thread:
    thread = threading.Thread(target=read, args=(stream,), daemon=True)
    thread.start()
    return thread
