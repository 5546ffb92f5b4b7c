"""The project as its own Alembic would see it: working directory, sys.path, Config, ScriptDirectory."""

from __future__ import annotations

import argparse
import configparser
import inspect
import os
import sys

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from .problems import Problem


class Project:
    """Set up once, before any code of the project is imported.

    ``settings`` is the client's ``load`` command: ``root``, ``ini``, ``toml`` (paths or None), ``section``
    (of the ini), ``table`` (the [tool.alembic] table or None).
    """

    def __init__(self, settings):
        self.root = settings["root"]
        self.config = None
        self.script = None
        self._settings = settings

    @property
    def env_file(self):
        return os.path.join(self.script.dir, "env.py")

    def prepare(self):
        """Go to the folder in which the project runs Alembic, and put its folders on sys.path.

        Raises:
            Problem: the configuration cannot be used, or the script folder does not exist.
        """
        try:
            if self._settings["ini"] or self._settings["table"] is not None:
                self.config = _config(self._settings)
                os.chdir(_working_folder(self.config, self._settings))
            else:
                os.chdir(self.root)
            _extend_path(self.root)
            if self.config is not None:
                self.script = ScriptDirectory.from_config(self.config)
                self.script.dir = os.path.abspath(self.script.dir)
        except UnicodeDecodeError as error:
            message = f"{self._described()} is not {error.encoding.upper()}: {error.reason}"
            raise Problem(message, "save it in that encoding, which Alembic reads it in") from None
        except (CommandError, configparser.Error) as error:
            raise Problem(f"{self._described()}: {error}", self._advice()) from None
        finally:
            _make_path_absolute()

    def _advice(self):
        """The sections that may have been meant, where the one that was read has no script_location."""
        if self.config is None or not self._settings["ini"] or _script_location(self.config) is not None:
            return None
        file = self.config.file_config
        sections = [name for name in file.sections() if file.has_option(name, "script_location")]
        listed = " or ".join(sections)
        return f'name a section that has one, with the key "alembic-section": {listed}' if listed else None

    def _described(self):
        return self._settings["ini"] or self._settings["toml"]


def _config(settings):
    ini, toml, table, section = (settings[name] for name in ("ini", "toml", "table", "section"))
    if ini and not os.path.isfile(ini):
        raise Problem(f"{ini} does not exist")
    options = argparse.Namespace(
        x=None, revision="heads", sql=False, tag=None, autogenerate=False, name=section, config=ini
    )
    if table is not None and "toml_file" in inspect.signature(Config.__init__).parameters:
        return Config(ini, toml_file=toml, ini_section=section, cmd_opts=options)
    config = Config(ini, ini_section=section, cmd_opts=options)
    if not ini:
        _apply_table(config, table, os.path.dirname(toml))
    return config


def _apply_table(config, table, folder):
    """Alembic before 1.16 does not know [tool.alembic]: set what it would have read."""
    config.set_main_option("version_path_separator", "os")
    for key, value in table.items():
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            value = (os.pathsep if key == "version_locations" else " ").join(value)
        if isinstance(value, bool):
            value = str(value).lower()
        if isinstance(value, (str, int)):
            text = str(value).replace("%(here)s", folder).replace("%%", "%")
            config.set_main_option(key, text.replace("%", "%%"))


def _script_location(config):
    read = getattr(config, "get_alembic_option", config.get_main_option)
    return read("script_location")


def _working_folder(config, settings):
    """Where the project runs Alembic: beside its ini, or at the root where that is beside env.py."""
    root = settings["root"]
    folder = os.path.dirname(settings["ini"] or settings["toml"])
    if settings["ini"] and os.path.isfile(os.path.join(folder, "env.py")):
        config.set_main_option("script_location", folder.replace("%", "%%"))
        return root
    location = _script_location(config)
    if location is None or ":" in location or os.path.isabs(location):
        return folder
    beside_ini = os.path.isdir(os.path.join(folder, location))
    return root if not beside_ini and os.path.isdir(os.path.join(root, location)) else folder


def _extend_path(root):
    folders = [root]
    for base in dict.fromkeys((root, os.getcwd())):
        source = os.path.join(base, "src")
        if os.path.isdir(source):
            folders.append(source)
    sys.path[:0] = [folder for folder in folders if folder not in sys.path]


def _make_path_absolute():
    """A relative entry must mean the same after the project's code has changed the working directory."""
    sys.path[:] = [entry if entry.endswith(".zip") else os.path.abspath(entry) for entry in sys.path]
