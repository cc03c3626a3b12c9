"""A refresh by keys beside a full build, in process: an aggregate of measurements, joined with a dimension.

Run as `python -m benchmarks.refresh [million rows …]`, by default 10. The rows are put into the formatted zone by the
engine itself, for to load them is measured elsewhere. Seconds are of the processor, over all threads.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from vertebra import exploitation
from vertebra.exploitation.refreshing import Refused
from vertebra.governance import datasets, runs
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations import content_hash
from vertebra.step import Receipt
from vertebra.table import DataFile
from vertebra.workspace import Workspace, open_workspace

DEVICES = 200
PART = 2_000_000  # rows of a Parquet file
VIEW = """/* ---
view: {name}
grain: [device, day]
--- */
select m.device, m.measured_at::date as day, d.place, count(*) as readings, {value} as energy, max(m.energy) as top
from meters m join devices d on d.device = m.device
group by m.device, m.measured_at::date, d.place
"""
DIMENSION = f"""
    select 'd' || i::varchar as device, 'p' || (i % 7)::varchar as place, 1::bigint as _file, i as _record
    from range({DEVICES}) t(i)
"""
VALUES = {"doubles": "sum(m.energy)", "decimals": "sum(m.energy::decimal(12,3))"}


@dataclass
class Bench:
    """A project whose inputs are put there directly."""

    ws: Workspace
    run: int
    files: dict[str, list[DataFile]] = field(default_factory=dict)
    heads: dict[str, DatasetVersion] = field(default_factory=dict)
    commits: int = 0

    def add(self, name: str, sql: str) -> None:
        """Add a file of rows to a table, as a load does."""
        self.commits += 1
        path = f"formatted/{name}"
        written = self.ws.engine.write(sql, self.ws.storage.url(path), f"part-{self.commits}", in_order=True)
        self.files.setdefault(name, []).extend(written)

    def publish(self, name: str) -> None:
        """Let what was added be the newest version of a table."""
        path, files = f"formatted/{name}", self.files[name]
        place = self.ws.storage.url(f"{path}/{files[0].path}")
        columns = self.ws.engine.columns(f"select * from read_parquet('{place}')")
        identity = datasets.fingerprint(name, [file.path for file in files])
        commit = self.ws.tables.publish(path, files, self.ws.engine.schema(columns), identity)
        with self.ws.catalog.write() as connection:
            number = datasets.publish(
                connection,
                datasets.register(connection, name, "formatted", path),
                identity=identity,
                definition_id=None,
                table_version=commit,
                columns=columns,
                grain=("_file", "_record"),
                rows=sum(file.rows for file in files),
                size=sum(file.size for file in files),
                files=len(files),
                run_id=self.run,
            )
        self._stands(name, number)

    def build(self, name: str) -> Receipt:
        """Build a view over what stands."""
        path = self.ws.project.folder / "views" / f"{name}.sql"
        view = exploitation.read_view(path)
        receipt = exploitation.build(self.ws, view, {one: self.heads[one] for one in view.depends}, self.run)
        for one, number in receipt.datasets.items():
            self._stands(one, number)
        return receipt

    def _stands(self, name: str, number: int) -> None:
        with self.ws.catalog.read() as connection:
            self.heads[name] = datasets.versions(connection, [number])[number]


def measurements(start: int, rows: int, file: int, *, late: bool = False) -> str:
    """Rows of a delivery: every device in turn, each ten minutes; late ones are of a week long gone."""
    at = f"(i - {start - start // 10})" if late else "i"
    return f"""
        select 'd' || ({at} % {DEVICES})::varchar as device,
          timestamptz '2020-01-01 00:00+00' + to_seconds((({at} // {DEVICES}) * 600)::double) as measured_at,
          ((hash(i) % 1000000) / 1000.0)::double as energy,
          {file}::bigint as _file, (i - {start} + 1)::bigint as _record
        from range({start}, {start + rows}) t(i)
    """


def measured(build: object) -> tuple[float, float, Receipt]:
    """Processor and wall seconds of a build, and what it left."""
    cpu, wall = time.process_time(), time.perf_counter()
    receipt = build()  # type: ignore[operator]
    return time.process_time() - cpu, time.perf_counter() - wall, receipt


def bench(folder: Path, millions: int, kind: str) -> list[dict[str, object]]:
    """Refresh after 0.1% more rows: of today, then late ones; each beside a full build over the same inputs."""
    (folder / "views").mkdir(parents=True)
    (folder / "vertebra.yaml").write_text("name: bench\n", encoding="utf-8")
    for name in ("refreshed", "whole"):
        text = VIEW.format(name=name, value=VALUES[kind])
        (folder / "views" / f"{name}.sql").write_text(text, encoding="utf-8")
    ws = open_workspace(folder)
    try:
        with ws.catalog.write() as connection:
            bench_ = Bench(ws, runs.begin(connection, "bench", "prod"))
        rows, found = millions * 1_000_000, []
        for number, start in enumerate(range(0, rows, PART), 1):
            bench_.add("meters", measurements(start, min(PART, rows - start), number))
        bench_.add("devices", DIMENSION)
        bench_.publish("meters")
        bench_.publish("devices")
        bench_.build("refreshed")
        file = 1000
        for what, late in (("new rows of today", False), ("late rows of an old week", True)):
            file += 1
            bench_.add("meters", measurements(rows, rows // 1000, file, late=late))
            bench_.publish("meters")
            cpu, wall, receipt = measured(lambda: bench_.build("refreshed"))
            with patch("vertebra.exploitation.build.refresh", side_effect=Refused("")):
                full, full_wall, _ = measured(lambda: bench_.build("whole"))
            same = content_hash(ws, bench_.heads["refreshed"]) == content_hash(ws, bench_.heads["whole"])
            found.append(
                {
                    "rows": rows, "values": kind, "what": what, "equal": same,
                    "refresh_cpu": round(cpu, 3), "full_cpu": round(full, 3), "share": round(cpu / full, 4),
                    "refresh_wall": round(wall, 3), "full_wall": round(full_wall, 3),
                    "said": [*receipt.notes, *receipt.fallbacks],
                }
            )  # fmt: skip
            rows += rows // 1000
        return found
    finally:
        ws.close()


def main() -> None:
    """Print one line of JSON for each measurement."""
    for millions in [int(word) for word in sys.argv[1:]] or [10]:
        for kind in VALUES:
            folder = Path(tempfile.mkdtemp(prefix="vertebra-bench-"))
            try:
                for line in bench(folder / "project", millions, kind):
                    print(json.dumps(line))
            finally:
                with suppress(OSError):
                    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
