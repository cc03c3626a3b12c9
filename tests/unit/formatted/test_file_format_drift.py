"""Files that are written otherwise than their source declares are read as they are written, and it is said."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.formatted_place import Delivered, check_accounts, delivered
from vertebra import formatted
from vertebra.formatted import locate
from vertebra.governance import datasets, evolutions
from vertebra.operations import drift
from vertebra.project import CsvFormat, FixedFormat, read_source
from vertebra.project.recorded import recorded_source
from vertebra.step import Action, Outcome

TEMPLATE = """
format: {{csv: {{{format}}}}}
drift: {drift}
{more}
columns:
  - {{name: station, from: {station}, type: text}}
  - {{name: day, type: date, format: ["%Y-%m-%d"]}}
  - {{name: level, type: {level}}}
"""
NAMES = ("Łódź", "Gdańsk", "Kraków", "Świnoujście", "Wrocław", "Poznań")


def template(drift: str = "evolve", more: str = "", level: str = "integer", station: str = "station", **f: str) -> str:
    settings = ", ".join(f"{key}: '{value}'" for key, value in f.items())
    return TEMPLATE.format(drift=drift, more=more, level=level, station=station, format=settings)


def text(month: int, delimiter: str = ",", header: str = "station,day,level", level: str = "{n}") -> str:
    rows = [
        delimiter.join((NAMES[n % len(NAMES)], f"2024-{month:02}-{n + 1:02}", level.format(n=100 + n)))
        for n in range(20)
    ]
    return "\n".join([header.replace(",", delimiter), *rows, ""])


def table(*months: int) -> list[tuple[str, str, int]]:
    return [(NAMES[n % len(NAMES)], f"2024-{m:02}-{n + 1:02}", 100 + n) for m in months for n in range(20)]


def rows(place: Delivered) -> list[tuple[object, ...]]:
    return [(station, str(day), level) for station, day, level in place.values()]


def standing(place: Delivered) -> list[str]:
    with place.ws.catalog.read() as connection:
        return [one.kind for one in evolutions.evolutions(connection, "things") if one.undone_at is None]


JANUARY = text(1).encode()
PREAMBLE = "Water levels of February\nsource: the harbour office\n\n"
OTHERWISE = {
    "a semicolon": (text(2, ";").encode(), "with `;` as delimiter"),
    "a tab": (text(2, "\t").encode(), "with `\\t` as delimiter"),
    "cp1250": (text(2).encode("cp1250"), "in cp1250"),
    "utf-16": (text(2).encode("utf-16"), "in utf-16"),
    "both": (text(2, ";").encode("cp1250"), "with `;` as delimiter and in cp1250"),
    "a preamble": ((PREAMBLE + text(2)).encode(), "with 2 records above its header"),
    "compressed": (gzip.compress(text(2, ";").encode("cp1250")), "with `;` as delimiter and in cp1250"),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_file_that_is_written_otherwise_is_read_so(name: str, tmp_path: Path) -> None:
    body, how = OTHERWISE[name]
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY})
        before = set(place.ws.relation(place.head("things")).files)
        receipt = place.load({"2024-02.csv": body})
        assert [note.split(" (")[0].split(": it is")[0] for note in receipt.notes] == [
            f"things: 2024-02.csv is written {how}"
        ]
        assert receipt.notes[0].endswith(": it is read so")
        assert rows(place) == table(1, 2)
        assert place.findings() == []
        assert standing(place) == ["file-format"]
        assert before < set(place.ws.relation(place.head("things")).files), "what stood is not read again"
        check_accounts(place)
        assert place.format().outcome is Outcome.NONE
        assert formatted.plan(place.ws, place.source, 0) == (Action.NONE, "nothing new")


def test_only_the_letters_outside_of_ascii_that_cannot_be_another_encoding_decide(tmp_path: Path) -> None:
    """A file that is UTF-8 for the most part stays UTF-8: what is not is quarantined, not read as something else."""
    good = text(2).splitlines(keepends=True)
    mixed = b"".join(line.encode("cp1250" if number % 4 == 3 else "utf-8") for number, line in enumerate(good))
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": mixed})
        assert standing(place) == []
        assert {found["type"] for found in place.findings()} == {"broken-encoding"}
        assert len(place.findings()) > 2, "more than a tenth"
        check_accounts(place)


def test_a_few_damaged_records_are_damage(tmp_path: Path) -> None:
    lines = text(2).encode().splitlines(keepends=True)
    lines[5] = lines[5].replace("Wrocław".encode(), b"Wroc\xb3aw")
    lines[7] = b"too,2024-02-07,many,fields\n"
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": b"".join(lines)})
        assert standing(place) == []
        assert [found["type"] for found in place.findings()] == ["broken-encoding", "too-many-fields"]
        check_accounts(place)


def test_every_delivery_may_be_written_in_a_way_of_its_own(tmp_path: Path) -> None:
    files = {
        "2024-01.csv": text(1).encode(),
        "2024-02.csv": text(2).encode("cp1250"),
        "2024-03.csv": text(3).encode("utf-16"),
        "2024-04.csv": text(4, ";").encode(),
        "2024-05.csv": text(5).encode(),
    }
    with delivered(template(), tmp_path / "once") as once, delivered(template(), tmp_path / "bits") as bits:
        once.load(files)
        for name, body in files.items():
            bits.load({name: body})
        assert rows(once) == rows(bits) == table(1, 2, 3, 4, 5)
        assert once.findings() == bits.findings() == []
        assert standing(once) == standing(bits) == ["file-format"] * 3
        for place in (once, bits):
            check_accounts(place)
            assert place.format().outcome is Outcome.NONE


def test_a_file_of_another_kind_stays_out(tmp_path: Path) -> None:
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "other.csv": b"a;b;c\n1;2;3\n4;5;6\n", "image.csv": bytes(range(256)) * 9})
        assert standing(place) == []
        assert {found["type"] for found in place.findings()} == {"wrong-header"}
        assert rows(place) == table(1)
        check_accounts(place)


def test_a_key_column_that_is_not_there_is_never_given_up(tmp_path: Path) -> None:
    body = "\n".join(["day;level", *(f"2024-02-{n:02};{n}" for n in range(1, 20)), ""]).encode()
    with delivered(template(more="key: [station, day]"), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": body})
        assert standing(place) == []
        check_accounts(place)


@pytest.mark.parametrize("policy", ["freeze", "rescue"])
def test_a_table_that_does_not_evolve_reads_as_declared(policy: str, tmp_path: Path) -> None:
    with delivered(template(policy), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": text(2, ";").encode()})
        assert standing(place) == []
        assert [found["type"] for found in place.findings()] == ["wrong-header"]
        check_accounts(place)


def test_it_is_taken_back_and_not_made_again(tmp_path: Path) -> None:
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": text(2, ";").encode()})
        assert rows(place) == table(1, 2)
        (change,) = drift.drifted(place.ws, "things")
        assert (change.change.kind, change.file.name) == ("file-format", "2024-02.csv")
        drift.undo(place.ws, "things", change.change.number)
        place.format()
        place.load({"2024-03.csv": text(3).encode()})
        assert rows(place) == table(1, 3)
        assert [found["type"] for found in place.findings()] == ["wrong-header"]
        assert standing(place) == []
        check_accounts(place)
        assert place.format().outcome is Outcome.NONE


def test_what_changes_beside_is_found_in_the_next_round(tmp_path: Path) -> None:
    """A new column, a renamed one and wider numbers in a file with another delimiter, and a new column elsewhere."""
    february = (
        text(2, ";", "station,day,levels", "{n}.5").replace("\n", ";good\n").replace("levels;good", "levels;quality")
    )
    march = text(3).replace("\n", ",7\n").replace("level,7", "level,gust")
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": february.encode(), "2024-03.csv": march.encode()})
        assert sorted(standing(place)) == [
            "column-added", "column-added", "column-renamed", "file-format", "type-widened",
        ]  # fmt: skip
        assert place.findings() == []
        found = {str(row["day"]): (row["level"], row["quality"], row["gust"]) for row in place.rows()}
        assert found["2024-02-02"] == (101.5, "good", None)
        assert found["2024-03-02"] == (101.0, None, 7)
        check_accounts(place)


def test_a_record_is_found_again_as_its_file_is_written(tmp_path: Path) -> None:
    lines = text(2, ";").splitlines()
    lines[4] = lines[4].replace("103", "high")
    body = (PREAMBLE + "\n".join(lines) + "\n").encode("cp1250")
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": body})
        (finding,) = place.findings()
        assert (finding["type"], finding["raw"], finding["line"]) == ("type-mismatch", "Świnoujście;2024-02-04;high", 8)
        check_accounts(place)
        with place.ws.catalog.read() as connection:
            _, recorded = datasets.definition_of(connection, place.head("things").definition_id or 0)
        source = recorded_source(recorded, "things")  # what a trace reads by
        file = place.files()[2]
        found = locate.records(place.ws, source, file, [1, 20])
        assert [found[number].raw for number in (1, 20)] == ["Łódź;2024-02-01;100", "Gdańsk;2024-02-20;119"]
        for record in found.values():
            assert body[record.start : record.end].decode("cp1250") == record.raw
        assert source.of(2).format == CsvFormat(delimiter=";", encoding="cp1250", skip=2)
        assert source.of(1) is source


def test_keys_are_compared_across_the_ways_of_writing(tmp_path: Path) -> None:
    with delivered(template(more="load: upsert\nkey: [day]"), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY})
        place.load({"2024-02.csv": text(1, ";", level="9{n}").encode("cp1250")})
        assert [row[2] for row in rows(place)] == [9100 + n for n in range(20)]
        assert {found["type"] for found in place.findings()} == {"superseded"}
        check_accounts(place)


def test_another_decimal_sign_is_said_and_its_records_are_quarantined(tmp_path: Path) -> None:
    february = text(2, ";", level="{n},5").replace("100,5", "100")
    with delivered(template(level="double"), tmp_path) as place:
        receipt = place.load({"2024-01.csv": JANUARY, "2024-02.csv": february.encode()})
        assert receipt.notes[0] == (
            "things: 2024-02.csv is written with `;` as delimiter: it is read so; "
            "the decimal sign of level is another there: those records stay in quarantine"
        )
        assert [found["type"] for found in place.findings()] == ["type-mismatch"] * 19
        assert len(rows(place)) == 21
        check_accounts(place)


@pytest.mark.parametrize(
    ("level", "values"),
    [("{n},525", None), ("{n},5", None), ("1,{n},525.5", [1_100_525.5 + 1000 * n for n in range(20)])],
)
def test_a_decimal_sign_is_never_taken_for_what_stands_between_thousands(
    level: str, values: list[float] | None, tmp_path: Path
) -> None:
    declared = template(level='double, group: ","')
    with delivered(declared, tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": text(2, ";", level=level).encode()})
        assert [row[2] for row in rows(place)][20:] == (values or [])
        assert standing(place) == (["file-format"] if values else [])
        check_accounts(place)


def test_a_guess_between_two_encodings_does_not_overrule_what_is_declared(tmp_path: Path) -> None:
    files = {
        "2024-01.csv": text(1).encode("cp1250"),
        "2024-02.csv": "station;day;level\nLübeck;2024-02-01;7\n".encode("cp1250"),
    }
    with delivered(template(encoding="cp1250"), tmp_path) as place:
        receipt = place.load(files)
        assert receipt.notes == ("things: 2024-02.csv is written with `;` as delimiter: it is read so",)
        assert rows(place) == [*table(1), ("Lübeck", "2024-02-01", 7)]
        check_accounts(place)


def test_a_file_that_comes_in_utf_8(tmp_path: Path) -> None:
    files = {"2024-01.csv": text(1).encode("cp1250"), "2024-02.csv": text(2, ";").encode()}
    with delivered(template(encoding="cp1250"), tmp_path) as place:
        receipt = place.load(files)
        assert receipt.notes == ("things: 2024-02.csv is written with `;` as delimiter and in utf-8: it is read so",)
        assert rows(place) == table(1, 2)
        check_accounts(place)


def test_a_file_whose_name_is_wrong_is_none_of_the_source(tmp_path: Path) -> None:
    with delivered(template(more='file_name: "{year}-{month}.csv"'), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "february.csv": text(2, ";").encode()})
        assert standing(place) == []
        assert [found["type"] for found in place.findings()] == ["wrong-file-name"]
        check_accounts(place)


def test_what_is_declared_of_values_holds_for_every_file(tmp_path: Path) -> None:
    """The author adds a word for no value: files that are written otherwise follow."""
    february = text(2, ";").replace("105", "none")
    with delivered(template(), tmp_path) as place:
        place.load({"2024-01.csv": JANUARY, "2024-02.csv": february.encode()})
        assert [found["value"] for found in place.findings()] == ["none"]
        path = place.ws.project.folder / "sources" / "things.yaml"
        path.write_text(path.read_text().replace("{csv: {}}", '{csv: {nulls: ["", none]}}'))
        place.source = read_source(path, "sources/things.yaml")
        place.format()
        assert place.findings() == []
        assert [row[2] for row in rows(place)][25] is None
        check_accounts(place)


def test_an_author_who_declares_it_goes_first(tmp_path: Path) -> None:
    with delivered(template(), tmp_path) as place:
        place.load({"2024-02.csv": text(2, ";").encode()})
        path = place.ws.project.folder / "sources" / "things.yaml"
        path.write_text(path.read_text().replace("{csv: {}}", '{csv: {delimiter: ";"}}'))
        place.source = read_source(path, "sources/things.yaml")
        place.format()
        with place.ws.catalog.read() as connection:
            assert formatted.effective(connection, place.source).variants == {}
        assert rows(place) == table(2)
        check_accounts(place)


def test_what_a_file_holds_is_not_looked_at_before_it_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Its letters are others, and so are the names of its columns."""
    lines = [f"{line},{'prędkość' if n == 0 else n}" for n, line in enumerate(text(2).splitlines())]
    with delivered(template(encoding="cp1250"), tmp_path) as place:
        place.load({"2024-01.csv": text(1).encode("cp1250"), "2024-02.csv": ("\n".join(lines) + "\n").encode()})
        assert standing(place) == ["file-format", "column-added"]
        assert list(place.rows()[0]) == ["station", "day", "level", "predkosc", "_file", "_record"]
        assert place.values()[20][3] == 1
        check_accounts(place)


