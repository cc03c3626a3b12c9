"""File versions, deliveries, and what origins looked like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event

from vertebra.governance import files
from vertebra.governance.tables import observed

AT = datetime(2026, 1, 3, 10, 15, tzinfo=UTC)


def row(name: str, version: int = 1, source: str = "meters") -> dict[str, object]:
    return {
        "source": source,
        "name": name,
        "version": version,
        "received_at": AT + timedelta(seconds=version),
        "sha256": "0" * 64,
        "size": 7,
        "origin": f"deliveries/{name}",
        "path": f"landing/persistent/{source}/{version}/{name}",
    }


def add(connection: Connection, *rows: dict[str, object]) -> list[int]:
    return list(files.add_files(connection, rows).values())


def test_numbers_rise_in_the_order_of_the_rows_however_many(connection: Connection) -> None:
    rows = [row(f"{number:05}.csv") for number in reversed(range(2_500))]
    found = files.add_files(connection, rows)
    assert list(found) == [item["path"] for item in rows]
    assert list(found.values()) == list(range(1, 2_501))
    assert files.add_files(connection, []) == {}


def test_adding_takes_few_statements_and_none_that_searches(connection: Connection) -> None:
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(connection.engine, "before_cursor_execute", note)
    add(connection, *(row(f"{number}.csv") for number in range(300)))
    event.remove(connection.engine, "before_cursor_execute", note)
    assert len(seen) == 1
    assert seen[0].startswith("INSERT INTO file_version")


def test_a_version_comes_back_as_it_was_recorded(connection: Connection) -> None:
    (number,) = add(connection, row("Größe 'x'.csv", 3))
    (file,) = files.all_files(connection)
    assert file == files.FileVersion(number, **row("Größe 'x'.csv", 3))  # type: ignore[arg-type]
    assert files.files_by_id(connection, [number, number, 99]) == {number: file}


def test_files_of_one_source_or_of_all(connection: Connection) -> None:
    add(connection, row("a"), row("a", source="weather"))
    assert [file.source for file in files.all_files(connection)] == ["meters", "weather"]
    assert [file.source for file in files.all_files(connection, "weather")] == ["weather"]
    assert files.all_files(connection, "never") == ()


def test_many_numbers_are_looked_up(connection: Connection) -> None:
    numbers = add(connection, *(row(f"{number}") for number in range(1_203)))
    assert list(files.files_by_id(connection, numbers)) == numbers


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(st.tuples(st.sampled_from(["meters", "weather"]), st.sampled_from("abc")), max_size=12),
    asked=st.lists(st.sampled_from("abcd"), max_size=6),
)
def test_the_newest_version_of_a_name_is_the_one_recorded_last(
    connection: Connection, history: list[tuple[str, str]], asked: list[str]
) -> None:
    nested = connection.begin_nested()
    newest: dict[tuple[str, str], int] = {}
    for source, name in history:
        newest[source, name] = newest.get((source, name), 0) + 1
        add(connection, row(name, newest[source, name], source))
    expected = {name: version for (source, name), version in newest.items() if source == "meters"}
    by_name = files.newest_by_name(connection, "meters")
    assert {name: file.version for name, file in by_name.items()} == expected
    some = files.newest_of(connection, "meters", asked)
    assert some == {name: by_name[name] for name in set(asked) & set(expected)}
    nested.rollback()


def test_origins_are_remembered_as_they_were_seen_last(connection: Connection) -> None:
    one, two = add(connection, row("a"), row("b"))
    assert files.stamps(connection, "meters", ["x", "y"]) == {}
    files.see(connection, "meters", [("x", "1:1", one), ("y", "2:2", two)])
    files.see(connection, "meters", [("x", "1:9", two)])
    files.see(connection, "weather", [("x", "7:7", one)])
    files.see(connection, "meters", [])
    assert files.stamps(connection, "meters", ["x", "y", "z"]) == {"x": "1:9", "y": "2:2"}
    assert files.stamps(connection, "meters", ["y"]) == {"y": "2:2"}


def test_a_delivery_is_known_by_source_name_and_instant(connection: Connection, run_id: int) -> None:
    values: dict[str, object] = {"run_id": run_id, "source": "meters", "name": "a", "origin": "o", "seen_at": AT}
    files.add_deliveries(connection, [{**values, "outcome": "left", "note": "it changed"}])
    files.add_deliveries(connection, [])
    assert files.delivered(connection, "meters", "a", AT)
    assert not files.delivered(connection, "meters", "a", AT + timedelta(microseconds=1))
    assert not files.delivered(connection, "weather", "a", AT)
    assert not files.delivered(connection, "meters", "b", AT)


@example(asked={9}, there=set(range(41)))  # its origin is the last of all
@given(asked=st.sets(st.integers(0, 40), max_size=20), there=st.sets(st.integers(0, 40)))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_stamps_are_those_of_the_origins_that_were_asked_for(
    asked: set[int], there: set[int], connection: Connection
) -> None:
    connection.execute(observed.delete())
    (number, *_) = add(connection, row(f"{len(asked)}-{len(there)}-{uuid4()}.csv"))
    files.see(connection, "meters", [(f"d/{place}", f"stamp {place}", number) for place in there])
    files.see(connection, "weather", [(f"d/{place}", "another", number) for place in asked])
    found = files.stamps(connection, "meters", [f"d/{place}" for place in asked])
    assert found == {f"d/{place}": f"stamp {place}" for place in asked & there}


def test_what_names_versions_is_given_by_number(connection: Connection) -> None:
    numbers = add(connection, row("b.csv"), row("a.csv"), row("a.csv", 2), row("c.csv", source="weather"))
    digest = "0" * 64
    found = files.named(connection, "meters")
    assert [(one.id, one.name, one.version, one.sha256) for one in found] == [
        (numbers[0], "b.csv", 1, digest),
        (numbers[1], "a.csv", 1, digest),
        (numbers[2], "a.csv", 2, digest),
    ]
