"""Runs, steps, and what they leave on record."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from vertebra.governance import runs
from vertebra.step import Action, Check, Kind, Step

STEP = Step("meters", Kind.FORMAT, Action.ADD, "it does not stand yet")


def rows(connection: Connection, sql: str) -> list[Sequence[object]]:
    return [tuple(row) for row in connection.exec_driver_sql(sql)]


def end_step(connection: Connection, number: int, outcome: str) -> None:
    runs.end_step(connection, number, outcome=outcome, wall_seconds=1.5, cpu_seconds=1.0, peak_memory=7, rows=3, size=9)


def test_a_run_and_its_steps_are_recorded_from_begin_to_end(connection: Connection, run_id: int) -> None:
    number = runs.begin_step(connection, run_id, STEP)
    assert rows(connection, "select outcome, kind, action, why from step_run") == [
        (None, "format", "add", "it does not stand yet")
    ]
    end_step(connection, number, "done")
    runs.end(connection, run_id, "done", None)
    assert rows(connection, 'select outcome, wall_seconds, peak_memory_bytes, "rows", bytes from step_run') == [
        ("done", 1.5, 7, 3, 9)
    ]
    assert rows(connection, "select command, environment, outcome, ended_at is null from run") == [
        ("run", "prod", "done", 0)
    ]


def test_what_a_crash_left_open_is_closed_as_crashed_by_the_next_run(connection: Connection, run_id: int) -> None:
    runs.begin_step(connection, run_id, STEP)
    ended = runs.begin_step(connection, run_id, STEP)
    end_step(connection, ended, "done")
    later = runs.begin(connection, "run", "prod")
    assert rows(connection, "select id, outcome from run order by id") == [(run_id, "crashed"), (later, None)]
    assert rows(connection, "select outcome from step_run order by id") == [("crashed",), ("done",)]


def test_an_abandoned_run_ends_its_open_steps_and_no_other(connection: Connection, run_id: int) -> None:
    done = runs.begin_step(connection, run_id, STEP)
    end_step(connection, done, "done")
    runs.begin_step(connection, run_id, STEP)
    runs.abandon(connection, run_id, "stopped")
    assert rows(connection, "select outcome from run") == [("stopped",)]
    assert rows(connection, "select outcome from step_run order by id") == [("done",), ("stopped",)]


def test_steps_that_did_not_end_well_are_found_until_a_run_is_done(connection: Connection, run_id: int) -> None:
    runs.begin_step(connection, run_id, STEP)
    second = runs.begin(connection, "run", "prod")
    assert runs.crashed_steps(connection, second) == ((run_id, "format", "meters"),)
    failed = runs.begin_step(connection, second, STEP)
    end_step(connection, failed, "failed")
    runs.end(connection, second, "failed", None)
    third = runs.begin(connection, "run", "prod")
    assert runs.crashed_steps(connection, third) == ((run_id, "format", "meters"), (second, "format", "meters"))
    runs.end(connection, third, "done", None)
    fourth = runs.begin(connection, "run", "prod")
    assert runs.crashed_steps(connection, fourth) == ()


def test_fallbacks_and_checks_are_recorded(connection: Connection, run_id: int) -> None:
    runs.record_fallbacks(connection, run_id, "meters", ["a.csv was left", "b.csv was left"])
    runs.record_fallbacks(connection, run_id, "meters", [])
    check = Check("daily", "heat is not negative", "quarantine", "quarantined", 3, "three rows")
    runs.record_checks(connection, run_id, None, [check])
    runs.record_checks(connection, run_id, None, [])
    assert rows(connection, "select step, text from fallback order by id") == [
        ("meters", "a.csv was left"),
        ("meters", "b.csv was left"),
    ]
    assert rows(connection, "select dataset, name, otherwise, outcome, failed, message from check_result") == [
        ("daily", "heat is not negative", "quarantine", "quarantined", 3, "three rows")
    ]


def test_what_crashed_is_still_found_behind_a_promotion_which_sweeps_nothing(
    connection: Connection, run_id: int
) -> None:
    runs.begin_step(connection, run_id, STEP)
    for command in runs.POINTING:
        runs.end(connection, runs.begin(connection, command, "prod"), "done", None)
    later = runs.begin(connection, "run", "prod")
    assert runs.crashed_steps(connection, later) == ((run_id, "format", "meters"),)


def test_the_last_run_of_an_environment_is_one_that_can_publish_to_it(connection: Connection, run_id: int) -> None:
    assert runs.last(connection, "dev") is None
    assert runs.last(connection, "prod") == runs.Ended(run_id, "run", None)
    runs.end(connection, run_id, "failed", None)
    for command, environment in (("land", "prod"), ("push", "prod"), ("run", "dev")):
        runs.end(connection, runs.begin(connection, command, environment), "done", None)
    assert runs.last(connection, "prod") == runs.Ended(run_id, "run", "failed")
