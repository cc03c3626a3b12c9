"""Numbers with groups, affixes and words of their own for no value: the engine and plain Python agree on every text."""

from __future__ import annotations

from itertools import product
from typing import Any

import duckdb
import pytest

from tests.template_oracle import UNFIT, losses, meaning, rendered
from vertebra.formatted.branch import layers
from vertebra.formatted.conversion import VALUE, convert
from vertebra.project import ColumnTemplate
from vertebra.sql import quote

COLUMNS = (
    ColumnTemplate("c", "c", "integer", group=","),
    ColumnTemplate("c", "c", "integer", group=".", suffix="%"),
    ColumnTemplate("c", "c", "double", group="'", prefix="CHF"),
    ColumnTemplate("c", "c", "double", decimal=",", group=".", suffix="€", nulls=("-", "")),
    ColumnTemplate("c", "c", "double", group="\u00a0", decimal=","),
    ColumnTemplate("c", "c", "decimal", 9, 2, group=",", prefix="$"),
    ColumnTemplate("c", "c", "decimal", 9, 0, suffix="kWh", required=True, nulls=("n/a",)),
)
SIGNS, BODIES = (
    ("", "-", "+"),
    (
        "1",
        "0",
        "1234,567",
        "1234.567",
        "12,34",
        ",123",
        "12,345",
        "12.345",
        "1'234'567",
        "1234",
        "1,5",
        "1.50",
        ",5",
        ".5",
        "5.",
        "1e3",
    ),
)
AROUND = (
    ("", ""),
    ("$", ""),
    ("", "%"),
    ("", " €"),
    ("CHF ", ""),
    ("", "\u00a0kWh"),
    (" ", " "),
    ("$ ", "$"),
    ("", "€"),
)
ODD = (
    "",
    "-",
    "n/a",
    "$",
    "%",
    "--1",
    "+-1",
    "1_000",
    "12,34,567",
    "1\u00a0234,5",
    "x",
    "nan%",
    "inf €",
    "$-5",
    "-$5",
    "-$-5",
    "1 2",
)
TEXTS = [f"{before}{sign}{body}{after}" for sign, body, (before, after) in product(SIGNS, BODIES, AROUND)] + list(ODD)


def engine(column: ColumnTemplate, texts: list[str]) -> list[Any]:
    """The values that the engine makes of texts, `UNFIT` where one does not fit."""
    relation, fits = layers(
        {"c": convert(column, '"c"')}, "(select unnest(?::varchar[]) as c, unnest(range(len(?::varchar[]))) as n)"
    )
    rows = duckdb.execute(
        f"select {fits}, {quote(VALUE.format('c'))} from {relation} order by n", [texts, texts]
    ).fetchall()
    return [value if fit else UNFIT for fit, value in rows]


@pytest.mark.parametrize("column", COLUMNS, ids=range(len(COLUMNS)))
def test_every_text_means_what_plain_python_makes_of_it(column: ColumnTemplate) -> None:
    found = engine(column, TEXTS)
    wanted = [meaning(column, text) for text in TEXTS]
    assert [(t, f) for t, f, w in zip(TEXTS, found, wanted, strict=True) if f != w] == []
    assert sum(value is not UNFIT for value in wanted) > 8, "the texts say something about this column"


@pytest.mark.parametrize("column", COLUMNS, ids=range(len(COLUMNS)))
def test_rendering_gives_the_text_back_or_names_what_is_lost(column: ColumnTemplate) -> None:
    for text, value in zip(TEXTS, engine(column, TEXTS), strict=True):
        if value is not UNFIT:
            losses(column, text, value)  # raises where it is more than spelling
            again = rendered(column, value)
            assert meaning(column, again) == value, (text, again)


def test_a_text_of_another_value_is_found_out() -> None:
    with pytest.raises(ValueError, match="not the same number"):
        losses(COLUMNS[0], "1,234", 1235)
    with pytest.raises(ValueError, match="became"):
        losses(ColumnTemplate("c", "c", "text"), "a", "b")
