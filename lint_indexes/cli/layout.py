"""click commands whose help is laid out in sections, and a group with a default command."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from lint_indexes.cli.streams import write_report
from lint_indexes.model.names import nearest_name

HELP_NAMES = ("-h", "--help")
OTHER = "Others"
Row = tuple[str, str]


class SectionOption(click.Option):
    """An option that is listed under a heading of its own."""

    def __init__(self, *arguments: Any, section: str = OTHER, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.section = section


class _Page(click.Command):
    """Shared by commands and the group: help through our own stdout, examples at the end."""

    def __init__(
        self,
        *arguments: Any,
        examples: tuple[Row, ...] = (),
        exit_status: tuple[Row, ...] = (),
        **settings: Any,
    ) -> None:
        super().__init__(*arguments, **settings)
        self.examples = examples
        self.exit_status = exit_status

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        def show_help(ctx: click.Context, param: click.Parameter, value: bool) -> None:
            if value and not ctx.resilient_parsing:
                write_report(f"{ctx.get_help()}\n")
                ctx.exit()

        return SectionOption(
            HELP_NAMES,
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=show_help,
            help="Show this text and exit.",
        )

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, rows in (("Examples", self.examples), ("Exit status", self.exit_status)):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows, col_max=46)


def write_sections(
    params: Iterable[click.Parameter], ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """Write options section by section, in the order of their declaration."""
    sections: dict[str, list[Row]] = {}
    for param in params:
        record = param.get_help_record(ctx)
        if record is not None and isinstance(param, click.Option):
            sections.setdefault(getattr(param, "section", OTHER), []).append(record)
    for title, rows in sections.items():
        with formatter.section(title):
            formatter.write_dl(rows)


class SectionedCommand(_Page):
    """A command with its options in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_sections(self.get_params(ctx), ctx, formatter)


class DefaultGroup(_Page, click.Group):
    """A group that runs ``default_command`` where the first word is no command, but an option or a file of
    that one, or nothing.
    """

    default_command = "check"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {name for param in self.get_params(ctx) for name in param.opts}
        if not args or (args[0] not in own and self._is_of_default(args[0])):
            args = [self.default_command, *args]
        return super().parse_args(ctx, args)

    def _is_of_default(self, word: str) -> bool:
        """Whether the default command is meant; a command is not taken for a file of its name."""
        return word.startswith("-") or (word not in self.commands and _names_file(word))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None:
            ctx.fail(self._no_command(args[0]))
        return super().resolve_command(ctx, args)

    def _no_command(self, word: str) -> str:
        nearest = nearest_name(word, self.commands)
        meant = f"did you mean {nearest}?" if nearest else f"known are {', '.join(self.commands)}"
        return f"no command {word!r}, and no such file; {meant}"

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        name = ctx.command_path
        formatter.write_usage(name, f"[{self.default_command}] [OPTIONS] [FILE]...")
        formatter.write_usage(name, "COMMAND [OPTIONS]", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = ((name, self.commands[name]) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(limit=90)) for name, command in commands])
        default = self.commands[self.default_command]
        write_sections((*default.params, *self.get_params(ctx)), ctx, formatter)


def _names_file(word: str) -> bool:
    """Whether a word is a file, or can be nothing else, so that the command says what is wrong with it."""
    return Path(word).exists() or "/" in word or os.sep in word or Path(word).suffix != ""
