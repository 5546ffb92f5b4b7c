"""Finds the report of an earlier run, and keeps that of this one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from lint_indexes.cache.fingerprint import ChangedMeanwhileError, Fingerprint, fingerprint, merged
from lint_indexes.cache.folder import CacheFolder
from lint_indexes.cache.reports import report_from_json, report_to_json
from lint_indexes.report import Report

_CHECKSUM = 32
"""How many bytes of hexadecimal digits an entry begins with."""


def find_report(folder: CacheFolder, key: str, environ: Mapping[str, str]) -> Report | None:
    """The report that a run would make once more, since nothing has changed; None where it has to be made.

    An entry that is damaged is none.
    """
    for path, content in folder.entries(key):
        try:
            entry = json.loads(checked(content))
            known = Fingerprint(**entry["inputs"])
            if known.difference(environ) is not None:
                continue
            report = report_from_json(entry["report"])
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
        folder.use(path, _content(known, entry["report"]) if known.renewed else None)
        return report
    return None


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
        content = _content(found, report_to_json(report))
        folder.write(key, checksum(content).decode()[:16], content)
    except ChangedMeanwhileError as error:
        return f"{error} changed while it was looked at"
    except OSError as error:
        return f"{error.filename or folder.path}: {error.strerror or error}"
    return None


def _content(known: Fingerprint, report: Any) -> bytes:
    text = json.dumps({"inputs": known.to_json(), "report": report}, separators=(",", ":"))
    content = text.encode()
    return checksum(content) + content


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
    """What an entry begins with, so that a damaged one is noticed."""
    return blake2b(content, digest_size=_CHECKSUM // 2).hexdigest().encode()
