"""The hook, added to a text of .pre-commit-config.yaml, of which everything else stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from lint_indexes.errors import LintIndexesError

FILE_NAME = ".pre-commit-config.yaml"
HOOK = "lint-indexes"

_PLAIN = re.compile(r"[\w./][\w./ -]*", re.ASCII)


def with_hook(path: Path, text: str, command: str) -> str:
    """The text with a hook that runs ``command``, or as it was where there is a hook of ours.

    The hook is a local one: it runs what is installed. New lines are spliced in, since a YAML library that
    writes the whole anew would lay it out anew; the result is parsed to prove that it says the same and ours.

    Parameters:
        path: the file that has the text, for errors.

    Raises:
        LintIndexesError: the text is no such configuration, or laid out so that nothing can be added.
    """
    content = _loaded(path, text) or {}
    repos = content.get("repos") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(repos, list | None):
        raise LintIndexesError(
            f"{path} is no configuration of pre-commit", hint="mend it, or leave out --hook"
        )
    if _has_hook(repos or []):
        return text
    newline = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    result = _spliced(text, command, newline)
    wanted = {**content, "repos": [*(repos or []), _loaded(path, "\n".join(_item(command, 0)))[0]]}
    if result is None or _loaded(path, result) != wanted:
        raise LintIndexesError(
            f"{path} is laid out so that the hook cannot be added",
            details="\n".join(_item(command, 2)),
            hint="add it by hand, and leave out --hook",
        )
    return result


def _loaded(path: Path, text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise LintIndexesError(
            f"{path} cannot be read: {reason}", hint="mend it, or leave out --hook"
        ) from error


def _has_hook(repos: list[Any]) -> bool:
    """Whether a hook is ours, by its id or by what it runs."""
    hooks = (hook for repo in repos if isinstance(repo, dict) for hook in repo.get("hooks") or ())
    return any(
        isinstance(hook, dict) and (hook.get("id") == HOOK or HOOK in str(hook.get("entry", "")).split())
        for hook in hooks
    )


def _item(command: str, indent: int) -> Iterator[str]:
    """The element of ``repos``; as .pre-commit-hooks.yaml has it, but for what runs."""
    entry = command if _PLAIN.fullmatch(command) else json.dumps(command)
    lines = (
        "- repo: local",
        "  hooks:",
        f"    - id: {HOOK}",
        f"      name: {HOOK}",
        f"      entry: {entry}",
        "      language: system",
        "      always_run: true",
        "      pass_filenames: false",
        "      require_serial: true",
        "      verbose: true",
    )
    return (f"{' ' * indent}{line}" for line in lines)


def _spliced(text: str, command: str, newline: str) -> str | None:
    """None where the list of repositories is laid out in a way that is not known here."""
    # Line breaks that only YAML knows (NEL, LS, PS) would make its line numbers differ from ours.
    *ended, last = text.split("\n")
    lines = [*(f"{line}\n" for line in ended), *([last] if last else [])]
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    repos = _value(root, "repos")
    if root is not None and not (isinstance(root, yaml.MappingNode) and not root.flow_style):
        return None
    if repos is None:
        at, indent, head = len(lines) if root is None else _last_line(root), 2, [f"repos:{newline}"]
    elif isinstance(repos, yaml.SequenceNode) and repos.value and not repos.flow_style:
        at, indent, head = _last_line(repos), repos.start_mark.column, []
    elif not repos.value:
        return _in_place_of_nothing(text, repos, command, newline)
    else:
        return None
    if at and not lines[at - 1].endswith("\n"):
        lines[at - 1] += newline
    added = [*head, *(f"{line}{newline}" for line in _item(command, indent))]
    return "".join((*lines[:at], *added, *lines[at:]))


def _in_place_of_nothing(text: str, repos: yaml.Node, command: str, newline: str) -> str:
    """``repos: []``, or ``repos:`` alone."""
    start, end = repos.start_mark.index, repos.end_mark.index
    if start == end:
        start = end = text.rindex(":", 0, start) + 1
    added = "".join(f"{newline}{line}" for line in _item(command, 2))
    return f"{text[:start].rstrip(' ')}{added}{text[end:]}"


def _value(root: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == name), None)


def _last_line(node: yaml.Node) -> int:
    """How many lines of the text end with a node, what stands below it not counted."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style:
        # A literal block ends where the next line begins.
        return int(node.end_mark.line + (node.end_mark.column > 0))
    parts = [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
    return max(map(_last_line, parts))
