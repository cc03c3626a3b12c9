"""A profile says what the engine says when it is asked in full; and where it does not, it says so."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.small_project import SmallProject
from vertebra.governance import datasets, profiles
from vertebra.governance.datasets import DatasetVersion
from vertebra.profile import ColumnProfile, Profile, make, record, recorded
from vertebra.profile.make import Made
from vertebra.profile.part import fold, nothing
from vertebra.profile.stored import packed, unpacked

READINGS = """
    select i // 50000 as _file, i % 50000 as _record, i as id, 'D' || (i % 7) as device,
        case when i % 10 = 0 then null else sin(i) * 100 end as value, i % 3 = 0 as flag,
        timestamptz '2024-01-01 00:00+00' + interval (i) minute as moment,
        date '2024-01-01' + (i // 1440)::integer as day,
        (i * 1.01)::decimal(18, 2) as money
    from range(120000) t(i)
"""


def profile(place: SmallProject, version: DatasetVersion, *, every: bool = False) -> Profile:
    return make(place.ws, version, every=every).profile


def columns(found: Profile) -> dict[str, ColumnProfile]:
    return {column.name: column for column in found.columns}


def of(place: SmallProject, sql: str, name: str = "t", *, every: bool = False) -> dict[str, ColumnProfile]:
    """The profile of a table with the columns of a query."""
    version = place.table(name, f"select *, 0 as _file, row_number() over () as _record from ({sql})")
    return columns(profile(place, version, every=every))


def one(place: SmallProject, version: DatasetVersion, sql: str) -> Any:
    row = place.ws.engine.arrow(f"select {sql} from {version.name}", [place.ws.relation(version)]).to_pylist()[0]
    return next(iter(row.values()))


@pytest.mark.parametrize("every", [False, True])
def test_what_is_exact_is_what_the_engine_counts(place: SmallProject, *, every: bool) -> None:
    version = place.table("readings", READINGS, parts=3)
    found = profile(place, version, every=every)
    assert (found.rows, found.files, found.dataset, found.sampled) == (120_000, 3, "readings", not every)
    assert found.looked == (120_000 if every else 3 * 4_096) or abs(found.looked - 3 * 4_096) < 10
    for name, column in columns(found).items():
        assert column.nulls == one(place, version, f"count(*) - count({name})")
        if name == "value":
            assert column.mean == pytest.approx(one(place, version, f"avg({name})"), rel=1e-9)
            assert column.deviation == pytest.approx(one(place, version, f"stddev({name})"), rel=1e-9)
            assert float(column.low or "") == one(place, version, f"min({name})")
            assert float(column.high or "") == one(place, version, f"max({name})")
        if name != "flag":
            assert column.distinct == pytest.approx(one(place, version, f"count(distinct {name})"), rel=0.1)
    by = columns(found)
    assert (by["moment"].low, by["moment"].high) == ("2024-01-01T00:00:00Z", "2024-03-24T07:59:00Z")
    assert (by["day"].low, by["day"].high) == ("2024-01-01", "2024-03-24")
    assert (by["money"].low, by["money"].high) == ("0.00", "121198.99")
    assert (by["device"].low, by["device"].high) == ("D0", "D6")
    assert by["device"].lengths is not None
    assert (by["device"].lengths.shortest, by["device"].lengths.longest, by["device"].lengths.mean) == (2, 2, 2.0)
    assert by["flag"].mean == pytest.approx(1 / 3)
    assert [p.value for p in by["device"].patterns] == ["A9"]
    assert not {"_file", "_record"} & set(by)


@pytest.mark.parametrize("every", [False, True])
def test_quantiles_are_within_the_error_that_the_profile_states(place: SmallProject, *, every: bool) -> None:
    version = place.table("readings", READINGS, parts=3)
    found = profile(place, version, every=every)
    assert found.error == pytest.approx(0.005 if every else 0.005 + math.sqrt(math.log(40) / (2 * found.looked)))
    column = columns(found)["value"]
    assert column.quantiles is not None
    for share, text in column.quantiles.items():
        rank = one(place, version, f"count(*) filter (value <= {text}) / count(value)")
        assert abs(rank - float(share)) <= found.error
    histogram = column.histogram
    assert histogram is not None
    assert sum(histogram.counts) + histogram.below + histogram.above == pytest.approx(108_000)
    for low, high, count in zip(histogram.edges, histogram.edges[1:], histogram.counts, strict=False):
        really = one(place, version, f"count(*) filter (value >= {low} and value < {high})")
        assert abs(count - really) <= 2 * found.error * 108_000


def test_the_same_version_gives_the_same_profile_to_the_last_bit(place: SmallProject) -> None:
    version = place.table("readings", READINGS, parts=3)
    first, second = (make(place.ws, version, every=False) for _ in range(2))
    assert packed(first.part) == packed(second.part)
    assert replace(first.profile, seconds=0) == replace(second.profile, seconds=0)
    assert packed(unpacked(packed(first.part))) == packed(first.part)


def test_a_sample_does_not_follow_a_period_of_the_data(place: SmallProject) -> None:
    """Every 64th row would see one device only."""
    found = of(place, "select 'd' || (i % 64) as device from range(600000) t(i)")["device"]
    assert not found.top_exact
    assert {f.value for f in found.top} <= {f"d{i}" for i in range(64)}
    assert max(f.count for f in found.top) < 1.25 * 600_000 / 64
    made = make(place.ws, place.heads["t"], every=False).part.columns["device"].sampled.top
    assert made is not None
    assert len(made.items) == 64
    assert min(made.items.values()) > 0.75 * 600_000 / 64


def test_a_new_version_reads_its_new_files_only_and_says_the_same_as_a_full_reading(place: SmallProject) -> None:
    first = place.table("readings", READINGS.replace("120000", "100000"), parts=2)
    done = make(place.ws, first, every=False)
    record(place.ws, first, done, place.run, every=False)
    assert sorted(done.new) == [file.path for file in place.ws.tables.snapshot(first.path, 0).files]
    grown = _with_one_file_more(place, first)
    more = make(place.ws, grown, every=False)
    assert [path.split("/")[1] for path in more.new] == ["part-2.parquet"]
    with place.ws.catalog.write() as connection:
        connection.exec_driver_sql("delete from profile")
        connection.exec_driver_sql("delete from profile_file")
    again = make(place.ws, grown, every=False)
    assert len(again.new) == 3
    assert packed(again.part) == packed(more.part)


def test_where_a_file_left_the_others_are_put_together_anew_and_none_is_read(place: SmallProject) -> None:
    first = place.table("readings", READINGS, parts=3)
    record(place.ws, first, make(place.ws, first, every=False), place.run, every=False)
    less = _without_its_first_file(place, first)
    found = make(place.ws, less, every=False)
    assert (len(found.new), found.profile.rows) == (0, 70_000)
    assert columns(found.profile)["id"].low == "50000"


def test_what_no_later_profile_is_made_of_is_forgotten_and_what_is_recorded_stays(place: SmallProject) -> None:
    """A file that left, and every file as it was looked at before; the earlier version's own profile says the same."""
    first = place.table("readings", READINGS, parts=3)
    other = place.table("others", "select 1 as _file, 1 as _record, 1 as id")
    for version in (first, other):
        record(place.ws, version, make(place.ws, version, every=False), place.run, every=False)
    with place.ws.catalog.read() as connection:
        before = profiles.profile(connection, first.id)
        (kept,) = _known(connection, other)
        assert before is not None
        said = recorded(connection, first, before)[1]
        assert len(_known(connection, first)) == 3
    less = _without_its_first_file(place, first)
    stay = {file.path for file in place.ws.tables.snapshot(less.path, less.table_version).files}
    for every, read in ((False, 0), (True, 2), (True, 0)):
        found = make(place.ws, less, every=every)
        assert len(found.new) == read
        with place.ws.catalog.write() as connection:
            connection.exec_driver_sql(f"delete from profile where version_id = {less.id}")
        record(place.ws, less, found, place.run, every=every)
        with place.ws.catalog.read() as connection:
            assert _known(connection, less) == [(path, found.settings) for path in sorted(stay)]
            assert _known(connection, other) == [kept]
            assert recorded(connection, first, before)[1] == said
    assert make(place.ws, first, every=True).profile.rows == 120_000


def _known(connection: Connection, version: DatasetVersion) -> list[tuple[str, str]]:
    """Files of a table that something is known of, and under which settings."""
    rows = connection.exec_driver_sql(
        f"select path, settings from profile_file where dataset_id = {version.dataset_id} order by 1, 2"
    )
    return [(row.path, row.settings) for row in rows]


def _with_one_file_more(place: SmallProject, version: DatasetVersion) -> DatasetVersion:
    return _published(place, version, place.ws.tables.snapshot(version.path, version.table_version).files, more=True)


def _without_its_first_file(place: SmallProject, version: DatasetVersion) -> DatasetVersion:
    files = sorted(place.ws.tables.snapshot(version.path, version.table_version).files, key=lambda f: f.lower["_file"])
    return _published(place, version, tuple(files[1:]), more=False)


def _published(place: SmallProject, version: DatasetVersion, files: Any, *, more: bool) -> DatasetVersion:
    if more:
        sql = f"select * from ({READINGS}) where _file = 2"
        folder = files[0].path.split("/")[0]
        files = [*files, *place.ws.engine.write(sql, place.ws.storage.url(version.path), f"{folder}/part-2")]
    commit = place.ws.tables.publish(version.path, files, place.ws.engine.schema(version.columns), "another")
    with place.ws.catalog.write() as connection:
        number = datasets.publish(
            connection,
            version.dataset_id,
            identity="another",
            definition_id=version.definition_id,
            table_version=commit,
            columns=version.columns,
            grain=version.grain,
            rows=sum(file.rows for file in files),
            size=sum(file.size for file in files),
            files=len(files),
            run_id=place.run,
        )
    return place.stands(version.name, number)


def test_a_file_from_before_a_column_came_has_nulls_in_it(place: SmallProject) -> None:
    first = place.table("t", "select 1 as a, 1 as _file, 1 as _record")
    wider = replace(first, columns=(*first.columns, replace(first.columns[0], name="b", type="VARCHAR")))
    found = columns(make(place.ws, wider, every=False).profile)
    assert (found["a"].nulls, found["b"].nulls, found["b"].values) == (0, 1, 0)


def test_a_table_without_rows(place: SmallProject) -> None:
    found = of(place, "select 1 as a, 'x' as b, [1] as c, 1.0::double as d where false")
    assert [(c.values, c.nulls, c.distinct, c.low, c.mean, c.top) for c in found.values()] == [
        (0, 0, 0, None, None, ())
    ] * 4


def test_a_column_of_nulls(place: SmallProject) -> None:
    found = of(
        place,
        """select null::double as a, null::varchar as b, null::timestamp as c, null::decimal(38, 2) as d,
        null::integer[] as e, null::boolean as f from range(3)""",
    )
    for column in found.values():
        assert (column.values, column.nulls, column.distinct, column.distinct_exact) == (0, 3, 0, True)
        assert (column.low, column.high, column.mean, column.quantiles, column.unique) == (None, None, None, None, "no")


def test_values_that_are_no_numbers_are_counted_apart(place: SmallProject) -> None:
    found = of(
        place,
        "select unnest([1, 3, 'nan'::double, 'inf'::double, '-inf'::double, 'inf'::double, null]) as x",
    )["x"]
    assert (found.values, found.nulls, found.nan, found.positive_infinity, found.negative_infinity) == (6, 1, 1, 2, 1)
    assert (found.low, found.high, found.mean) == ("1.0", "3.0", 2.0)
    assert found.deviation == pytest.approx(math.sqrt(2))
    assert (found.distinct, found.distinct_exact) == (5, True)
    assert found.quantiles is not None
    assert found.quantiles["0.5"] == "1.0"


def test_only_infinite_values(place: SmallProject) -> None:
    found = of(place, "select 'inf'::double as x, 'infinity'::date as d from range(2)")
    assert (found["x"].low, found["x"].mean, found["x"].histogram, found["x"].positive_infinity) == (
        None,
        None,
        None,
        2,
    )
    assert (found["d"].low, found["d"].positive_infinity) == (None, 2)


def test_decimals_of_38_digits_keep_them(place: SmallProject) -> None:
    big = "9" * 36
    found = of(place, f"select unnest(['{big}.25', '-{big}.25', '0.01'])::decimal(38, 2) as x")["x"]
    assert (found.low, found.high) == (f"-{big}.25", f"{big}.25")
    assert {f.value for f in found.top} == {f"{big}.25", f"-{big}.25", "0.01"}
    assert found.mean == pytest.approx(0.0033, abs=1e20)


def test_whole_numbers_beyond_doubles_are_not_mixed_up(place: SmallProject) -> None:
    found = of(place, "select 9007199254740993 + i as x from range(4) t(i)")["x"]
    assert [f.value for f in found.top] == [str(9007199254740993 + i) for i in range(4)]
    assert (found.low, found.high, found.distinct) == ("9007199254740993", "9007199254740996", 4)


def test_large_numbers_close_together_keep_their_deviation(place: SmallProject) -> None:
    sql = "select (1e15 + i % 2)::double as x, (1000000000000000 + i % 2)::decimal(20, 0) as y from range(1000) t(i)"
    for column in of(place, sql).values():
        assert column.deviation == pytest.approx(0.50025, rel=1e-4)


def test_numbers_whose_squares_no_double_holds_have_no_deviation(place: SmallProject) -> None:
    found = of(place, "select unnest([1e200, -1e200, 1e200]) as x")["x"]
    assert (found.deviation, found.high) == (None, "1e+200")


def test_times_of_any_kind(place: SmallProject) -> None:
    found = of(
        place,
        """select unnest([timestamp '2024-01-01 00:00:00.123456', timestamp '1969-12-31 23:59:59']) as t,
        unnest([date '0001-01-01', date '9999-12-31']) as d, unnest([date '12024-01-01', date '2024-01-01']) as far""",
    )
    assert (found["t"].low, found["t"].high) == ("1969-12-31T23:59:59", "2024-01-01T00:00:00.123456")
    assert (found["d"].low, found["d"].high) == ("0001-01-01", "9999-12-31")
    assert found["far"].high == "12024-01-01"
    assert found["far"].quantiles is not None


def test_truth_values(place: SmallProject) -> None:
    found = of(place, "select unnest([true, true, false, null]) as x")["x"]
    assert found.mean == pytest.approx(2 / 3)
    assert (found.deviation, found.distinct, found.low) == (None, 2, None)
    assert [(f.value, f.count) for f in found.top] == [("true", 2), ("false", 1)]


def test_nested_values_and_bytes_are_counted(place: SmallProject) -> None:
    found = of(
        place,
        """select unnest([[1], [2, 3], [1]]) as l, {'a': 1, 'b': 'x'} as s, map {'k': 1} as m, 'ab'::blob as b,
        [{'a': [1]}] as deep from range(1)""",
    )
    assert {name: (c.values, c.distinct, c.kind, c.top) for name, c in found.items()} == {
        "l": (3, 2, "other", ()),
        "s": (3, 1, "other", ()),
        "m": (3, 1, "other", ()),
        "b": (3, 1, "other", ()),
        "deep": (3, 1, "other", ()),
    }


def test_long_texts_are_cut_and_marked(place: SmallProject) -> None:
    found = of(place, "select unnest(['é' || repeat('x', 300000), 'short', 'short']) as x")["x"]
    assert found.lengths is not None
    assert (found.lengths.shortest, found.lengths.longest) == (5, 300_001)
    assert (found.high or "").startswith("éxxx")
    assert len(found.high or "") == 257
    assert [(f.value[:5], f.count) for f in found.top] == [("short", 2), ("éxxxx", 1)]
    assert found.top[1].value.endswith("x…")
    assert not found.distinct_exact
    assert [f.value for f in found.patterns] == ["aaaaa", "a" * 64 + "…"]


def test_patterns(place: SmallProject) -> None:
    found = of(place, "select unnest(['AB-123', 'CD-456', 'žŽ 9', '中1', '', 'AB-999']) as code")["code"]
    assert [(f.value, f.count) for f in found.patterns] == [("AA-999", 3), ("", 1), ("a9", 1), ("aA 9", 1)]
    assert found.patterns_exact


def test_names_that_have_to_be_quoted(place: SmallProject) -> None:
    found = of(place, """select 1.5 as "a ""b"", c", 'x' as "select", 2 as "file_row_number", 3 as "r", 4 as "s" """)
    assert [(c.name, c.values, c.low) for c in found.values()] == [
        ('a "b", c', 1, "1.5"),
        ("select", 1, "x"),
        ("file_row_number", 1, "2"),
        ("r", 1, "3"),
        ("s", 1, "4"),
    ]


def test_a_large_file_with_a_column_named_as_the_engines_row_number_is_sampled(place: SmallProject) -> None:
    version = place.table("t", "select i % 5 as file_row_number, 0 as _file, i as _record from range(30000) t(i)")
    made = make(place.ws, version, every=False)
    assert abs(made.part.looked - 4_096) < 5
    assert len(columns(made.profile)["file_row_number"].top) == 5


def test_a_wide_table(place: SmallProject) -> None:
    names = [f"c{i}" for i in range(300)]
    found = of(
        place, f"select {', '.join(f'i * {n} + 1 as {name}' for n, name in enumerate(names))} from range(20) t(i)"
    )
    assert list(found) == names
    assert [c.mean for c in found.values()] == [pytest.approx(9.5 * n + 1) for n in range(300)]


def test_correlations_are_those_of_the_engine(place: SmallProject) -> None:
    version = place.table("readings", READINGS, parts=3)
    found = profile(place, version, every=True)
    assert found.correlated == ("id", "value", "money")
    for pair in found.correlations:
        assert pair.r == pytest.approx(one(place, version, f"corr({pair.one}, {pair.other})"), abs=1e-9)
    assert (found.correlations[0].one, found.correlations[0].other) == ("id", "money")


def test_a_column_that_does_not_vary_has_no_correlation(place: SmallProject) -> None:
    version = place.table("t", "select i as a, 7.5::double as b, 0 as _file, i as _record from range(9) t(i)")
    assert profile(place, version).correlations == ()


def test_which_columns_identify_every_row(place: SmallProject) -> None:
    sql = "select i as id, i % 199 as few, case when i = 5 then 4 else i end as nearly, nullif(i, 3) as gap"
    found = of(place, f"{sql}, uuid()::varchar as u from range(20000) t(i)")
    assert {name: c.unique for name, c in found.items()} == {
        "id": "yes", "few": "no", "nearly": "no", "gap": "no", "u": "yes",
    }  # fmt: skip


def test_in_a_large_table_a_key_is_likely(place: SmallProject) -> None:
    found = of(place, "select i as id, i // 2 as half from range(250000) t(i)")
    assert {name: c.unique for name, c in found.items()} == {"id": "likely", "half": "no"}


def test_the_declared_grain_is_told(place: SmallProject) -> None:
    place.table("t", "select i % 3 as a, i // 3 as b, 0 as _file, i as _record from range(9) t(i)")
    view = place.view("v", "select a, b, count(*) as n from t group by all", "a, b")
    place.build(view)
    found = profile(place, place.heads["v"])
    assert found.key is not None
    assert (found.key.columns, found.key.distinct, found.key.unique) == (("a", "b"), 9, True)
    assert "before the version was published" in found.key.how


def test_what_was_recorded_is_read_back(place: SmallProject) -> None:
    version = place.table("readings", READINGS, parts=3)
    made: Made = make(place.ws, version, every=False)
    done = record(place.ws, version, made, place.run, every=False)
    with place.ws.catalog.read() as connection:
        read = profiles.profile(connection, version.id)
        assert read == done
        part, found = recorded(connection, version, done)
    assert packed(part) == packed(made.part)
    assert found == replace(made.profile, made_at=done.made_at)
    assert done.body["rows"] == 120_000
    assert done.body["sampled"] is True


def test_rows_put_together_in_any_way_are_the_same_rows(place: SmallProject) -> None:
    version = place.table("readings", READINGS, parts=3)
    made = make(place.ws, version, every=True)
    parts = list(made.new.values())
    names = tuple(made.part.columns)
    ways = [fold(parts, nothing(names)), fold(parts[::-1], nothing(names))]
    for name in names:
        here, there = (way.columns[name] for way in ways)
        assert (here.values, here.low, here.high, here.shortest) == (
            there.values,
            there.low,
            there.high,
            there.shortest,
        )
        assert (here.registers == there.registers).all()
        if here.moments and there.moments:
            assert here.moments.mean == pytest.approx(there.moments.mean)
            assert here.moments.squares == pytest.approx(there.moments.squares)
