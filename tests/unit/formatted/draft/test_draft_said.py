"""What a draft cannot mend it says: sums among the records, lines in quotes, names that are words of a query."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import vertebra as vb
from tests.office import xlsx
from tests.unit.formatted.draft.test_draft_files import drafted, rows
from vertebra.formatted.draft.decision import Decision
from vertebra.formatted.draft.logical.names import RESERVED
from vertebra.operations.draft import DraftReport

CITIES = "city,n,v\n" + "".join(f"C{number},{number},{number / 2}\n" for number in range(1, 9))


def said(report: DraftReport, about: str) -> list[Decision]:
    return [decision for decision in report.decisions if decision.about == about]


@pytest.mark.parametrize("word", ["Total", "TOTAL:", "Summe", "Razem", "Итого", "Grand Total"])
def test_a_record_that_sums_the_others_up_is_kept_and_said(tmp_path: Path, word: str) -> None:
    report = drafted(tmp_path, {"a.csv": f"{CITIES}{word},36,18.0\n", "b.csv": CITIES.replace("C", "D")})
    (decision,) = said(report, "totals")
    assert (decision.value, [(one.file, one.line, one.text) for one in decision.evidence]) == (
        1,
        [("a.csv", 10, f"{word},36,18.0")],
    )
    assert "# totals, 60% sure: a record at the end of a file sums the others up" in report.text
    assert (word, 36, 18.0) in [row[-3:] for row in rows(tmp_path)]


@pytest.mark.parametrize(
    "text",
    [
        CITIES,
        f"{CITIES}Total,,\n",  # nothing is summed up
        f"{CITIES}Totaled,36,18.0\n",
        "sex,n,v\n" + "man,1,1.5\nwoman,2,1.5\ntotal,3,3.0\n" * 4,  # a value like others
        f"{CITIES}Total,36,18.0\n{CITIES.split(chr(10), 1)[1]}",  # not at the end
    ],
)
def test_other_records_are_no_sums(tmp_path: Path, text: str) -> None:
    assert not said(drafted(tmp_path, {"a.csv": text}), "totals")


def test_a_sum_at_the_end_of_a_workbook_is_said(tmp_path: Path) -> None:
    body = xlsx({"S": [["city", "n"], ["A", 1], ["B", 2], ["C", 4], ["Total", 7]]})
    (tmp_path / "vertebra.yaml").write_text("name: drafts\n")
    (tmp_path / "a.xlsx").write_bytes(body)
    (decision,) = said(vb.draft(tmp_path / "a.xlsx", "things", tmp_path), "totals")
    assert decision.evidence[0].text == "Total 7"


@pytest.mark.parametrize(("inner", "header"), [("", 0), ("id;name;code\n", 1)])
def test_lines_that_stand_in_quotes_are_said(tmp_path: Path, inner: str, header: int) -> None:
    records = inner + "".join(f'{number};"town {number % 7}";"{number:04}"\n' for number in range(1, 30))
    text = "".join('"{}"\n'.format(line.replace('"', '""')) for line in records.splitlines())
    report = drafted(tmp_path, {"a.csv": text})
    (decision,) = said(report, "format.csv.lines")
    assert "a record of 3 fields with ';' between them" in decision.why
    assert said(report, "format.csv.header")[0].value == header
    assert "# lines, 50% sure: each line stands in quotes as one field" in report.text
    assert [row[0] for row in rows(tmp_path)] == sorted(records.splitlines()[header:])


def test_one_column_of_texts_in_quotes_is_no_such_file(tmp_path: Path) -> None:
    text = "".join(f'"Said {number}{", and" * (number % 3)} so"\n' for number in range(20))
    assert not said(drafted(tmp_path, {"a.csv": f"what\n{text}"}), "format.csv.lines")


def test_no_name_is_a_word_that_the_engine_keeps_for_itself() -> None:
    connection = duckdb.connect()
    words = connection.sql("select keyword_name, keyword_category from duckdb_keywords()").fetchall()
    assert len(words) > 400
    assert {word for word, category in words if category == "reserved"} <= RESERVED
    assert {word for word, _ in words if not _is_a_name(connection, word)} <= RESERVED


def _is_a_name(connection: duckdb.DuckDBPyConnection, word: str) -> bool:
    try:
        connection.sql(f'select {word}, count(*) from (select 1 as "{word}") as t group by {word}').fetchall()
    except duckdb.Error:
        return False
    return True
