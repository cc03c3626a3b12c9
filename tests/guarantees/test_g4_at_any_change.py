"""G4, once, as a property: a run that dies at any change of storage, tables or catalog is mended by the next.

The kill campaign beside this hits moments; this hits the gaps between changes, every one of them reachable: whatever
would have been written after the death is not. Drawn are what was delivered and changed, and where one or two runs die.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.campaign import State, leftovers, nothing_to_do, state
from tests.drawing import cases
from tests.landing_place import Killed
from tests.shop import Shop
from vertebra.engine import DuckDBEngine
from vertebra.exploitation.refreshing import Refused
from vertebra.governance.catalog import Catalog
from vertebra.storage import DeltaTables, LocalStorage

EXAMPLES = cases(3, 150)
HEADER = "receipt,sold_at,article,amount\n"
CHANGING = [
    *((LocalStorage, name) for name in ("receive", "write", "copy", "remove")),
    (DeltaTables, "publish"),
    (DuckDBEngine, "write"),
]
CHANGES = {
    "a new file": lambda shop: shop.deliver("north_2024-05-03.csv", f"{HEADER}9,2024-05-03 10:00:00,tea,2.00\n"),
    "a corrected file": lambda shop: shop.deliver("north_2024-05-01.csv", f"{HEADER}1,2024-05-01 09:12:00,tea,2\n"),
    "a broken file": lambda shop: shop.deliver("south_2024-05-03.csv", f"{HEADER}9,2024-05-03\n8,x,tea,2.00\n"),
    "a new view": lambda shop: shop.view(
        "articles", "select article, count(*) as n from sales group by all", "article"
    ),
    "a view gone": lambda shop: (shop.folder / "views" / "daily_sales.sql").unlink(),
}
DEATHS = st.lists(st.tuples(st.integers(1, 45), st.booleans()), min_size=1, max_size=2)


class Life:
    """How many changes have been made, and when the process dies."""

    def __init__(self, last: int, *, after: bool) -> None:
        self.last, self.after, self.made = last, after, 0

    def before(self) -> None:
        """Nothing is changed by the dead."""
        self.made += 1
        if self.made > self.last or (self.made == self.last and not self.after):
            raise Killed

    def behind(self) -> None:
        """Die with the change made and nobody told."""
        if self.made >= self.last:
            raise Killed


def mortal(life: Life, original: Callable[..., Any]) -> Callable[..., Any]:
    def change(*args: Any, **options: Any) -> Any:
        life.before()
        result = original(*args, **options)
        life.behind()
        return result

    return change


@contextmanager
def dies(last: int, *, after: bool) -> Iterator[None]:
    """Die at so many changes, and stay dead: what the code does on its way out changes nothing any more."""
    life = Life(last, after=after)
    write = Catalog.write

    @contextmanager
    def mortal_write(self: Catalog) -> Iterator[Any]:
        life.before()
        with write(self) as connection:
            yield connection
        life.behind()

    with ExitStack() as stack:
        for owner, name in CHANGING:
            stack.enter_context(patch.object(owner, name, mortal(life, getattr(owner, name))))
        stack.enter_context(patch.object(Catalog, "write", mortal_write))
        yield


def prepare(folder: Path, changes: tuple[str, ...], *, loaded: bool) -> Shop:
    shop = Shop(folder / "shop")
    if loaded:
        shop.run()
    for name in changes:
        CHANGES[name](shop)
    return shop


@cache
def undisturbed(changes: tuple[str, ...], *, loaded: bool) -> State:
    folder = Path(tempfile.mkdtemp(prefix="vertebra-"))
    try:
        shop = prepare(folder, changes, loaded=loaded)
        assert not shop.run().errors
        return state(shop.folder)
    finally:
        shutil.rmtree(folder)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(st.sets(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=3), st.booleans(), DEATHS)
def test_dead_at_any_change_and_run_again_is_as_if_nothing_had_happened(
    drawn: set[str],
    loaded: bool,  # noqa: FBT001  drawn
    deaths: list[tuple[int, bool]],
) -> None:
    changes = tuple(sorted(drawn))
    wanted = undisturbed(changes, loaded=loaded)
    with tempfile.TemporaryDirectory(prefix="vertebra-") as folder:
        shop = prepare(Path(folder), changes, loaded=loaded)
        for last, after in deaths:
            with dies(last, after=after):
                try:
                    shop.run()
                except Killed:
                    continue
        shop.run()
        assert state(shop.folder) == wanted
        assert leftovers(shop.folder) == []
        assert nothing_to_do(shop.folder)


@pytest.mark.parametrize("loaded", [False, True], ids=["a first load", "a refresh"])
def test_every_change_of_a_run_can_be_the_last(loaded: bool) -> None:  # noqa: FBT001  drawn
    """One by one: this is what the property draws from."""
    changes = ("a corrected file", "a new file") if loaded else ("a broken file", "a new view")
    wanted = undisturbed(changes, loaded=loaded)
    step = cases(12, 1)
    last = 0
    for last in range(1, 100, step):
        with tempfile.TemporaryDirectory(prefix="vertebra-") as folder:
            shop = prepare(Path(folder), changes, loaded=loaded)
            with dies(last, after=last % 2 == 0):
                try:
                    shop.run()
                except Killed:
                    pass
                else:
                    break
            shop.run()
            assert state(shop.folder) == wanted, last
            assert leftovers(shop.folder) == [], last
    assert 20 < last < 60


def test_the_refresh_that_dies_is_one_by_keys_and_equals_a_full_build() -> None:
    changes = ("a corrected file", "a new file")
    with tempfile.TemporaryDirectory(prefix="vertebra-") as folder:
        shop = prepare(Path(folder), changes, loaded=True)
        (done,) = [step.receipt for step in shop.run().steps if step.step.name == "daily_sales"]
        assert done is not None
        assert done.notes[0].endswith("keys computed anew, for changed rows: 5 of sales")
    with patch("vertebra.exploitation.build.refresh", side_effect=Refused("")):
        assert undisturbed.__wrapped__(changes, loaded=True) == undisturbed(changes, loaded=True)
