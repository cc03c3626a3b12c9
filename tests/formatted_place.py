"""A project with one source whose files are delivered, landed and formatted for real, for every test about that."""

from __future__ import annotations

import gzip
import io
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from vertebra import formatted, landing
from vertebra.governance import datasets, runs
from vertebra.governance.datasets import DatasetVersion
from vertebra.governance.files import FileVersion, all_files
from vertebra.project import Source, read_source
from vertebra.step import Account, Receipt
from vertebra.workspace import Workspace, open_workspace

Row = dict[str, Any]
BY_NATURE = ("preamble", "header", "repeated header", "footer", "other table", "blank", "comment")
"""Why a record is skipped for what it is, whatever stands in it."""


@dataclass
class Delivered:
    """A project, its source, and what stands of it."""

    ws: Workspace
    source: Source
    run_id: int
    origin: Path
    receipts: list[Receipt] = field(default_factory=list)

    def deliver(self, files: Mapping[str, bytes]) -> None:
        """Put files where the source collects them, and land them."""
        for name, data in files.items():
            path = self.origin / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        landing.land(self.ws, self.source, self.run_id)

    def format(self) -> Receipt:
        """Format what was landed."""
        self.receipts.append(formatted.format_source(self.ws, self.source, self.run_id))
        return self.receipts[-1]

    def load(self, files: Mapping[str, bytes]) -> Receipt:
        """Deliver, land and format."""
        self.deliver(files)
        return self.format()

    def head(self, name: str) -> DatasetVersion:
        with self.ws.catalog.read() as connection:
            head = datasets.head(connection, name)
        assert head is not None
        return head

    def rows(self, name: str | None = None) -> list[Row]:
        """The rows of a table with their provenance, in its order; instants as text."""
        head = self.head(name or self.source.name)
        relation = self.ws.relation(head, provenance=True)
        columns = ", ".join(
            f'"{c.name}"::varchar as "{c.name}"' if c.type == "TIMESTAMP WITH TIME ZONE" else f'"{c.name}"'
            for c in head.columns
        )
        found: list[Row] = self.ws.engine.arrow(f'select {columns} from "{head.name}"', [relation]).to_pylist()
        return found

    def values(self, name: str | None = None) -> list[tuple[Any, ...]]:
        """The rows of a table without their provenance, by `_file` and `_record`."""
        rows = sorted(self.rows(name), key=lambda row: (row["_file"], row["_record"], row.get("_position", 0)))
        return [tuple(value for key, value in row.items() if key not in ("_file", "_record")) for row in rows]

    def findings(self) -> list[Row]:
        """What is in quarantine, by file, record and column."""
        rows = self.rows(f"{self.source.name}_quarantine")
        return sorted(rows, key=lambda r: (r["_file"], r["_record"], r["column_name"], r["type"], r["reason"]))

    def kinds(self) -> list[tuple[str, int, str]]:
        """Type, record and column of what is in quarantine."""
        return [(row["type"], row["_record"], row["column_name"]) for row in self.findings()]

    def accounts(self, name: str | None = None) -> list[Account]:
        with self.ws.catalog.read() as connection:
            return datasets.standing_accounts(connection, self.head(name or self.source.name).dataset_id)

    def account(self, name: str | None = None) -> Account:
        """The account of the only file."""
        (found,) = self.accounts(name)
        return found

    def files(self) -> dict[int, FileVersion]:
        with self.ws.catalog.read() as connection:
            return {file.id: file for file in all_files(connection, self.source.name)}

    def landed(self, file_id: int) -> bytes:
        """The bytes of a landed file, decompressed as far as that goes."""
        data = Path(self.ws.storage.url(self.files()[file_id].path)).read_bytes()
        return decompressed(data) if data[:2] == b"\x1f\x8b" else data


def decompressed(data: bytes) -> bytes:
    """What Python's own gzip gets out of data that may be cut off."""
    found = bytearray()
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as handle:
        try:
            while chunk := handle.read(1):
                found += chunk
        except (EOFError, OSError, zlib.error):
            pass
    return bytes(found)


def check_accounts(place: Delivered) -> None:
    """Every account balances, and what it says is what stands in the table and in its quarantine (G2)."""
    rows, findings = place.rows(), place.findings()
    for account in place.accounts():
        assert account.balance == 0, account
        own = [row["_record"] for row in rows if row["_file"] == account.file_id]
        assert len(own) == len(set(own)) == account.formatted
        mine = [f for f in findings if f["_file"] == account.file_id and "." not in f["column_name"]]  # not of a child
        whole = any(f["_record"] == 0 and f["severity"] == "rejected" for f in mine)
        rejected = {f["_record"] for f in mine if f["severity"] == "rejected" and f["_record"]}
        skipped = [f for f in mine if f["severity"] == "skipped"]
        data = account.records - sum(n for why, n in account.skipped.items() if why in BY_NATURE)
        assert account.quarantined == (data if whole else len(rejected))
        assert sum(account.skipped.get(why, 0) for why in ("duplicate", "superseded")) == len(skipped)
        out = rejected | {f["_record"] for f in skipped}
        assert whole or sorted([*own, *out]) == list(range(1, data + 1)), "a record is nowhere, or in two places"
        assert {f["_record"] for f in mine if f["severity"] == "warning" and f["_record"]} <= set(own) | out


@contextmanager
def delivered(template: str, folder: Path | None = None) -> Iterator[Delivered]:
    """Make a project with a source in a folder; `template` is its YAML without the first lines."""
    root = folder or Path(tempfile.mkdtemp(prefix="vertebra-"))
    (root / "sources").mkdir(parents=True, exist_ok=True)
    (root / "deliveries").mkdir(exist_ok=True)
    (root / "vertebra.yaml").write_text("name: place\n")
    text = 'source: things\ncollect: {folder: deliveries, pattern: "**/*", settle: 0}\n' + dedent(template)
    if "drift:" not in text:  # most tests are about a table that stays as it is declared
        text += "\ndrift: freeze\n"
    (root / "sources" / "things.yaml").write_text(text, encoding="utf-8")
    ws = open_workspace(root)
    try:
        with ws.catalog.write() as connection:
            run_id = runs.begin(connection, "run", "prod")
        source = read_source(root / "sources" / "things.yaml", "sources/things.yaml")
        yield Delivered(ws, source, run_id, root / "deliveries")
    finally:
        ws.close()
        if folder is None:
            shutil.rmtree(root)
