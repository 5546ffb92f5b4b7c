"""The commands of the client, answered one after the other until the pipe closes."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import sys

import alembic
import sqlalchemy

from .channel import Channel
from .commands import Commands
from .problems import Problem, problem_of
from .revisions import EnvironmentNeeded

PROTOCOL_VERSION = 7
END_OF_OUTPUT = b"\0lint-indexes: that is all\n"


def serve(reader, writer, scratch, inputs):
    """Greet, then answer until the client is gone; ``scratch`` is the only folder that may be written, and
    ``inputs`` writes down what is read.
    """

    def leave():
        shutil.rmtree(scratch, ignore_errors=True)  # the client removes it too, unless it was killed
        os._exit(0)

    channel = Channel(reader, writer, leave)
    channel.reply(
        {
            "hello": {
                "protocol": PROTOCOL_VERSION,
                "python": platform.python_version(),
                "sqlalchemy": sqlalchemy.__version__,
                "alembic": alembic.__version__,
            }
        }
    )
    probe = Commands(channel, scratch, inputs)
    while True:
        command = channel.receive()
        try:
            channel.reply({"done": probe.answer(command)})
        except KeyboardInterrupt:
            os._exit(130)
        except EnvironmentNeeded:
            channel.reply({"environment_needed": True})
        except Problem as problem:
            _fail(channel, problem)
        except BaseException as error:
            problem = problem_of(error, f'the command "{command.get("command")}" failed')
            _fail(channel, problem)


def _fail(channel, problem):
    """Say why a command failed, when all that was printed before is on its way."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # it may be the project's own
            stream.flush()
    with contextlib.suppress(OSError):
        os.write(2, END_OF_OUTPUT)
    channel.reply({"failed": problem.as_message()})
