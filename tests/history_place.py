"""A project with a history: deliveries, corrections, archives, nested files, templates and views that change."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vertebra import operations
from vertebra.workspace import Workspace, open_workspace

FILES = {
    "vertebra.yaml": "name: history\nengine: {threads: 2}\nenvironments: [prod, dev]\n",
    "sources/meters.yaml": """
source: meters
collect: {folder: in/meters, settle: 0}
file_name: "{device}_{month}.csv"
format: {csv: {}}
key: [device, hour]
ignore: [note]
columns:
  - {name: device, from: file_name.device, type: text}
  - {name: hour, type: integer}
  - {name: energy, type: double}
  - {name: flow, type: double, optional: true}
""",
    "sources/prices.yaml": """
source: prices
collect: {folder: in/prices, settle: 0}
format: {csv: {}}
load: upsert
key: [day]
drift: freeze
columns: [{name: day, type: date, format: ["%Y-%m-%d"]}, {name: price, type: "decimal(9,4)"}]
""",
    "sources/orders.yaml": """
source: orders
collect: {folder: in/orders, settle: 0}
format: {json: {}}
key: [id]
columns: [{name: id, type: integer}, {name: customer, type: text}]
children:
  - {name: lines, from: lines, columns: [{name: item, type: text}, {name: n, type: integer}]}
""",
    "sources/notes.yaml": """
source: notes
collect: {folder: in/notes, settle: 0}
format: {csv: {}}
load: append
columns: [{name: at, type: integer}, {name: text, type: text}]
""",
    "views/by_device.sql": """/* ---
view: by_device
grain: [device]
expect: [{name: much, where: energy > 1, otherwise: quarantine}, {name: some, where: energy > 2, otherwise: warn}]
--- */
select device, sum(energy) as energy, count(*) as n, avg(flow) as flow from meters group by device
""",
    "views/top.sql": """/* ---
view: top
grain: [device]
--- */
select device, energy, (select max(price) from prices) as price, (select count(*) from lines) as lines from by_device
""",
}


def write(folder: Path, name: str, text: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def _first(folder: Path) -> None:
    for name, text in FILES.items():
        write(folder, name, text)
    write(folder, "in/meters/L4_01.csv", "hour,energy,note\n1,0.1,a\n2,0.2,b\n3,0.3,c\n2,0.2,b\n4,x,d\n")
    write(folder, "in/meters/L5_01.csv", "hour,energy,flow\n1,1.1,7\n2,1e-17,8\n3,2.3,9\n3,2.4,9\n")
    write(folder, "in/prices/a.csv", "day,price\n2024-01-01,1.5\n2024-01-02,1.6\n02.01.2024,9\n")
    write(folder, "in/orders/a.json", _lines({"id": 1, "customer": "x", "lines": [{"item": "a", "n": 1}]}, {"id": 2}))
    write(folder, "in/notes/a.csv", 'at,text\n1,"one, two"\n2,\n')


def _late(folder: Path) -> None:
    write(folder, "in/meters/L4_02.csv", "hour,energy\n5,5.5\n1,0.7\n")
    write(folder, "in/prices/b.csv", "day,price\n2024-01-02,1.7\n2024-01-03,1.8\n")


def _corrected(folder: Path) -> None:
    write(folder, "in/meters/L4_01.csv", "hour,energy\n1,0.1\n2,0.25\n")
    write(
        folder,
        "in/orders/b.json",
        _lines({"id": 2, "customer": "y", "lines": [{"item": "b", "n": "?"}, {"item": "c", "n": 3}]}),
    )
    write(folder, "in/notes/a.csv", "at,text\n1,one\n")


def _archive(folder: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in {"L6_01.csv": "hour,energy\n1,3\n2,4\n", "L7_01.csv": "hour,energy\n1,0.4\n"}.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), text)
    write(folder, "in/meters/more.zip", packed.getvalue())


def _template(folder: Path) -> None:
    """What is in quarantine is read again, and the table evolves by a column."""
    path = folder / "sources" / "prices.yaml"
    path.write_text(path.read_text().replace('["%Y-%m-%d"]', '["%Y-%m-%d", "%d.%m.%Y"]'), encoding="utf-8")
    write(folder, "in/meters/L8_01.csv", "hour,energy,pressure\n1,3.25,2.5\n2,4.5,2.6\n")


def _view(folder: Path) -> None:
    path = folder / "views" / "by_device.sql"
    path.write_text(path.read_text().replace("energy > 1,", "energy > 4,"), encoding="utf-8")


def _back(folder: Path) -> None:
    """The view as it was before, and a file more."""
    write(folder, "views/by_device.sql", FILES["views/by_device.sql"])
    write(folder, "in/meters/L9_01.csv", "hour,energy\n1,9\n")


CHANGES: tuple[Callable[[Path], None], ...] = (_first, _late, _corrected, _archive, _template, _view, _back)


def _lines(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(one) + "\n" for one in records)


def make(folder: Path, changes: int = len(CHANGES)) -> Path:
    """The project after so many changes, each of which was run."""
    for change in CHANGES[:changes]:
        change(folder)
        with opened(folder) as ws:
            report = operations.run(ws)
            assert not report.errors, report.errors
            assert report.release
    return folder


@contextmanager
def opened(folder: Path) -> Iterator[Workspace]:
    ws = open_workspace(folder)
    try:
        yield ws
    finally:
        ws.close()


def parquet(folder: Path) -> list[Path]:
    """Every data file that stands, in order."""
    zones = ("formatted", "quarantine", "exploitation")
    return sorted(path for zone in zones for path in (folder / "data" / zone).rglob("*.parquet"))


def read(folder: Path, releases: int = len(CHANGES)) -> dict[int, dict[str, str]]:
    """Content hash of every dataset of every release."""
    with opened(folder) as ws:
        return {
            number: {
                name: operations.content_hash(ws, version)
                for name, version in operations.contents(ws, number)[1].items()
            }
            for number in range(1, releases + 1)
        }
