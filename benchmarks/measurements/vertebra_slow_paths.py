"""Vertebra, the same readings as files that no strict CSV reader takes: the slowest of four ways of writing them."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks import deliveries, project
from benchmarks.deliveries import main_load
from benchmarks.measurement import Measurement, Result, Task, expect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FILES = 16
_UNIT = 20e6  # bytes: the target is so many in a second
_WIDTH = 22


def once(task: Task) -> Result:
    """Load each way from nothing; the seconds that 20 MB take in the slowest."""
    import vertebra as vb

    shape = main_load(min(task.files, _FILES))
    found: dict[str, float] = {}
    for name, (declared, written) in WAYS.items():
        folder, size = _project(task.work / name, declared, written, shape)
        started = perf_counter()
        backbone = vb.open(folder)
        backbone.run()
        rows = project.count(backbone)
        found[name] = (perf_counter() - started) * _UNIT / size
        expect(rows, shape.total, name)
    return Result(max(found.values()), found)


def _project(work: Path, declared: str, written: Callable[[str], bytes], shape: deliveries.Shape) -> tuple[Path, int]:
    """The project with its files written another way, and how many bytes those are."""
    folder = project.write(work, shape)
    source = folder / "sources" / "readings.yaml"
    plain = 'csv: {delimiter: ",", header: 1, encoding: utf-8, nulls: [""]}'
    source.write_text(project.SOURCE.replace(plain, declared), encoding="utf-8")
    size = 0
    for path in sorted((folder / "deliveries").rglob("*.csv")):
        data = written(path.read_text(encoding="utf-8"))
        path.unlink()  # it is a link to the deliveries that others read
        path.write_bytes(data)
        size += len(data)
    return folder, size


def _fixed(text: str) -> bytes:
    lines = (line.split(",") for line in text.splitlines())
    return "".join("".join(f"{cell:{_WIDTH}}" for cell in line).rstrip() + "\n" for line in lines).encode()


WAYS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "cp1250": ("csv: {encoding: cp1250}", lambda text: text.encode("cp1250")),
    "utf_16": ("csv: {encoding: utf-16}", lambda text: text.encode("utf-16")),
    "long_delimiter": ('csv: {delimiter: "||"}', lambda text: text.replace(",", "||").encode()),
    "footer": ("csv: {skip: 1, footer: 1}", lambda text: b"Readings\n" + text.encode() + b"end\n"),
    "fixed": ("fixed: {edges: [0, 22, 44, 66, 88, 110], header: 1}", _fixed),
}

MEASUREMENT = Measurement(
    name="vertebra_slow_paths",
    what="Vertebra: cp1250, UTF-16, `||`, preamble and footer, fixed width: 20 MB of the slowest",
    once=once,
    needs=lambda files: (main_load(min(files, _FILES)),),
)
