"""Releases, and the environments that point to them."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from vertebra.governance import datasets, releases
from vertebra.governance.releases import Difference


def version(connection: Connection, run_id: int, name: str, identity: str = "i") -> tuple[int, int]:
    number = datasets.register(connection, name, "formatted", f"formatted/{name}")
    return number, datasets.publish(
        connection,
        number,
        identity=identity,
        definition_id=None,
        table_version=0,
        columns=(),
        grain=(),
        rows=0,
        size=0,
        files=0,
        run_id=run_id,
    )


def test_an_environment_points_to_what_was_published_to_it(connection: Connection, run_id: int) -> None:
    assert releases.current(connection, "prod") is None
    a, a1 = version(connection, run_id, "a")
    b, b1 = version(connection, run_id, "b")
    first = releases.publish(connection, "prod", run_id, {b: b1, a: a1}, "run")
    _, a2 = version(connection, run_id, "a", "j")
    second = releases.publish(connection, "prod", run_id, {a: a2}, "run")
    other = releases.publish(connection, "test", run_id, {}, "run")
    assert releases.environments(connection) == {"prod": second, "test": other}
    assert releases.version_ids(connection, first) == {a: a1, b: b1}
    assert [(name, found.id) for name, found in releases.contents(connection, first).items()] == [("a", a1), ("b", b1)]
    assert list(releases.contents(connection, second)) == ["a"]
    assert releases.contents(connection, other) == {}
    assert [(r.number, r.parent) for r in releases.releases(connection)] == [
        (other, None),
        (second, first),
        (first, None),
    ]


def test_a_pointer_moves_and_the_move_is_remembered(connection: Connection, run_id: int) -> None:
    first, second = (releases.publish(connection, "prod", run_id, {}, "run") for _ in range(2))
    releases.point(connection, "prod", first, "rollback")
    assert releases.current(connection, "prod") == first
    moves = connection.exec_driver_sql("select release_id, why from environment_move order by id").fetchall()
    assert [tuple(move) for move in moves] == [(first, "run"), (second, "run"), (first, "rollback")]


def test_a_release_names_only_what_stands(connection: Connection, run_id: int) -> None:
    with pytest.raises(IntegrityError), connection.begin_nested():
        releases.publish(connection, "prod", run_id, {98: 99}, "run")
    assert releases.current(connection, "prod") is None


def test_a_copy_holds_the_same_and_continues_its_own_environment(connection: Connection, run_id: int) -> None:
    a, a1 = version(connection, run_id, "a")
    b, b1 = version(connection, run_id, "b")
    stood = releases.publish(connection, "prod", run_id, {a: a1}, "run")
    origin = releases.publish(connection, "dev", run_id, {a: a1, b: b1}, "run")
    number = releases.copy(connection, "prod", run_id, origin, "promoted")
    assert releases.version_ids(connection, number) == {a: a1, b: b1}
    assert releases.environments(connection) == {"dev": origin, "prod": number}
    assert releases.releases(connection)[0].parent == stood
    assert [(move.release, move.why) for move in releases.moves(connection, "prod")] == [
        (stood, "run"),
        (number, "promoted"),
    ]


def test_releases_differ_by_versions(connection: Connection, run_id: int) -> None:
    items = {name: version(connection, run_id, name) for name in "abc"}
    again = version(connection, run_id, "b", "j")
    first = releases.publish(connection, "prod", run_id, dict([items["a"], items["b"]]), "run")
    second = releases.publish(connection, "prod", run_id, dict([items["a"], again, items["c"]]), "run")
    empty = releases.publish(connection, "prod", run_id, {}, "run")
    assert releases.difference(connection, first, second) == Difference(added=1, removed=0, changed=1, equal=1)
    assert releases.difference(connection, second, first) == Difference(added=0, removed=1, changed=1, equal=1)
    assert releases.difference(connection, None, first) == Difference(added=2, removed=0, changed=0, equal=0)
    assert releases.difference(connection, second, empty) == Difference(added=0, removed=3, changed=0, equal=0)
    assert releases.difference(connection, first, first).nothing
    assert releases.difference(connection, empty, empty).nothing
    assert not releases.difference(connection, first, second).nothing