def test_values_of_a_file_that_is_written_otherwise_say_nothing_about_a_type(tmp_path: Path) -> None:
    """What does not fit in it may be cut or decoded wrongly: the other files decide."""
    lines = text(2).splitlines()
    lines[2] = "Sopot,2024-02-02,unknown"
    files = {"2024-01.csv": JANUARY, "2024-02.csv": "\n".join(lines).encode("cp1250")}
    files["2024-03.csv"] = text(3, level="{n}.5").encode()
    with delivered(template(), tmp_path) as place:
        place.load(files)
        assert standing(place) == ["file-format", "type-widened"]
        assert [found["value"] for found in place.findings()] == ["unknown"]
        assert [row[2] for row in rows(place)][-2:] == [118.5, 119.5]
        check_accounts(place)


def test_columns_of_fixed_width_in_a_delimited_source(tmp_path: Path) -> None:
    fields = [line.split(",") for line in text(2).splitlines()]
    fields = [[f"Port {a}" if number % 3 == 1 else a, b, c] for number, (a, b, c) in enumerate(fields)]
    body = "".join(f"{a:<18}{b:<12}{c:>5}\n" for a, b, c in fields).encode()
    with delivered(template(), tmp_path) as place:
        receipt = place.load({"2024-01.csv": JANUARY, "2024-02.csv": body})
        assert receipt.notes[0].startswith("things: 2024-02.csv is written in columns of fixed width, which begin at 0")
        assert rows(place)[20:] == [(a, b, int(c)) for a, b, c in fields[1:]]
        with place.ws.catalog.read() as connection:
            assert isinstance(formatted.effective(connection, place.source).of(2).format, FixedFormat)
        check_accounts(place)
