"""G5, whole: a reader sees a whole release or the one before, across all datasets; never half a run."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drawing import cases
from tests.shop import Shop
from vertebra import operations
from vertebra.errors import UnknownNameError
from vertebra.governance import datasets
from vertebra.operations import content_hash
from vertebra.step import Outcome
from vertebra.workspace import Workspace, open_workspace

EXAMPLES = cases(4, 60)
ROUNDS = cases(5, 40)
HEADER = "receipt,sold_at,article,amount\n"
BOTH = "select (select count(*) from sales) as sold, (select sum(receipts) from daily_sales) as reported"
RISKY = "select day, case when receipts > {limit} then error('too many') else receipts end as n from daily_sales"


def delivery(number: int, receipts: int) -> tuple[str, str]:
    day = f"2024-06-{number + 1:02d}"
    lines = [f"{100 * (number + 1) + n},{day} 10:00:00,bread,{n + 1}.50\n" for n in range(receipts)]
    return f"north_{day}.csv", HEADER + "".join(lines)


def whole(ws: Workspace) -> dict[str, str]:
    """Hold that every dataset of the release was made from datasets of the same release; their hashes."""
    _, found = operations.contents(ws)
    ids = {version.id for version in found.values()}
    with ws.catalog.read() as connection:
        for version in found.values():
            made_from = {one.id for one in datasets.inputs(connection, version.id)}
            assert made_from <= ids, f"{version.name} was made from what the release does not hold"
            assert bool(made_from) == (version.zone == "exploitation" or "_expectation" in _names(version))
    return {name: content_hash(ws, version) for name, version in found.items()}


def _names(version: datasets.DatasetVersion) -> list[str]:
    return [column.name for column in version.columns]


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("deliver"), st.integers(0, 4), st.integers(1, 6)),
            st.tuples(st.just("limit"), st.integers(0, 8), st.just(0)),
            st.tuples(st.just("drop"), st.just(0), st.just(0)),
        ),
        min_size=2,
        max_size=6,
    )
)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_release_is_made_from_itself_and_a_failed_run_leaves_it_alone(changes: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "shop")
        shop.run()
        for kind, number, receipts in changes:
            match kind:
                case "deliver":
                    shop.deliver(*delivery(number, receipts))
                case "limit":
                    shop.view("risky", RISKY.format(limit=number), "day")
                case "drop":
                    (shop.folder / "views" / "risky.sql").unlink(missing_ok=True)
            with shop.opened() as ws:
                before, hashes = operations.contents(ws)[0], whole(ws)
                report = operations.run(ws)
                after, new = operations.contents(ws)[0], whole(ws)
            failed = any(step.outcome is Outcome.FAILED for step in report.steps)
            assert (report.release is None) == (after == before)
            if failed:
                assert (after, new) == (before, hashes)
            else:
                assert ("risky" in new) == (shop.folder / "views" / "risky.sql").exists()


def test_readers_beside_a_writer_see_one_release_at_a_time(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop")
    shop.run()
    stop = threading.Event()
    seen: list[tuple[int, int, int]] = []
    wrong: list[str] = []

    def read() -> None:
        while not stop.is_set():
            ws = open_workspace(shop.folder)
            try:
                number, found = operations.contents(ws)
                row = operations.query(ws, BOTH).to_pylist()[0]
                again = operations.query(ws, BOTH, number).to_pylist()[0]
                rows = found["sales"].rows
            except UnknownNameError as error:  # never: something is published from the first run on
                wrong.append(str(error))
                return
            finally:
                ws.close()
            seen.append((number, row["sold"], again["sold"]))
            if row["sold"] != row["reported"] or again["sold"] != again["reported"] or again["sold"] != rows:
                wrong.append(f"release {number}: {row}, {again}, {rows} rows recorded")

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for number in range(ROUNDS):
            shop.deliver(*delivery(number, number + 1))
            if number % 3 == 2:
                shop.view("risky", RISKY.format(limit=0), "day")
                assert shop.run().release is None
                (shop.folder / "views" / "risky.sql").unlink()
            assert shop.run().release is not None
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert wrong == []
    assert len({number for number, _, _ in seen}) > 2, "the readers saw too few releases to say anything"


def test_an_old_release_is_read_as_it_was(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop")
    shop.run()
    with shop.opened() as ws:
        before = {name: content_hash(ws, version) for name, version in operations.contents(ws)[1].items()}
    shop.deliver(*delivery(0, 3))
    shop.deliver("north_2024-05-01.csv", HEADER + "1,2024-05-01 09:12:00,bread,4.20\n")
    shop.run()
    with shop.opened() as ws:
        again = {name: content_hash(ws, version) for name, version in operations.contents(ws, 1)[1].items()}
        now = {name: content_hash(ws, version) for name, version in operations.contents(ws)[1].items()}
    assert again == before
    assert now["daily_sales"] != before["daily_sales"]
    assert shop.rows("select amount_eur from sales where receipt = 2", release=1) != []
    assert shop.rows("select amount_eur from sales where receipt = 2") == []
