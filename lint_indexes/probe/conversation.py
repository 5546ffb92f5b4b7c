"""Commands to the probe, and its questions meanwhile."""

from __future__ import annotations

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.result import Result
from lint_indexes.errors import ProbeError
from lint_indexes.probe.process import ProbeProcess
from lint_indexes.probe.protocol import AgainError, EnvironmentNeededError, Server
from lint_indexes.probe.wire import Fields, decode, encode, origin_from, parameters_from, result_message

OUTPUT_LINES = 20
"""How much of what the project's code printed is shown with an error."""


class Conversation:
    """Several commands may have begun; they finish in the order in which they began."""

    def __init__(self, process: ProbeProcess) -> None:
        self._process = process
        self._begun = 0

    def begin(self, command: str, **arguments: object) -> None:
        """Send a command."""
        self._process.idle = False
        self._begun += 1
        self._process.send(encode({"command": command, **arguments}))

    def finish(self, doing: str, server: Server | None) -> Fields:
        """Answer the questions of the command that began first, until it ends; returns what it is done with.

        Args:
            doing: What the command does, for errors.
            server: Answers them; None where there should be none.

        Raises:
            ProbeError: the command failed, or asked without a server.
            AgainError: the server refused what the probe took for granted, or it came to something else.
            EnvironmentNeededError: the probe does without what the command needs.
        """
        void = False
        while True:
            message = self._receive(doing)
            if _ends(message):
                break
            if server is None:
                raise ProbeError(f"the probe asked for a server while {doing}")
            if "tell" in message:
                void = void or not _agrees(server, message)
            else:
                self._process.send(encode({"again": True} if void else _answer(server, message)))
        if void:
            raise AgainError
        if "environment_needed" in message:
            raise EnvironmentNeededError
        raise_failed(message, self._process)
        return message.child("done")

    def drop(self, doing: str) -> None:
        """Wait for the end of the command that began first; what it does and says is void."""
        while True:
            message = self._receive(doing)
            if _ends(message):
                return
            if "ask" in message:
                self._process.send(encode({"again": True}))

    def _receive(self, doing: str) -> Fields:
        message = decode(self._process.receive(doing))
        if _ends(message):
            self._begun -= 1
            self._process.idle = self._begun == 0
        return message


def _ends(message: Fields) -> bool:
    return any(name in message for name in ("done", "failed", "environment_needed"))


def _answer(server: Server, message: Fields) -> dict[str, object]:
    question = message.text("ask")
    try:
        if question == "inspect":
            asked = message.text("question"), message.mapping("arguments")
            return {"answer": server.inspect(*asked, origin_from(message.child("origin")))}
        result = _execute(server, question, message)
    except SqlError as error:
        return {"error": {"sqlstate": error.sqlstate, "message": error.message}}
    return {"answer": result_message(result)}


def _agrees(server: Server, message: Fields) -> bool:
    """Do what the probe takes for granted; whether that had no rows, and counted as many as foreseen."""
    foreseen = Result(rowcount=message.number("rowcount")) if "rowcount" in message else Result()
    try:
        return _execute(server, message.text("tell"), message) == foreseen
    except SqlError:
        return False


def _execute(server: Server, name: str, message: Fields) -> Result:
    if name in ("execute", "execute_alone"):
        execute = server.execute if name == "execute" else server.execute_alone
        return execute(message.text("sql"), parameters_from(message), origin_from(message.child("origin")))
    transaction = {"begin": server.begin, "commit": server.commit, "rollback": server.rollback}
    if name not in transaction:
        raise ProbeError(f"the probe asked an unknown question: {name}")
    transaction[name]()
    return Result()


def raise_failed(message: Fields, process: ProbeProcess) -> None:
    """Raise what the probe failed with, if it did, with the last of what the project's code printed."""
    if "failed" not in message:
        return
    failed = message.child("failed")
    details, output = failed.optional_text("details"), process.whole_output()
    if output is not None:
        shown = "\n".join(output.splitlines()[-OUTPUT_LINES:])
        details = "\n".join((*([details] if details else []), "output of the project's code:", shown))
    raise ProbeError(failed.text("message"), hint=failed.optional_text("hint"), details=details)
