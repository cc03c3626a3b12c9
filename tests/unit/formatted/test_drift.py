"""Files that are not as the template says: the template follows, says so, and the table is what was delivered."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.formatted_place import Delivered, check_accounts, delivered
from vertebra import formatted
from vertebra.governance import datasets, evolutions
from vertebra.project import read_source
from vertebra.step import Action, Outcome

TEMPLATE = """
format: {{csv: {{}}}}
drift: {drift}
{more}
columns:
  - {{name: station, type: text}}
  - {{name: day, type: date, format: ["%Y-%m-%d"]}}
  - {{name: level, type: integer}}
"""


def template(drift: str = "evolve", more: str = "") -> str:
    return TEMPLATE.format(drift=drift, more=more)


def days(month: int, rows: Iterable[str]) -> bytes:
    """A file of one month: `{day}` in a row is its date."""
    lines = [row.replace("{day}", f"2024-{month:02}-{number + 1:02}") for number, row in enumerate(rows)]
    return "\n".join(lines).encode() + b"\n"


JANUARY = b"station,day,level\n" + days(1, [f"S{n % 3},{{day}},{100 + n}" for n in range(20)])


def standing(place: Delivered) -> list[str]:
    with place.ws.catalog.read() as connection:
        return [one.kind for one in evolutions.evolutions(connection, "things") if one.undone_at is None]


def test_a_new_column_is_added_with_the_type_that_its_values_tell(tmp_path: Path) -> None:
    february = b"station,day,level,Gust [km/h]\n" + days(2, [f"S1,{{day}},{n},{n}.5" for n in range(10)])
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY})
        receipt = place.load({"2024-02.csv": february})
        said = "things: 'Gust [km/h]' came with 2024-02.csv: it is the column gust_km_h (double) now"
        assert receipt.notes[0] == said
        head = place.head("things")
        assert [(c.name, c.type, c.unit) for c in head.columns][3] == ("gust_km_h", "DOUBLE", "km/h")
        assert [row["gust_km_h"] for row in place.rows()] == [None] * 20 + [n + 0.5 for n in range(10)]
        assert place.findings() == []
        check_accounts(place)
        assert place.format().outcome is Outcome.NONE
        assert formatted.plan(place.ws, place.source, 0) == (Action.NONE, "nothing new")
        assert standing(place) == ["column-added"]


def test_the_standing_files_are_not_read_again_for_it(tmp_path: Path) -> None:
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY})
        before = set(place.ws.relation(place.head("things")).files)
        place.load({"2024-02.csv": b"station,day,level,gust\nS1,2024-02-01,5,7.5\n"})
        assert before < set(place.ws.relation(place.head("things")).files)


def test_a_renamed_column_is_found_by_what_it_holds(tmp_path: Path) -> None:
    february = b"station,day,water_height\n" + days(2, [f"S{n % 3},{{day}},{101 + n}" for n in range(20)])
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY})
        receipt = place.load({"2024-02.csv": february})
        assert receipt.notes[0] == (
            "things: level is called 'water_height' in 2024-02.csv (what they hold is alike): "
            "it is read from there too now"
        )
        assert [row["level"] for row in place.rows()][20:] == [101 + n for n in range(20)]
        assert standing(place) == ["column-renamed"]
        check_accounts(place)


def test_a_column_that_is_gone_has_no_value_and_is_said(tmp_path: Path) -> None:
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY})
        receipt = place.load({"2024-02.csv": b"station,day\nS1,2024-02-01\n"})
        assert receipt.notes[0] == "things: 2024-02.csv has no 'level': level has no value there"
        assert place.rows()[-1]["level"] is None
        assert place.findings() == []
        check_accounts(place)


def test_what_is_not_of_this_kind_stays_out(tmp_path: Path) -> None:
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "other.csv": b"a,b,c\n1,2,3\n"})
        assert [(f["type"], f["severity"]) for f in place.findings()] == [("wrong-header", "rejected")]
        assert standing(place) == []
        check_accounts(place)


def test_a_key_column_is_never_given_up(tmp_path: Path) -> None:
    with delivered(template(more="key: [station, day]"), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": b"day,level\n2024-02-01,4\n"})
        assert [f["type"] for f in place.findings()] == ["wrong-header"]
        check_accounts(place)


def test_whole_numbers_become_doubles_where_a_file_has_fractions(tmp_path: Path) -> None:
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY})
        receipt = place.load({"2024-02.csv": b"station,day,level\nS1,2024-02-01,7.25\nS1,2024-02-02,8\n"})
        assert receipt.notes[0] == "things: level holds '7.25' in 2024-02.csv: it is double now"
        assert [c.type for c in place.head("things").columns][2] == "DOUBLE"
        assert sorted(row["level"] for row in place.rows()) == [7.25, 8.0] + [100.0 + n for n in range(20)]
        assert place.findings() == []
        check_accounts(place)


def test_a_value_that_is_no_number_stays_in_quarantine(tmp_path: Path) -> None:
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY})
        place.load({"2024-02.csv": b"station,day,level\nS1,2024-02-01,7.25\nS1,2024-02-02,broken\n"})
        assert standing(place) == []
        assert sorted(f["value"] for f in place.findings()) == ["7.25", "broken"]
        check_accounts(place)


def test_a_further_date_mask_is_added_where_it_can_be_read_in_one_way_only(tmp_path: Path) -> None:
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY})
        receipt = place.load({"2024-02.csv": b"station,day,level\nS1,2024-02-01,7\nS1,23.02.2024,8\nS2,24.02.2024,9\n"})
        assert receipt.notes[0] == (
            "things: day is written '23.02.2024', '24.02.2024' in 2024-02.csv: `%d.%m.%Y` is read too now"
        )
        assert sorted(str(row["day"]) for row in place.rows())[-3:] == ["2024-02-01", "2024-02-23", "2024-02-24"]
        check_accounts(place)
        place.load({"2024-03.csv": b"station,day,level\nS1,03/04/2024,7\n"})
        assert [f["value"] for f in place.findings()] == ["03/04/2024"], "the third of April, or the fourth of March?"
        check_accounts(place)


def test_several_things_at_once(tmp_path: Path) -> None:
    """A renamed column whose values are wider than they were, beside a new one: found one after the other."""
    february = b"station,day,levels,quality\n" + days(2, [f"S{n % 3},{{day}},{100 + n}.5,good" for n in range(20)])
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": february})
        assert standing(place) == ["column-renamed", "column-added", "type-widened"]
        assert place.findings() == []
        assert [(row["level"], row["quality"]) for row in place.rows()][20:22] == [(100.5, "good"), (101.5, "good")]
        check_accounts(place)
        assert place.format().outcome is Outcome.NONE


def test_bit_by_bit_is_all_at_once(tmp_path: Path) -> None:
    files = {
        "2024-01.csv": JANUARY,
        "2024-02.csv": b"station,day,level,gust\n" + days(2, [f"S1,{{day}},{n},{n}.5" for n in range(10)]),
        "2024-03.csv": b"day,level,station\n" + days(3, [f"{{day}},{n}.25,S1" for n in range(10)]),
        "2024-04.csv": b"station,day,level\n" + days(4, [f"S1,{n + 13}.04.2024,{n}" for n in range(10)]),
    }
    with delivered(template(), tmp_path / "once") as once, delivered(template(), tmp_path / "bits") as bits:
        once.load(files)
        for name, body in files.items():
            bits.load({name: body})
        assert sorted(map(repr, once.values())) == sorted(map(repr, bits.values()))
        assert once.findings() == bits.findings() == []


def test_an_author_who_writes_the_change_down_goes_first(tmp_path: Path) -> None:
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": b"station,day,level,gust\nS1,2024-02-01,5,7.5\n"})
        path = place.ws.project.folder / "sources" / "things.yaml"
        path.write_text(path.read_text() + "  - {name: wind, from: gust, type: text, optional: true}\n")
        place.source = read_source(path, "sources/things.yaml")
        place.format()
        assert [c.name for c in place.head("things").columns][:4] == ["station", "day", "level", "wind"]
        assert place.rows()[-1]["wind"] == "7.5"
        check_accounts(place)


@pytest.mark.parametrize("drift", ["freeze", "rescue"])
def test_a_table_that_does_not_evolve_stays_as_it_is_declared(drift: str, tmp_path: Path) -> None:
    with delivered(template(drift), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": b"station,day,level,gust\nS1,2024-02-01,5,7.5\n"})
        assert standing(place) == []
        assert "gust" not in {c.name for c in place.head("things").columns}
        check_accounts(place)


@pytest.mark.parametrize("kind", ["integer", "double"])
def test_a_table_that_rescues_keeps_the_row_and_the_text(kind: str, tmp_path: Path) -> None:
    body = (
        b"station,day,level,gust,gust\n"
        b"S1,2024-02-01,high,7.5,\nS2,2024-02-02,3,,4\nS3,never,4,1,1\nS4,2024-02-04,5\nS5,2024-02-05,6,,\n"
    )
    declared = template("rescue", "key: [station, day]").replace("type: integer", f"type: {kind}")
    with delivered(declared, tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": body})
        found = [(row["station"], row["level"], row["_rescued"]) for row in place.rows()][20:]
        assert found == [
            ("S1", None, '{"level":"high","gust":"7.5"}'),
            ("S2", 3, '{"gust#5":"4"}'),
            ("S5", 6, None),
        ]
        assert [(f["type"], f["severity"], f["_record"], f["column_name"]) for f in place.findings()] == [
            ("unknown-column", "warning", 0, ""),
            ("type-mismatch", "warning", 1, "level"),
            ("type-mismatch", "rejected", 3, "day"),
            ("too-few-fields", "rejected", 4, ""),
        ]
        assert {row["_rescued"] for row in place.rows()[:20]} == {None}
        check_accounts(place)


def test_a_change_that_was_taken_back_is_not_made_again(tmp_path: Path) -> None:
    files = {"2024-01.csv": JANUARY, "2024-02.csv": b"station,day,level,gust\nS1,2024-02-01,5,7.5\n"}
    with delivered(template(), tmp_path) as place:
        place.load(files)
        with place.ws.catalog.write() as connection:
            evolutions.undo(connection, evolutions.evolutions(connection, "things")[0].number)
        with place.ws.catalog.read() as connection:
            number = place.format().datasets["things"]  # what stood before the change, as it was published then
            columns = datasets.versions(connection, [number])[number].columns
        assert "gust" not in {c.name for c in columns}
        place.load({"2024-03.csv": b"station,day,level,gust\nS1,2024-03-01,5,strong\n"})
        assert standing(place) == []
        assert "gust" not in {c.name for c in place.head("things").columns}
        assert [f["type"] for f in place.findings()] == ["unknown-column"] * 2
        check_accounts(place)
