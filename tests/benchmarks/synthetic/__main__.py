"""python -m synthetic FOLDER [--revisions 500 --tables 200 --indexes 1000 --seed 0]."""

from __future__ import annotations

import argparse
from pathlib import Path

from synthetic.history import Size
from synthetic.project import write_project


def main() -> None:
    parser = argparse.ArgumentParser(prog="synthetic", description="Write a synthetic Alembic project.")
    parser.add_argument("folder", type=Path, help="where to: a new folder")
    parser.add_argument("--revisions", type=int, default=500)
    parser.add_argument("--tables", type=int, default=200)
    parser.add_argument("--indexes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0, help="another one makes another project of that size")
    given = parser.parse_args()
    write_project(given.folder, Size(given.revisions, given.tables, given.indexes), given.seed)


if __name__ == "__main__":
    main()
