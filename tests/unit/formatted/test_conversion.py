"""Each type's conversion, held against the same rules in plain Python (`tests/template_oracle.py`)."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.template_oracle import UNFIT, meaning
from vertebra.engine import DuckDBEngine
from vertebra.formatted.branch import layers
from vertebra.formatted.conversion import VALUE, convert, type_of
from vertebra.project import ColumnTemplate
from vertebra.sql import quote

QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

NUMBERS = [
    *(
        "1",
        "1.5",
        "-0",
        "+1",
        "007",
        ".5",
        "5.",
        "1e5",
        "1E-3",
        "1e",
        "1e+",
        "--1",
        "+",
        "-",
        ".",
        "- 1",
        "1 2",
        " 7 ",
        "1\t",
    ),
    *(
        "1e400",
        "-1e400",
        "1e-400",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "infinity",
        "-Infinity",
        "1_000",
        "_1",
        "1__0.5",
        "0x1F",
        "0b1",
        "0o7",
    ),
    *(
        "1d",
        "1f",
        "1.2.3",
        "1,5",
        "1.5,6",
        ",5",
        "5,",
        "-,5",
        "1,555",
        "1,000.5",
        "1.000,5",
        "٣",
        "\uff11",
        "½",
        "",
        " ",
        "true",
        "x",
    ),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809"),
    *(
        "123456789012345678901234567890.5",
        "0.1",
        "2.2250738585072014e-308",
        "1.7976931348623157e308",
        "9007199254740993",
    ),
    *(
        "9999.99",
        "-9999.99",
        "10000",
        "9999.995",
        "-0.01",
        "1.55",
        "1.555",
        "1.500",
        "5\u00a0",
        "\ufeff5",
        "5;",
        "5'",
        '"5"',
        "$5",
        "5%",
        "(5)",
    ),
]
WORDS = [
    "true",
    "FALSE",
    "True",
    "t",
    "f",
    "1",
    "0",
    "yes",
    "No",
    "y",
    "n",
    "maybe",
    "",
    " true",
    "2",
    "on",
    "ДА",
    "да",
    "NIE",
    "İ",
]
DAYS = [
    *(
        "2021-01-05",
        "2021-1-5",
        "2021-02-29",
        "2020-02-29",
        "0999-12-31",
        "1000-01-01",
        "9999-12-31",
        "10000-01-01",
        "20210105",
        "1/1/0",
        "1/1/5 ",
        " 31/12/05 ",
        "31/12/68",
        "31/12/69",
        "31/12/2005",
    ),
    *(
        "2021-13-01",
        "2021-00-01",
        "-2021-01-01",
        "21-01-05",
        "infinity",
        "-infinity",
        "epoch",
        "today",
        "now",
        "",
        "x",
        "1900-01-01",
    ),
    *(
        "2021-01-05 10:00",
        "2021-01-05 ",
        "05.01.2021",
        "5.1.2021",
        "31.02.2021",
        "31/12/99",
        "31/12/21",
        "05/01/2021",
        "2021/01/05",
    ),
]
TIMES = [
    *(
        "2021-01-05 10:00",
        "2021-01-05T10:00:00",
        "2021-01-05 10:00:00.123456",
        "2021-01-05 10:00:00.1",
        "2021-01-05 10:00:00.1234567",
    ),
    *(
        "2021-03-28 01:59:59",
        "2021-03-28 02:00:00",
        "2021-03-28 02:30",
        "2021-03-28 03:00",
        "2021-10-31 02:00",
        "2021-10-31 02:59:59.999999",
    ),
    *(
        "2021-10-31 03:00",
        "2021-10-31 02:30+01:00",
        "2021-10-31 02:30+02",
        "2021-10-31T02:30Z",
        "2021-10-31 02:30 +02:00",
        "2021-10-31 02:30z",
    ),
    *(
        "2021-01-05 24:00",
        "2021-12-31 24:00:00",
        "2021-01-05 24:00:01",
        "2021-01-05 23:59:60",
        "2021-02-30 10:00",
        "2021-01-05 10:60",
    ),
    *(
        "infinity",
        "-infinity",
        "epoch",
        "now",
        "",
        "2021-01-05",
        "2021-01-05 10",
        "10:00",
        "2021-01-05  10:00",
        "2021-01-05 10:00 UTC",
    ),
    *(
        "2021-01-05 10:00+0530",
        "2021-01-05 10:00-1130",
        "2021-01-05 10:00+99",
        "2021-01-05 10:00+05:99",
        "2021-01-05 10:00+16",
        "2021-01-05 10:00+15:59",
    ),
    *(
        "0999-01-01 10:00",
        "1000-01-01 00:00",
        "1850-06-01 12:00",
        "2150-07-01 12:00",
        "9999-12-31 23:59:59",
        "0000-01-01 00:00",
        "1900-01-01 00:00:00",
    ),
    *(
        "2021-1-5 1:2:3",
        " 2021-01-05 10:00:00",
        "2021-01-05 10:00:00 ",
        "2021-01-05 10:00:00Z",
        "2021-01-05 10:00:00+02",
        "2021-01-05 10:00:00-05:00",
    ),
    *(
        "2021-01-05 10:00:00.5",
        "2021-01-05T10:00:00.5",
        "2021-01-05T10:00:00.",
        "01/05/2021 12:30 AM",
        "01/05/2021 12:30 PM",
        "04.10.2020 02:15",
    ),
    *(
        "2021-01-05 10:00:00+9900",
        "2021-01-05 10:00:00+05:99",
        "2021-01-05 10:00:00Z ",
        "21-01-05 10:00:00",
        "5 Jan 2021 10:00",
        "5 jan 2021 10:00",
    ),
]


def column(kind: str, **more: object) -> ColumnTemplate:
    return ColumnTemplate("x", "x", kind, **more)  # type: ignore[arg-type]


COLUMNS = {
    "text": (column("text"), [*NUMBERS, *TIMES]),
    "integer": (column("integer"), NUMBERS),
    "double": (column("double"), NUMBERS),
    "double with a comma": (column("double", decimal=","), NUMBERS),
    "decimal": (column("decimal", precision=6, scale=2), NUMBERS),
    "decimal with a comma": (column("decimal", precision=6, scale=2, decimal=","), NUMBERS),
    "decimal without a fraction": (column("decimal", precision=38), NUMBERS),
    "boolean": (column("boolean", true=("true", "t", "1", "yes", "y"), false=("false", "f", "0", "no", "n")), WORDS),
    "boolean in words": (column("boolean", true=("да",), false=("nie", "2")), WORDS),
    "date": (column("date"), DAYS),
    "date in two forms": (column("date", formats=("%d.%m.%Y", "%d/%m/%y")), DAYS),
    "timestamp": (column("timestamp", timezone="UTC"), TIMES),
    "timestamp with a short year": (
        column("timestamp", timezone="Europe/Belgrade", formats=("%d.%m.%y %H:%M",)),
        ["05.01.21 10:00", "05.01.2021 10:00", "05.01.1 10:00", "05.01.21  10:00", "05x01.21 10:00", *TIMES],
    ),
    "timestamp in a zone": (column("timestamp", timezone="Europe/Belgrade"), TIMES),
    "timestamp in a form": (column("timestamp", timezone="Europe/Belgrade", formats=("%Y-%m-%d %H:%M:%S",)), TIMES),
    "timestamp with an offset": (column("timestamp", timezone="UTC", formats=("%Y-%m-%d %H:%M:%S%z",)), TIMES),
    "timestamp in several forms": (
        column(
            "timestamp",
            timezone="America/New_York",
            formats=("%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S%z", "%m/%d/%Y %I:%M %p", "%d %b %Y %H:%M"),
        ),
        TIMES,
    ),
    "required integer": (column("integer", required=True), NUMBERS),
    "required text": (column("text", required=True), NUMBERS),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    made = DuckDBEngine(tmp_path_factory.mktemp("scratch"), memory="500MB", threads=1)
    yield made
    made.close()


def by_engine(engine: DuckDBEngine, template: ColumnTemplate, raws: list[str | None]) -> list[object]:
    """The values by the SQL of the formatted zone, `UNFIT` where it says so; instants as text."""
    relation, fits = layers({"x": convert(template, quote("raw"))}, "raws")
    value = quote(VALUE.format("x"))
    shown = f"{value}::varchar" if template.type == "timestamp" else value
    rows = engine.arrow(
        f"select {shown} as v, typeof({value}) as t, {fits} as fits from {relation} order by n",
        tables={"raws": pa.table({"n": range(len(raws)), "raw": pa.array(raws, pa.string())})},
    ).to_pylist()
    assert {row["t"] for row in rows} == {type_of(template)}
    assert {type(row["fits"]) for row in rows} == {bool}, "fits is never null"
    return [row["v"] if row["fits"] else UNFIT for row in rows]


@pytest.mark.parametrize("kind", COLUMNS)
def test_every_known_text_means_what_it_should(engine: DuckDBEngine, kind: str) -> None:
    template, known = COLUMNS[kind]
    raws: list[str | None] = [None, *known]
    found = by_engine(engine, template, raws)
    wrong = {
        raw: (got, want) for raw, got in zip(raws, found, strict=True) if not same(got, want := meaning(template, raw))
    }
    assert not wrong


@QUIET
@given(kind=st.sampled_from(sorted(COLUMNS)), data=st.data())
def test_any_text_means_what_it_should(engine: DuckDBEngine, kind: str, data: st.DataObject) -> None:
    template, known = COLUMNS[kind]
    alphabet = "".join(sorted(set("".join(known)) - set("İ٣\uff11½")))
    near = st.builds(
        lambda text, at, new: text[:at] + new + text[at + 1 :],
        st.sampled_from(known),
        st.integers(0, 20),
        st.text(alphabet, max_size=1),
    )
    raws: list[str | None] = data.draw(
        st.lists(st.one_of(st.none(), st.text(alphabet, max_size=8), near), min_size=30, max_size=60)
    )
    found = by_engine(engine, template, raws)
    for raw, got in zip(raws, found, strict=True):
        assert same(got, meaning(template, raw)), (raw, got, meaning(template, raw))


def same(got: object, want: object) -> bool:
    return got is want if UNFIT in (got, want) else (type(got), got) == (type(want), want)


def test_the_guard_against_underscores_may_be_left_out_only_where_there_are_none(engine: DuckDBEngine) -> None:
    relation, fits = layers({"x": convert(column("double"), "raw", underscores=False)}, "raws")
    raws = {"raws": pa.table({"raw": ["1_000", "1.5"]})}
    assert engine.arrow(f"select {fits} as fits from {relation}", tables=raws)["fits"].to_pylist() == [True, True]
