"""Whether a migration depends on more of the project than its own file: on its modules or its settings."""

from __future__ import annotations

import importlib.util
import os
import re
import sys

from .places import library_folders

_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+(\.|[\w.]+)[ \t]+import\b|import[ \t]+([^#\n;]+))", re.M)
# Words of those who look at what env.py, the application or other modules have made.
_LOOKS_ABOUT = re.compile(
    r"\b(?:__import__|_proxy|current_app|environ|environment_context|eval|exec|get_x_argument|getenv"
    r"|import_module|importlib|opts|runpy|sys|from alembic import[^\n]*\bcontext|alembic\.context)\b"
    r"|\.config\b"
)


class Independence:
    """Remembers which packages are installed, and which are the project's own."""

    def __init__(self):
        self._folders = tuple(folder + os.sep for folder in library_folders())
        self._known = {}

    def is_independent(self, text):
        """Whether a migration's text names nothing but libraries; one that merely has such a word is not."""
        if _LOOKS_ABOUT.search(text):
            return False
        return all(map(self._is_library, _packages(text)))

    def _is_library(self, package):
        if package not in self._known:
            self._known[package] = self.is_installed(package)
        return self._known[package]

    def is_installed(self, package):
        """Whether a module, by its name, is Python's own or installed."""
        if not package:
            return False
        module = sys.modules.get(package)
        try:
            spec = getattr(module, "__spec__", None) or importlib.util.find_spec(package)
        except (ImportError, ValueError):
            return False
        if spec is None:
            return False
        if spec.origin in ("built-in", "frozen"):
            return True
        places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
        return bool(places) and all(os.path.abspath(place).startswith(self._folders) for place in places)


def _packages(text):
    """The first parts of the names of all modules that are imported anywhere; "" for a relative import."""
    for match in _IMPORT.finditer(text):
        if match.group(1):
            yield match.group(1).partition(".")[0]
        else:
            for name in match.group(2).split(","):
                yield name.split()[0].partition(".")[0] if name.split() else ""
