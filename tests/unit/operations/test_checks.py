"""`vertebra check`: the newest results of what stands, and what failed runs of the same environment found since."""

from __future__ import annotations

import pytest

from tests.shop import Shop
from vertebra import operations

PATH = "views/daily_sales.sql"
HOLDS, FAILS = "amount_eur > 0, otherwise: warn", "amount_eur > 100, otherwise: fail"


@pytest.fixture
def two(shop: Shop) -> Shop:
    """A project with two environments, in both of which all is well."""
    settings = shop.folder / "vertebra.yaml"
    settings.write_text(settings.read_text().replace("environments: [prod]", "environments: [prod, dev]"))
    shop.run()
    shop.run(environment="dev")
    return shop


def edit(shop: Shop, before: str, after: str) -> None:
    path = shop.folder / PATH
    path.write_text(path.read_text().replace(before, after))


def shown(shop: Shop, environment: str = "prod", release: int | None = None) -> list[tuple[str, str, bool]]:
    with shop.opened() as ws:
        found = operations.checks(ws, release, environment)
    return [(one.check.name, one.check.outcome, one.published) for one in found if one.check.name != "grain"]


STANDS = ("something was sold", "passed", True)
FAILED = ("something was sold", "failed", False)


def test_a_failure_is_shown_whatever_runs_elsewhere_since(two: Shop) -> None:
    edit(two, HOLDS, FAILS)
    assert two.run().release is None
    edit(two, FAILS, HOLDS)
    two.run(environment="dev")
    with two.opened() as ws:
        operations.land(ws)
    assert shown(two) == [STANDS, FAILED]
    assert shown(two, "dev") == [STANDS]
    assert shown(two, release=1) == [STANDS], "of a release that is asked for, only its own"


def test_a_failure_is_forgotten_when_a_run_ends_well(two: Shop) -> None:
    edit(two, HOLDS, FAILS)
    two.run()
    edit(two, FAILS, HOLDS)
    two.run()
    assert shown(two) == [STANDS]


def test_a_failure_stays_while_later_runs_fail_on_something_else(two: Shop) -> None:
    edit(two, HOLDS, FAILS)
    two.run()
    two.view("broken", "select 1 // 0 as n, error('no') as e from sales", "n")
    two.run()
    assert shown(two) == [STANDS, FAILED]
    edit(two, FAILS, HOLDS)
    two.run()
    assert shown(two)[0] == STANDS


def test_freshness_is_shown_as_it_was_found_last(two: Shop) -> None:
    header = "expect: [{name: fresh, freshness: {column: day, within: 2 weeks}, otherwise: warn}]"
    two.view("days", "select distinct sold_at::date as day from sales", "day", header)
    reports = [two.run(), two.run()]
    assert reports[1].release is None
    assert [check.name for check in reports[1].checks] == ["fresh"]
    assert ("fresh", "warned", True) in shown(two)
    with two.opened() as ws:
        (found,) = [one for one in operations.checks(ws) if one.check.name == "fresh"]
    assert found.run == reports[1].run
