"""The delivered files: made once with a seed, kept between runs, the same for every contender."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"

TYPES = {
    "device": "VARCHAR",
    "measured_at": "TIMESTAMP",
    "flow": "DOUBLE",
    "temperature": "DOUBLE",
    "energy": "DOUBLE",
    "status": "VARCHAR",
}
"""The columns in their order, with DuckDB's names of their types; each contender is told all of them."""


@dataclass(frozen=True, slots=True)
class Shape:
    """So many files of so many rows each, drawn with this seed."""

    files: int
    rows: int
    seed: int = 20250101

    @property
    def folder(self) -> Path:
        """Where these files lie."""
        return DATA / "deliveries" / f"{self.files}-files-of-{self.rows}-rows-seed-{self.seed}"

    @property
    def total(self) -> int:
        """Rows in all files."""
        return self.files * self.rows

    def paths(self) -> list[Path]:
        """Give the files in the order of their names."""
        return sorted(self.folder.rglob("*.csv"))


def main_load(files: int) -> Shape:
    """160 files are 9.6 million rows, about 470 MB."""
    return Shape(files, 60_000)


def double_load(files: int) -> Shape:
    """Twice as many files, to see whether memory stays."""
    return Shape(2 * files, 60_000)


def one_more() -> Shape:
    """The file that comes on top of the main load; another seed, so that its bytes are new."""
    return Shape(1, 60_000, seed=20250102)


def few_small(files: int) -> Shape:
    """As many files as in the main load, small."""
    return Shape(files, 600)


def many_small(files: int) -> Shape:
    """Ten times as many small files."""
    return Shape(10 * files, 600)


def one_more_small() -> Shape:
    """The file that comes on top of the small ones."""
    return Shape(1, 600, seed=20250102)


def make(shape: Shape) -> None:
    """Write the files of a shape, unless they lie there already.

    They are written beside their place and moved there when whole, so an interrupted run leaves no half set.
    """
    if shape.folder.exists():
        return
    from vertebra.simulator import bulk

    unfinished = shape.folder.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    bulk(unfinished, files=shape.files, rows=shape.rows, seed=shape.seed)
    unfinished.rename(shape.folder)


def warm(shape: Shape) -> int:
    """Read all bytes once, so that no contender pays for a cold disk; gives their number."""
    return sum(len(path.read_bytes()) for path in shape.paths())


def link(shape: Shape, folder: Path, prefix: str = "") -> list[Path]:
    """Deliver the files of a shape into `folder`, as hard links, which cost nobody any time."""
    links = []
    for path in shape.paths():
        relative = path.relative_to(shape.folder)
        place = folder / relative.with_name(prefix + relative.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, place)
        links.append(place)
    return links
