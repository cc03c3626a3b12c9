"""A refresh after new rows, beside dbt and SQLMesh: the whole command of each, as a user types it.

Run as `python -m benchmarks.beside [million rows …]`, by default 10, with the programs in `VERTEBRA_DBT` and
`VERTEBRA_SQLMESH` (`make bench-beside` installs them into environments of their own, for they want other versions of
DuckDB). The peers are given the new rows in their database already; Vertebra is given a file, which it lands, formats
and accounts for within the time that counts. A second part corrects an old file, for which the peers' models have no
condition: it says how many rows each has wrong afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

DEVICES, FILES, ROUNDS = 200, 100, 3
DAY = 86_400 // 600 * DEVICES  # rows of a day
SELECT = (
    "select m.device, m.measured_at::date as day, d.place, count(*) as readings, sum(m.energy) as energy, "
    "max(m.energy) as top from {meters} m join {devices} d on d.device = m.device {where} "
    "group by m.device, m.measured_at::date, d.place"
)
DBT_PROJECT = {
    "dbt_project.yml": "name: bench\nversion: '1.0.0'\nprofile: bench\nmodel-paths: [models]\n"
    "flags: {send_anonymous_usage_stats: false}\n",
    "profiles.yml": "bench: {target: dev, outputs: {dev: {type: duckdb, path: store.duckdb, threads: 2}}}\n",
    "models/sources.yml": "version: 2\nsources: [{name: raw, tables: [{name: meters}, {name: devices}]}]\n",
    "models/used.sql": "{{ config(materialized='incremental', unique_key=['device', 'day'], "
    "incremental_strategy='delete+insert') }}\n"
    + SELECT.format(
        meters="{{ source('raw', 'meters') }}",
        devices="{{ source('raw', 'devices') }}",
        where="{% if is_incremental() %} where m.measured_at >= (select max(day) from {{ this }}) {% endif %}",
    ),
}
SQLMESH_PROJECT = {
    "config.yaml": "gateways: {local: {connection: {type: duckdb, database: store.duckdb}}}\ndefault_gateway: local\n"
    "model_defaults: {dialect: duckdb, start: 2020-01-01}\n",
    "models/used.sql": "MODEL (name main.used, kind INCREMENTAL_BY_TIME_RANGE (time_column day, batch_size 4000), "
    "cron '@daily', grain (device, day));\n"
    + SELECT.format(
        meters="raw.meters",
        devices="raw.devices",
        where="where m.measured_at >= @start_ds::timestamp and m.measured_at < @end_ds::timestamp + interval 1 day",
    ),
}
VERTEBRA_PROJECT = {
    "vertebra.yaml": "name: bench\n",
    "sources/meters.yaml": "source: meters\ncollect: {folder: in/meters, settle: 0}\nformat: {csv: {}}\ncolumns:\n"
    "  - {name: device, type: text}\n  - {name: measured_at, type: timestamp, timezone: UTC, "
    'format: "%Y-%m-%d %H:%M:%S"}\n'
    "  - {name: energy, type: double}\n",
    "sources/devices.yaml": "source: devices\ncollect: {folder: in/devices, settle: 0}\nformat: {csv: {}}\n"
    "load: replace\ncolumns: [{name: device, type: text}, {name: place, type: text}]\n",
    "views/used.sql": "/* ---\nview: used\ngrain: [device, day]\n--- */\n"
    + SELECT.format(meters="meters", devices="devices", where=""),
}
QUIET = {"DO_NOT_TRACK": "1", "SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "1"}


def rows(start: int, number: int, more: str = "0") -> str:
    """Readings: every device in turn, each ten minutes."""
    return (
        f"select 'd' || (i % {DEVICES})::varchar as device, "
        f"timestamp '2020-01-01' + to_seconds(((i // {DEVICES}) * 600)::double) as measured_at, "
        f"(hash(i) % 1000000) / 1000.0 + {more} as energy from range({start}, {start + number}) t(i)"
    )


def places() -> str:
    """The dimension."""
    return f"select 'd' || i::varchar as device, 'p' || (i % 7)::varchar as place from range({DEVICES}) t(i)"


def day_of(row: int) -> str:
    """The day of a reading."""
    return str(date(2020, 1, 1) + timedelta(days=row // DAY))


@dataclass
class Contender:
    """Who is measured: a project folder, and how rows and commands reach it."""

    folder: Path

    def first(self, number: int) -> None:
        """Take in so many rows, and build."""
        raise NotImplementedError

    def add(self, start: int, number: int) -> None:
        """Be given more rows."""
        raise NotImplementedError

    def correct(self, start: int, number: int) -> None:
        """Be given other values of old rows."""
        raise NotImplementedError

    def command(self, until: int) -> list[str]:
        """What is typed, when there are rows until this one."""
        raise NotImplementedError

    def result(self) -> list[tuple[Any, ...]]:
        """The rows of the aggregate."""
        raise NotImplementedError

    def run(self, until: int) -> float:
        """Seconds of the whole command."""
        begin = time.perf_counter()
        done = subprocess.run(
            self.command(until),
            cwd=self.folder,
            env={**os.environ, **QUIET},
            capture_output=True,
            text=True,
            check=False,
        )
        took = time.perf_counter() - begin
        if done.returncode:
            raise SystemExit(f"{self.command(until)}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return took

    def write(self, files: dict[str, str]) -> None:
        """Write the project."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


