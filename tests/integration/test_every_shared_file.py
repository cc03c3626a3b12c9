"""Every file of the packs by itself: drafted, run, and every cell rendered back and held against its raw text."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

import vertebra as vb
from tests.faithful import Held, counted, hold
from tests.template_oracle import LOSSES
from vertebra.errors import UsageError
from vertebra.governance.files import all_files
from vertebra.project import read_sources
from vertebra.step import Account

SHARED = Path(os.environ.get("VERTEBRA_SHARED", Path(__file__).parents[3] / "shared")) / "data"
_RECORDS = 50_000  # of a file that are rendered back
_PARTS = 4  # of a pack, that may be held beside each other
_ENDINGS = (".csv", ".dat", ".txt", ".json", ".zip")
PACKS = (
    "csse",
    "csv_dialects",
    "dirty_tables",
    "entity_resolution",
    "heating",
    "imgw",
    "mlcollege",
    "name_matching",
    "openflights",
    "pollock",
    "schema_matching",
)
REFUSED = ("every file is empty", "a name in the header begins with a quote and does not end so")
"""Why a file of them cannot be drafted from."""

pytestmark = pytest.mark.long


@pytest.mark.parametrize("part", range(_PARTS))
@pytest.mark.parametrize("pack", PACKS)
def test_every_file_says_what_was_delivered(pack: str, part: int, tmp_path: Path, record_property: Any) -> None:
    if not (SHARED / pack).exists():
        pytest.skip(f"{pack} is not here: set VERTEBRA_SHARED to the folder that holds data/{pack}")
    project = tmp_path / "project"
    project.mkdir()
    (project / "vertebra.yaml").write_text("name: shared\n")
    drafted = _draft(project, list(_files(SHARED / pack, tmp_path / "members"))[part::_PARTS])
    with vb.open(project) as bb:
        run = bb.run()
        assert not run.errors
        accounts = [account for step in run.steps if step.receipt for account in step.receipt.accounts]
        found = _held(bb, project, drafted, accounts)
    assert found.files == len(drafted)
    assert not found.wrong
    assert set(found.lost) <= set(LOSSES)
    for name, number in {
        "files": found.files,
        "records": sum(account.records for account in accounts),
        "quarantined": sum(account.quarantined for account in accounts),
        "cells": found.cells,
        "losses": dict(found.lost),
    }.items():
        record_property(name, number)


def _files(pack: Path, members: Path) -> Iterable[Path]:
    """The files of a pack; what is in its archives, too."""
    for path in sorted(pack.rglob("*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                archive.extractall(members / path.stem)
            yield from sorted((members / path.stem).rglob("*.csv"))
        elif path.suffix in _ENDINGS:
            yield path


def _draft(project: Path, files: Iterable[Path]) -> dict[str, Path]:
    """A source for each file, by its name; those of which nothing can be read are refused in words."""
    found = {}
    for number, path in enumerate(files):
        try:
            vb.draft(path, f"s{number}", project)
        except UsageError as error:
            assert error.why in REFUSED, path  # noqa: PT017  which files are refused depends on the pack
        else:
            found[f"s{number}"] = path
    return found


def _held(bb: vb.Backbone, project: Path, drafted: Mapping[str, Path], accounts: Iterable[Account]) -> Held:
    """Every record is accounted for, as Python's own reader counts them; and every cell says its text."""
    by_source = {account.table: account for account in accounts}
    sources = read_sources(project)
    found = Held()
    for name, path in drafted.items():
        account, source = by_source[name], sources[name]
        assert account.balance == 0, path
        with bb.workspace.catalog.read() as connection:
            (file,) = all_files(connection, name)
        count = counted(bb, source, file)
        damaged = bb.query(f"select 1 from {name}_quarantine where type = 'damaged-quotes'").arrow().num_rows
        if count is not None and not damaged:
            assert count == account.records - account.skipped.get("blank", 0), path
        one = hold(bb, source, records=_RECORDS)
        assert one.records == min(account.formatted, one.records if account.records > _RECORDS else account.formatted)
        found += one
    return found
