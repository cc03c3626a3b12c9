"""G9, rebuildable: every release of a project with a history is rebuilt from the landing zone, with the same hashes.

Then what stands is damaged, file by file and bit by bit: the damage is named, and what is put back reads as before in
every release that shares it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from tests.campaign import leftovers
from tests.drawing import cases
from tests.guarantees.test_g4_at_any_change import dies
from tests.history_place import CHANGES, make, opened, parquet, read
from tests.landing_place import Killed
from vertebra import operations
from vertebra.errors import DamageError
from vertebra.governance import tables as t
from vertebra.operations.verify import Verdict, Verification, verify
from vertebra.operations.verify.repairing import repaired

LONG = bool(os.environ.get("VERTEBRA_LONG"))
EXAMPLES = cases(2, 60)
NEWEST = len(CHANGES)
WAYS = ("deleted", "flipped", "cut")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("history") / "p")


@pytest.fixture(scope="module")
def hashes(history: Path) -> dict[int, dict[str, str]]:
    return read(history)


@pytest.fixture
def copy(history: Path, tmp_path: Path) -> Path:
    return copied(history, tmp_path)


def copied(history: Path, folder: Path) -> Path:
    shutil.copytree(history, folder / "p")
    return folder / "p"


def verified(folder: Path, release: int = NEWEST) -> Verification:
    with opened(folder) as ws:
        return verify(ws, release)


def mended(folder: Path, release: int = NEWEST) -> Verification:
    with opened(folder) as ws:
        return repaired(ws, release)


def damage(path: Path, way: str, place: float = 0.4) -> None:
    data = bytearray(path.read_bytes())
    if way == "deleted":
        path.unlink()
    elif way == "cut":
        path.write_bytes(data[: len(data) // 2])
    else:
        data[int(place * (len(data) - 1))] ^= 1 << (len(data) % 8)
        path.write_bytes(data)


def key(folder: Path, path: Path) -> str:
    return path.relative_to(folder / "data").as_posix()


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and "catalog.db" not in path.name
    }


@pytest.mark.parametrize("release", range(1, NEWEST + 1))
def test_every_release_is_rebuilt_from_the_landing_zone(
    history: Path, hashes: dict[int, dict[str, str]], release: int
) -> None:
    before = tree(history)
    found = verified(history, release)
    assert not found.broken
    assert not found.fallbacks
    assert {one.verdict for one in found.datasets} == {Verdict.EQUAL}
    held = {one.name: one.hash for one in found.datasets}
    assert {name: held[name] for name in hashes[release]} == hashes[release]
    assert tree(history) == before, "a verification changes nothing"


@pytest.mark.parametrize("seed", range(12 if LONG else 2))
def test_a_sample_of_every_release_holds(history: Path, seed: int) -> None:
    with opened(history) as ws:
        for release in range(1 + seed % 2, NEWEST + 1, 2):
            found = verify(ws, release, sample=0.3, seed=seed)
            assert not found.broken
            assert found.landed < len(operations.landed(ws))
        again = verify(ws, release, sample=0.3, seed=seed)
        assert [one.verdict for one in again.datasets] == [one.verdict for one in found.datasets]


@settings(max_examples=EXAMPLES, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000), st.sampled_from(WAYS), st.floats(0.02, 0.98), st.integers(1, NEWEST))
def test_a_damaged_file_is_named_and_put_back_in_every_release_that_shares_it(
    history: Path, hashes: dict[int, dict[str, str]], which: int, way: str, place: float, release: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = copied(history, Path(folder))
        files = named(project, release)
        path = files[which % len(files)]
        damage(path, way, place)
        left = leftovers(project)
        found = verified(project, release)
        if way == "flipped" and not found.broken:  # a bit that decides no value: in a name of the writer, in padding
            assert read(project) == hashes
            return
        assert {one.file for one in found.broken} == {key(project, path)}
        error = found.broken[0].error(release)
        assert key(project, path) in error.where
        assert found.broken[0].dataset in error.where
        assert mended(project, release).left == ()
        assert read(project) == hashes
        assert not path.exists()
        assert not verified(project, release).broken
        assert set(leftovers(project)) <= set(left)


def named(project: Path, release: int) -> list[Path]:
    """The data files of a release, and of what it was made from."""
    with opened(project) as ws:
        versions = operations.contents(ws, release)[1].values()
        return sorted(
            project / "data" / v.path / file.path
            for v in versions
            for file in ws.tables.snapshot(v.path, v.table_version).files
        )


@pytest.mark.long
def test_every_file_at_once(copy: Path, hashes: dict[int, dict[str, str]]) -> None:
    for number, path in enumerate(parquet(copy)):
        damage(path, WAYS[number % 2 * 2])
    for release in range(1, NEWEST + 1):
        found = mended(copy, release)
        assert found.broken
        assert found.left == ()
    assert read(copy) == hashes
    with opened(copy) as ws:
        assert operations.run(ws).release is None
    assert not verified(copy).broken


def test_statistics_that_changed_are_named_with_their_file(copy: Path, hashes: dict[int, dict[str, str]]) -> None:
    """A flip by which readers pass over rows that are there: what is read whole is right."""
    (path,) = [path for path in named(copy, NEWEST) if "exploitation/by_device" in path.as_posix()]
    sound = path.read_bytes()
    asked = "select path_in_schema, stats_max_value from parquet_metadata(?) where path_in_schema = 'n'"
    with duckdb.connect() as reader:
        told = reader.execute(asked, [str(path)]).fetchall()
        for place in range(len(sound) // 2, len(sound) - 8):
            path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
            with suppress(duckdb.Error):
                now = reader.execute(asked, [str(path)]).fetchall()
                if now and now[0][1] and int(now[0][1]) < int(told[0][1]):
                    break
    (found,) = verified(copy).broken
    assert (found.promise, found.type, found.file) == ("G5", "statistics-differ", key(copy, path))
    assert found.what.startswith("part 0 says n is from")
    assert f"to {now[0][1]}, and it is from" in found.what
    assert mended(copy).left == ()
    assert read(copy) == hashes


def test_values_that_changed_are_named_with_dataset_row_and_file(copy: Path, hashes: dict[int, dict[str, str]]) -> None:
    """A flip that no reader notices: the table reads, and says something else."""
    (path,) = [path for path in named(copy, NEWEST) if "exploitation/by_device" in path.as_posix()]
    sound = path.read_bytes()
    with duckdb.connect() as reader:
        rows = reader.execute("from read_parquet(?)", [str(path)]).fetchall()
        for place in range(4, len(sound) // 2):
            data = bytearray(sound)
            data[place] ^= 1
            path.write_bytes(data)
            with suppress(duckdb.Error):
                if reader.execute("from read_parquet(?)", [str(path)]).fetchall() != rows:
                    break
    found = verified(copy)
    first = found.broken[0]
    assert (first.promise, first.type, first.file) == ("G9", "rows-differ", key(copy, path))
    assert set(first.row) == {"device"}
    assert "rebuilt" in first.what
    assert mended(copy).left == ()
    assert read(copy) == hashes


def test_the_bytes_of_a_delivery_and_an_account_are_held(copy: Path) -> None:
    landed = sorted((copy / "data" / "landing" / "persistent").rglob("L4_01.csv"))
    damage(landed[-1], "flipped")
    with opened(copy) as ws, ws.catalog.write() as connection:
        c = t.account.c
        connection.execute(update(t.account).where(c.until_id.is_(None), c.formatted == 1).values(formatted=2))
    found = verified(copy)
    assert [(one.promise, one.type) for one in found.broken][:2] == [("G1", "landed-file-bytes"), ("G2", "account")]
    assert "meters was not rebuilt: a landed file of it is not what was landed" in found.fallbacks
    assert found.broken[0].file == key(copy, landed[-1])
    assert mended(copy).left, "no other place holds the bytes of a delivery"


def test_what_a_missing_delivery_made_is_said_not_to_be_rebuilt(copy: Path) -> None:
    next((copy / "data" / "landing" / "persistent").rglob("more.zip")).unlink()
    found = verified(copy)
    assert [one.type for one in found.broken] == ["landed-file-missing"]
    verdicts = {one.name: one.verdict for one in found.datasets}
    assert verdicts["meters"] is Verdict.UNBUILT
    assert verdicts["prices"] is Verdict.EQUAL
    assert any(text.startswith("meters was not rebuilt") for text in found.fallbacks)


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[int, dict[str, str]]]:
    """One file of a table that two releases share, and one of the view over it, are gone; and what both said before."""
    project = make(tmp_path_factory.mktemp("damaged") / "p", 2)
    hashes = read(project, 2)
    (project / "data" / _shared(project)).unlink()
    next(path for path in named(project, 2) if "exploitation/top" in path.as_posix()).unlink()
    return project, hashes


def _shared(project: Path) -> str:
    with opened(project) as ws:
        both = [operations.contents(ws, release)[1]["meters"] for release in (1, 2)]
        files = [{file.path for file in ws.tables.snapshot(v.path, v.table_version).files} for v in both]
    return f"formatted/meters/{min(files[0] & files[1] or files[1])}"


def deaths() -> Iterator[tuple[int, bool]]:
    for last in range(1, 60, 1 if LONG else 19):
        yield last, last % 3 == 0


def test_a_repair_that_dies_at_any_change_is_mended_by_the_next(
    damaged: tuple[Path, dict[int, dict[str, str]]], tmp_path: Path
) -> None:
    left = {text for text in leftovers(damaged[0]) if not text.startswith("lost data")}
    last = 0
    for last, after in deaths():
        project = copied(damaged[0], tmp_path / str(last))
        with dies(last, after=after):
            try:
                mended(project, 2)
            except Killed:
                pass
            else:
                break
        if last % 2:  # somebody runs in between, and sweeps
            with opened(project) as ws:
                operations.run(ws)
        assert mended(project, 2).left == (), last
        assert read(project, 2) == damaged[1], last
        assert set(leftovers(project)) <= left, last
        shutil.rmtree(project)
    assert last > 10


def test_a_query_of_a_damaged_table_names_the_file_and_the_way_out(copy: Path) -> None:
    path = next(path for path in named(copy, NEWEST) if "formatted/prices" in path.as_posix())
    damage(path, "deleted")
    with opened(copy) as ws, pytest.raises(DamageError) as caught:
        operations.query(ws, "select * from prices")
    assert caught.value.where == f"prices: {path}"
    assert caught.value.next.startswith("vertebra verify --repair")


@pytest.mark.parametrize(("way", "place"), [("cut", 0.0), ("flipped", 0.45), ("flipped", 0.99)])
def test_whatever_is_done_to_a_file_no_command_takes_it_for_a_fault_of_the_query(
    copy: Path, way: str, place: float
) -> None:
    path = next(path for path in named(copy, NEWEST) if "formatted/meters" in path.as_posix())
    damage(path, way, place)
    with opened(copy) as ws, suppress(DamageError):  # or the flip is in a value, and read as it is
        operations.query(ws, "select sum(energy), max(device), max(hour) from meters")