class Vertebra(Contender):
    """`vertebra run`: files come in, and it finds out by itself what they touch."""

    def first(self, number: int) -> None:
        self.write(VERTEBRA_PROJECT)
        for name in ("meters", "devices"):
            (self.folder / "in" / name).mkdir(parents=True)
        self._file("devices", "all", places())
        part = number // FILES
        for at in range(FILES):
            self._file("meters", f"{at * part:012}", rows(at * part, part))
        self.run(number)

    def add(self, start: int, number: int) -> None:
        self._file("meters", f"{start:012}", rows(start, number))

    def correct(self, start: int, number: int) -> None:
        self._file("meters", f"{start:012}", rows(start, number, "1"))

    def command(self, until: int) -> list[str]:
        del until
        return [str(Path(sys.executable).with_name("vertebra")), "run"]

    def result(self) -> list[tuple[Any, ...]]:
        text = "select device, day::varchar as day, readings, round(energy, 3) as energy from used order by 1, 2"
        words = [str(Path(sys.executable).with_name("vertebra")), "query", text, "--output", "json"]
        found = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, check=True)
        return [tuple(row.values()) for row in json.loads(found.stdout)]

    def _file(self, source: str, name: str, query: str) -> None:
        place = self.folder / "in" / source / f"{name}.csv"
        duckdb.execute(f"copy ({query}) to '{place}' (header, timestampformat '%Y-%m-%d %H:%M:%S')")


@dataclass
class Peer(Contender):
    """A peer with a DuckDB file, written by the DuckDB of its own environment."""

    program: Path
    table = "main.used"

    def sql(self, *statements: str) -> list[tuple[Any, ...]]:
        """Let the peer's own DuckDB do something; the rows of the last statement."""
        code = (
            "import duckdb, json, sys\nc = duckdb.connect('store.duckdb')\n"
            "for s in json.loads(sys.stdin.read()): found = c.execute(s).fetchall()\nprint(json.dumps(found))"
        )
        python = str(self.program.with_name("python"))
        done = subprocess.run(
            [python, "-c", code],
            input=json.dumps(statements),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=True,
        )
        return [tuple(row) for row in json.loads(done.stdout.splitlines()[-1])]

    def raw(self, number: int) -> None:
        """The tables that it reads."""
        made = ("create schema raw", f"create table raw.meters as {rows(0, number)}")
        self.sql(*made, f"create table raw.devices as {places()}")

    def add(self, start: int, number: int) -> None:
        self.sql(f"insert into raw.meters {rows(start, number)}")

    def correct(self, start: int, number: int) -> None:
        at = "timestamp '2020-01-01' + to_seconds((({} // {}) * 600)::double)"
        low, high = (at.format(row, DEVICES) for row in (start, start + number))
        self.sql(f"update raw.meters set energy = energy + 1 where measured_at >= {low} and measured_at < {high}")

    def result(self) -> list[tuple[Any, ...]]:
        return self.sql(f"select device, day::varchar, readings, round(energy, 3) from {self.table} order by 1, 2")


class Dbt(Peer):
    """An incremental model with the right condition for rows that come in order."""

    def first(self, number: int) -> None:
        self.write(DBT_PROJECT)
        self.raw(number)
        self.run(number)

    def command(self, until: int) -> list[str]:
        del until
        return [str(self.program), "run", "--profiles-dir", "."]


class SqlMesh(Peer):
    """An incremental model by time range."""

    def first(self, number: int) -> None:
        self.write(SQLMESH_PROJECT)
        self.raw(number)
        words = [
            str(self.program),
            "plan",
            "--auto-apply",
            "--no-prompts",
            "--execution-time",
            f"{day_of(number)} 00:00:00",
        ]
        subprocess.run(words, cwd=self.folder, env={**os.environ, **QUIET}, capture_output=True, check=True)

    def command(self, until: int) -> list[str]:
        return [str(self.program), "run", "--end", day_of(until - 1), "--ignore-cron"]


def beside(folder: Path, millions: int) -> list[dict[str, Any]]:
    """Measure all that are there: some rounds of new rows, then one old file corrected."""
    number = millions * 1_000_000 // DAY // FILES * DAY * FILES  # whole days, in whole files
    contenders: dict[str, Contender] = {"vertebra": Vertebra(folder / "vertebra")}
    for name, kind in (("dbt", Dbt), ("sqlmesh", SqlMesh)):
        if program := os.environ.get(f"VERTEBRA_{name.upper()}"):
            contenders[name] = kind(folder / name, Path(program).absolute())
        else:
            print(f"{name} is not measured: VERTEBRA_{name.upper()} does not say where it is", file=sys.stderr)
    for one in contenders.values():
        one.folder.mkdir()
        one.first(number)
    new = -(-number // 1000 // DAY) * DAY  # 0.1%, in whole days
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for at in range(ROUNDS):
        for name, one in contenders.items():
            one.add(number + at * new, new)
            seconds[name].append(one.run(number + (at + 1) * new))
    until = number + ROUNDS * new
    found = [_told(contenders, "new rows", number, new, {n: median(s) for n, s in seconds.items()})]
    part = number // FILES
    late = {}
    for name, one in contenders.items():
        one.correct(part, part)
        late[name] = one.run(until)
    return [*found, _told(contenders, "an old file corrected", number, part, late)]


def _told(
    contenders: dict[str, Contender], what: str, number: int, changed: int, seconds: dict[str, float]
) -> dict[str, Any]:
    results = {name: one.result() for name, one in contenders.items()}
    right = results["vertebra"]
    wrong = {name: len(set(right) ^ set(result)) for name, result in results.items()}
    return {
        "rows": number, "what": what, "changed": changed, "keys": len(right),
        "seconds": {name: round(value, 2) for name, value in seconds.items()}, "rows otherwise": wrong,
    }  # fmt: skip


def main() -> None:
    """Print one line of JSON for each part."""
    for millions in [int(word) for word in sys.argv[1:]] or [10]:
        folder = Path(tempfile.mkdtemp(prefix="vertebra-beside-"))
        try:
            for line in beside(folder, millions):
                print(json.dumps(line), flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
