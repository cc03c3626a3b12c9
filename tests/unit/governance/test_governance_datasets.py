"""Definitions, datasets, their versions, inputs and accounts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from vertebra.governance import datasets, files
from vertebra.governance import tables as t
from vertebra.step import Account
from vertebra.table import Column

COLUMNS = (Column("n", "BIGINT"), Column("x", "DOUBLE", "MWh", "heat energy", "what it says"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def publish(connection: Connection, run_id: int, name: str, identity: str, inputs: tuple[int, ...] = ()) -> int:
    number = datasets.register(connection, name, "formatted", f"formatted/{name}")
    return datasets.publish(
        connection,
        number,
        identity=identity,
        definition_id=None,
        table_version=4,
        columns=COLUMNS,
        grain=("n",),
        rows=3,
        size=100,
        files=1,
        run_id=run_id,
        inputs=inputs,
    )


@given(left=JSON, right=JSON)
def test_a_fingerprint_tells_values_apart_and_nothing_else(left: object, right: object) -> None:
    assert datasets.fingerprint(left) == datasets.fingerprint(left)
    if repr(left) != repr(right) and left != right:
        assert datasets.fingerprint(left) != datasets.fingerprint(right)
    assert datasets.fingerprint(left, right) != datasets.fingerprint([left, right])


def test_a_definition_is_recorded_once(connection: Connection) -> None:
    first = datasets.define(connection, "view", "daily", "f" * 64, "select 1")
    assert datasets.define(connection, "view", "daily", "f" * 64, "select 1") == first
    assert datasets.define(connection, "view", "daily", "e" * 64, "select 2") != first
    assert datasets.define(connection, "template", "daily", "f" * 64, "select 1") != first
    assert datasets.definition_of(connection, first) == ("f" * 64, "select 1")


def test_a_dataset_keeps_its_number_while_its_words_change(connection: Connection) -> None:
    first = datasets.register(connection, "daily", "exploitation", "exploitation/daily", description="old")
    assert datasets.register(connection, "daily", "exploitation", "x", description="new", owner="me") == first
    assert datasets.names(connection) == {"daily": "exploitation"}


def test_a_version_comes_back_as_it_was_published(connection: Connection, run_id: int) -> None:
    number = publish(connection, run_id, "meters", "i1")
    found = datasets.head(connection, "meters")
    assert found is not None
    assert (found.id, found.name, found.zone, found.path) == (number, "meters", "formatted", "formatted/meters")
    assert (found.identity, found.table_version, found.columns, found.grain) == ("i1", 4, COLUMNS, ("n",))
    assert (found.rows, found.size, found.files, found.exact, found.run_id) == (3, 100, 1, True, run_id)
    assert datasets.versions(connection, [number, number, 99]) == {number: found}
    assert datasets.head_at(connection, "formatted/meters") == found


def test_the_head_is_what_was_published_last_and_older_ones_stay(connection: Connection, run_id: int) -> None:
    assert datasets.head(connection, "meters") is None
    first, second = (publish(connection, run_id, "meters", identity) for identity in ("i1", "i2"))
    again = publish(connection, run_id, "meters", "i1")
    newest = datasets.head(connection, "meters")
    assert newest is not None
    assert newest.id == again
    assert [version.id for version in datasets.history(connection, "meters")] == [again, second, first]
    found = datasets.by_identity(connection, "meters", "i1")
    assert found is not None
    assert found.id == again
    assert datasets.by_identity(connection, "meters", "i3") is None
    assert datasets.by_identity(connection, "other", "i1") is None
    assert [v.id for v in datasets.of_run(connection, "formatted/meters", run_id)] == [first, second, again]


def test_a_version_knows_what_it_was_made_from(connection: Connection, run_id: int) -> None:
    meters, weather = (publish(connection, run_id, name, "i1") for name in ("meters", "weather"))
    daily = publish(connection, run_id, "daily", "i2", (weather, meters, weather))
    assert [version.name for version in datasets.inputs(connection, daily)] == ["meters", "weather"]
    assert datasets.inputs(connection, meters) == ()


def test_a_version_made_from_nothing_that_stands_is_refused(connection: Connection, run_id: int) -> None:
    with pytest.raises(IntegrityError), connection.begin_nested():
        publish(connection, run_id, "daily", "i2", (99,))


def account(file_id: int, formatted: int) -> Account:
    return Account("meters", f"{file_id}.csv", file_id, 1, 10, formatted, 9 - formatted, {"header": 1})


def test_accounts_stand_from_the_version_that_opens_them_until_the_one_that_closes_them(
    connection: Connection, run_id: int
) -> None:
    rows = [
        {
            "source": "meters",
            "name": f"{number}.csv",
            "version": 1,
            "received_at": datetime.now(UTC),
            "sha256": "",
            "size": 0,
            "origin": "",
            "path": str(number),
        }
        for number in (1, 2, 3)
    ]
    one, two, three = files.add_files(connection, rows).values()
    first = publish(connection, run_id, "meters", "i1")
    table = datasets.register(connection, "meters", "formatted", "formatted/meters")
    template = datasets.define(connection, "template", "meters", "p1", "{}")
    other = datasets.define(connection, "template", "meters", "p2", "{}")
    begun = [account(one, 9), account(two, 9)]
    datasets.record_accounts(
        connection, table, first, (), begun, definition_id=template, names={one: ("a",), two: ("a", "b")}
    )
    second = publish(connection, run_id, "meters", "i2")
    begun = [account(two, 4), account(three, 9)]  # two was not read again: records of it changed sides
    datasets.record_accounts(connection, table, second, [one], begun, definition_id=other, names={three: None})
    assert datasets.standing_names(connection, table) == {two: ("a", "b"), three: None}
    read_by = select(t.account.c.file_id, t.account.c.definition_id).where(t.account.c.until_id.is_(None))
    assert dict(map(tuple, connection.execute(read_by))) == {two: template, three: other}

    def standing(version: int | None) -> list[tuple[int, int]]:
        return [(a.file_id, a.formatted) for a in datasets.standing_accounts(connection, table, version)]

    assert standing(first) == [(one, 9), (two, 9)]
    assert standing(second) == standing(None) == [(two, 4), (three, 9)]
    found = datasets.standing_accounts(connection, table)[0]
    assert found == account(two, 4)
    assert found.balance == 0


def test_an_account_that_does_not_balance_says_by_how_much() -> None:
    assert Account("t", "f", 1, 1, records=10, formatted=5, quarantined=2, skipped={"blank": 1}).balance == 2
