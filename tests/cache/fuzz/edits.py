"""The edits: each changes one input of the project, or seems to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

from fuzz.project import FOLDERS, LINKED, PYTHONPATH, VARIABLES, files

Edit = Callable[["World"], str]


class World:
    """The project in a folder, and the environment that it is judged in."""

    def __init__(self, root: Path, random: Random) -> None:
        self.root = root
        self.random = random
        self.environ: dict[str, str] = {}
        self._copies = 0
        self.begin_anew()

    def begin_anew(self) -> str:
        """Everything as it was in the beginning, but for times."""
        for folder in FOLDERS:
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        for name, texts in files().items():
            self._give(name, texts[0])
        self.environ = {"PYTHONPATH": os.pathsep.join(str(self.root / folder) for folder in PYTHONPATH)}
        return "begin anew"

    def edit(self) -> str:
        """Change one thing; what was done, in words."""
        kinds: list[tuple[Edit, int]] = [
            (World._change, 12),
            (World._set_variable, 4),
            (World._touch, 3),
            (World._change_unnoticed, 2),
            (World._rename, 2),
            (World._replace_by_older, 2),
            (World._link, 2),
            (World._link_folder, 1),
            (World._kinds_of_files, 1),
            (World.begin_anew, 6),
        ]
        [kind] = self.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])
        return kind(self)

    def _change(self) -> str:
        """Another text, or none."""
        name = self.random.choice(list(files()))
        text = self.random.choice(files()[name])
        self._give(name, text)
        return f"{'remove' if text is None else 'write'} {name}"

    def _set_variable(self) -> str:
        name = self.random.choice(list(VARIABLES))
        value = self.random.choice(VARIABLES[name])
        self.environ.pop(name, None)
        if value is not None:
            self.environ[name] = value
        return f"{name}={value}"

    def _touch(self) -> str:
        path = self._some_file()
        path.touch()
        return f"touch {path.name}"

    def _change_unnoticed(self) -> str:
        """The same size and the same time of the last change."""
        path = self._some_file()
        before, found = path.read_text(), path.stat()
        path.write_text(before.replace("state", "statu") if self.random.random() < 0.5 else before.swapcase())
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
        return f"change {path.name} without its time"

    def _rename(self) -> str:
        path = self._some_file()
        path.rename(path.with_name(f"x{path.name}"))
        return f"rename {path.name}"

    def _replace_by_older(self) -> str:
        """A file that was changed long ago is moved here."""
        name = self.random.choice([name for name, texts in files().items() if texts.count(None) < len(texts)])
        text = self.random.choice([text for text in files()[name] if text is not None])
        scratch = self.root.parent / f"older-{self._number()}"
        scratch.write_text(text)
        os.utime(scratch, (1_000_000_000, 1_000_000_000))
        self._give(name, None)
        scratch.replace(self._place(name))
        return f"replace {name} by an older file"

    def _link(self) -> str:
        """A file becomes a link to another, with another text perhaps; or ``link`` points elsewhere."""
        if self.random.random() < 0.5:
            link = self.root / "link"
            link.unlink(missing_ok=True)
            link.symlink_to(self.random.choice(["ix_booking_state", "ix_booking_tenant"]))
            return f"link -> {link.readlink()}"
        name = self.random.choice([name for name, texts in files().items() if texts[0] is not None])
        target = self.root.parent / f"target-{self._number()}"
        target.write_text(self.random.choice([text for text in files()[name] if text is not None]))
        self._give(name, None)
        self._place(name).symlink_to(target)
        return f"link {name}"

    def _link_folder(self) -> str:
        """The folder with the mixin becomes a link to a copy, with another mixin perhaps."""
        folder = self.root / LINKED
        copy = self.root.parent / f"copy-{self._number()}"
        if folder.is_symlink():
            folder.unlink()
            copy.mkdir()
        elif folder.exists():
            folder.rename(copy)
        else:
            copy.mkdir()
        mixin = copy / "mixins.py"
        if mixin.is_dir() and not mixin.is_symlink():  # another edit has made it one
            shutil.rmtree(mixin)
        mixin.unlink(missing_ok=True)
        mixin.write_text(self.random.choice([t for t in files()[f"{LINKED}/mixins.py"] if t is not None]))
        folder.symlink_to(copy)
        return f"link {LINKED}"

    def _kinds_of_files(self) -> str:
        """A file becomes a folder."""
        path = self._some_file()
        path.unlink()
        path.mkdir()
        return f"make {path.name} a folder"

    def _give(self, name: str, text: str | None) -> None:
        path = self.root / name if text is None else self._place(name)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        if text is None or path.is_symlink():
            path.unlink(missing_ok=True)
        if text is not None:
            path.write_text(text)

    def _place(self, name: str) -> Path:
        """The path of a file, whose folder is made."""
        path = self.root / name
        for parent in reversed(path.parents):
            if parent.is_file():  # an edit made the folder's name a file's
                parent.unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _some_file(self) -> Path:
        names = [name for name in files() if (self.root / name).is_file()]
        return self.root / self.random.choice(names)

    def _number(self) -> int:
        self._copies += 1
        return self._copies
