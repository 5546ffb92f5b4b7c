"""Where modules are: those that are loaded, those that could be, and what is installed."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
import types

from .looking import absolute, is_folder

_OWN_FILE = __file__


def module_files():
    """The files of the modules that are loaded."""
    found = set()
    for module in list(sys.modules.values()):
        path = vars(module).get("__file__") if isinstance(module, types.ModuleType) else None
        if isinstance(path, str) and os.path.isabs(path):
            found.add(os.path.normpath(path))
    return found


def site_files():
    """What made sys.path."""
    beside = os.path.dirname(sys.executable)
    found = {sys.executable, os.path.join(beside, "pyvenv.cfg")}
    found.add(os.path.join(os.path.dirname(beside), "pyvenv.cfg"))
    for folder in dict.fromkeys([*_site_folders(), *sys.path]):
        if is_folder(folder):
            found.update(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".pth"))
    return found


def _site_folders():
    folders = site.getsitepackages() if hasattr(site, "getsitepackages") else []
    return [*folders, site.getusersitepackages()] if site.ENABLE_USER_SITE is not None else folders


def library_folders():
    """Where the standard library and what is installed are, our own files, and what makes sys.path."""
    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    folders = [*map(sysconfig.get_path, kinds), *_site_folders(), os.path.dirname(_OWN_FILE)]
    found = {absolute(folder) for folder in folders}
    return sorted(found | {os.path.realpath(folder) for folder in found})


def package_folders():
    """Where modules were looked for, or would be now; and folders of their names that are no packages yet.

    Our own is none of them: the client knows what is in it.
    """
    folders = {*_site_folders(), *sys.path, *sys.path_importer_cache}
    for module in list(sys.modules.values()):
        path = vars(module).get("__path__") if isinstance(module, types.ModuleType) else None
        try:
            folders.update(path or ())
        except Exception:  # whatever stands in for a module may do anything
            continue
    names = {name.rpartition(".")[2] for name in list(sys.modules)}
    for folder, finder in list(sys.path_importer_cache.items()):
        same = names.intersection(getattr(finder, "_path_cache", ()))
        folders.update(path for name in same if is_folder(path := os.path.join(folder, name)))
    found = {absolute(folder or ".") for folder in folders if isinstance(folder, str)}
    return found - {os.path.dirname(_OWN_FILE)}
