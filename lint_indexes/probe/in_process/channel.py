"""The pipe to the client: one JSON object per line, whatever the user's code does to the standard streams."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import json
import threading
import uuid

# Bound here, before any code of the project can replace them.
_encode = json.JSONEncoder(default=str, ensure_ascii=True, skipkeys=True).encode
_decode = json.JSONDecoder().decode


class ServerError(Exception):
    """The server refused a statement."""

    def __init__(self, sqlstate, message):
        super().__init__(message)
        self.sqlstate = sqlstate
        self.message = message


class AgainError(BaseException):
    """Something that was told was refused: what has run since is void, and will be run once more."""


class ClosedError(Exception):
    """A question was asked while no command runs: by a thread that outlived its command."""


class Channel:
    """Receives commands, asks the client's server, replies; ``leave`` ends the process with the client."""

    def __init__(self, reader, writer, leave):
        self._reader = reader
        self._writer = writer
        self._leave = leave
        self._lock = threading.RLock()
        self._commands = collections.deque()
        self._open = False

    def receive(self):
        """The next command; the process ends with the client."""
        command = self._commands.popleft() if self._commands else self._read()
        self._open = True
        return command

    def _read(self):
        line = self._reader.readline()
        if not line:
            self._leave()
        return _decode(line.decode("ascii"))

    def reply(self, message):
        """End the running command."""
        with self._lock:
            self._open = False
            self._send(message)
            self._flush()

    def ask(self, name, /, **arguments):
        """Ask the client's server, and wait.

        Raises:
            ServerError: as the server said.
            AgainError: it refused something that it was told before.
            ClosedError: no command is running.
        """
        with self._lock:
            self._say({"ask": name, **arguments})
            self._flush()
            message = self._read()
            while "command" in message:  # one that is to come after this one
                self._commands.append(message)
                message = self._read()
        if "again" in message:
            raise AgainError
        if "error" in message:
            raise ServerError(message["error"]["sqlstate"], message["error"]["message"])
        return message["answer"]

    def tell(self, name, /, **arguments):
        """Tell the client's server, and go on as if it had agreed: it begins with that meanwhile.

        Raises:
            ClosedError: no command is running.
        """
        with self._lock:
            self._say({"tell": name, **arguments})
            self._flush()

    def _say(self, message):
        if not self._open:
            raise ClosedError("lint-indexes: the migration has ended")
        self._send(message)

    def _send(self, message):
        try:
            self._writer.write(_encode(message).encode("ascii") + b"\n")
        except BrokenPipeError:
            self._leave()  # the client was killed before it could listen

    def _flush(self):
        try:
            self._writer.flush()
        except BrokenPipeError:
            self._leave()  # the client was killed before it could listen


def untagged(value):
    """A value of a row: what JSON does not know arrives as {"$": type, "text": ...}."""
    if isinstance(value, list):
        return [untagged(item) for item in value]
    if isinstance(value, dict) and value.keys() == _TAG:
        return _READERS.get(value["$"], str)(value["text"])
    return value


def tagged(value):
    """A parameter: what JSON does not know as {"$": the type that a driver gives it in PostgreSQL, "text": as
    PostgreSQL reads it}. Of what no driver knows there is only the text.
    """
    if isinstance(value, (list, tuple)):
        return [tagged(item) for item in value]
    for kind, (naive, aware) in _PARAMETER_TYPES.items():
        if isinstance(value, kind):
            name = naive if getattr(value, "tzinfo", None) is None else aware
            return {"$": name, "text": _text(value)}
    return value


def _text(value):
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "\\x" + bytes(value).hex()
    if isinstance(value, dt.timedelta):
        return f"{value.days} days {value.seconds}.{value.microseconds:06} seconds"
    return str(value)


_TAG = {"$", "text"}
_READERS = {
    "bytes": bytes.fromhex,
    "Decimal": decimal.Decimal,
    "UUID": uuid.UUID,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "timedelta": lambda seconds: dt.timedelta(seconds=float(seconds)),
}
_PARAMETER_TYPES = {
    uuid.UUID: ("uuid", None),
    decimal.Decimal: ("numeric", None),
    dt.datetime: ("timestamp", "timestamptz"),  # before date, which it is as well
    dt.date: ("date", None),
    dt.time: ("time", "timetz"),
    dt.timedelta: ("interval", None),
    (bytes, bytearray, memoryview): ("bytea", None),
}
"""The type of a value, and of one with a time zone."""
