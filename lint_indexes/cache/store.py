"""Finds the report of an earlier run, and keeps that of this one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from lint_indexes.cache.fingerprint import ChangedMeanwhileError, Fingerprint, State, fingerprint, merged
from lint_indexes.cache.folder import CacheFolder
from lint_indexes.cache.pieces import compact
from lint_indexes.cache.reports import report_from_json, report_to_json
from lint_indexes.report import Report

_CHECKSUM = 32
"""How many bytes of hexadecimal digits what is checked begins with."""
_NAME = 16
"""How many of them tell entries with the same key apart."""


def find_report(folder: CacheFolder, key: str, environ: Mapping[str, str]) -> Report | None:
    """The report that a run would make once more, since nothing has changed; None where it has to be made.

    An entry that is damaged is none.
    """
    for path, content in folder.entries(key):
        try:
            folders, files, outcome = content.splitlines()
            known = _holding((folders, files), environ)
            if known is None:
                continue
            found = json.loads(checked(outcome))
            report = report_from_json(found)
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
        folder.use(path, b"\n".join(_lines(known, found)) if known.renewed else None)
        return report
    return None


def _holding(inputs: Iterable[bytes], environ: Mapping[str, str]) -> Fingerprint | None:
    """The inputs, None where one of them is not what it was; then what comes after it is not even read."""
    parts = []
    for line in inputs:
        part = Fingerprint(**json.loads(checked(line)))
        if part.difference(environ) is not None:
            return None
        parts.append(part)
    return merged(parts)


def keep_report(
    folder: CacheFolder,
    key: str,
    report: Report,
    environ: Mapping[str, str],
    since: int,
    known: Iterable[Fingerprint] = (),
) -> str | None:
    """Keep a report for later runs.

    Args:
        since: when it began to be made, in ns of the epoch.
        known: fingerprints that held when this run began, of what it depends on beside its inputs.

    Returns:
        Why it is not kept, None where it is.
    """
    if report.inputs is None:
        return "it depends on more than files and variables"
    try:
        known = list(known)
        found = merged((*known, fingerprint(report.inputs, environ, since, known)))
        lines = _lines(found, report_to_json(report))
        variant = checksum(b"".join(line[:_CHECKSUM] for line in lines))
        folder.write(key, variant[:_NAME].decode(), b"\n".join(lines))
    except ChangedMeanwhileError as error:
        return f"{error} changed while it was looked at"
    except OSError as error:
        return f"{error.filename or folder.path}: {error.strerror or error}"
    return None


def _lines(known: Fingerprint, report: Any) -> list[bytes]:
    """Lines of JSON, each behind its checksum: the folders and the rest, the files, the report. Most often it
    is a folder that has changed, or the newest file: these come first.
    """
    inputs = known.to_json()
    files = dict(sorted(known.files.items(), key=_last_change, reverse=True))
    lines = map(compact, ({**inputs, "files": {}}, {"files": files}, report))
    return [checksum(line) + line for line in lines]


def _last_change(entry: tuple[str, State | None]) -> int:
    state = entry[1]
    return 0 if state is None else max(state[0][1:3])


def checked(content: bytes) -> bytes:
    """The content without its checksum.

    Raises:
        ValueError: it is not what was written.
    """
    found, text = content[:_CHECKSUM], content[_CHECKSUM:]
    if found != checksum(text):
        raise ValueError("an entry is damaged")
    return text


def checksum(content: bytes) -> bytes:
    """What it begins with, so that damage is noticed."""
    return blake2b(content, digest_size=_CHECKSUM // 2).hexdigest().encode()
