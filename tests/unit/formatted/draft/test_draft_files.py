"""Files of our own drafted, and then run: every record is accounted for, and what is uncertain is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import vertebra as vb
from vertebra.errors import ProjectError, UsageError
from vertebra.governance import datasets
from vertebra.operations.draft import DraftReport
from vertebra.project import read_source


def project(folder: Path, files: dict[str, str]) -> Path:
    (folder / "vertebra.yaml").write_text("name: drafts\n")
    for name, text in files.items():
        path = folder / "deliveries" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def drafted(folder: Path, files: dict[str, str], **more: Any) -> DraftReport:
    project(folder, files)
    return vb.draft(folder / "deliveries", "things", folder, **more)


def words(report: DraftReport) -> dict[str, Any]:
    return {decision.about: decision.value for decision in report.decisions}


def rows(folder: Path, sql: str = "select * from things order by all") -> list[tuple[Any, ...]]:
    with vb.open(folder) as bb:
        report = bb.run()
        assert all(a.balance == 0 for step in report.steps if step.receipt for a in step.receipt.accounts)
        assert not any(a.quarantined for step in report.steps if step.receipt for a in step.receipt.accounts)
        return [tuple(row.values()) for row in bb.query(sql).arrow().to_pylist()]


HEADER = "Id;Straße;Größe [m²];Preis;Am;Aktiv\n"
SHOPS = {
    "north_2024-01.csv": f"{HEADER}1;A 1;12,5;1.234,50 €;01.02.2024;ja\n2;B 2;;3,00 €;28.02.2024;nein\n",
    "south_2024-01.csv": f"{HEADER}1;C 3;7,25;12,99 €;15.02.2024;ja\n7;;3,5;n/a;16.02.2024;nein\n",
    "south_2024-02.csv": f"{HEADER}8;D 4;7,5;0,99 €;17.03.2024;ja\n",
}


def test_a_source_as_an_engineer_would_have_written_it(tmp_path: Path) -> None:
    report = drafted(tmp_path, SHOPS)
    source = read_source(tmp_path / "sources" / "things.yaml")
    assert source.file_name == "{part}_{month}.csv"
    assert source.collect is not None
    assert (source.collect.folder, source.collect.pattern) == ("deliveries", "*.csv")
    assert source.key == ("part", "id")
    assert [(c.name, c.origin, c.type, c.unit) for c in source.columns] == [
        ("part", "file_name.part", "text", ""),
        ("id", "Id", "integer", ""),
        ("strasse", "Straße", "text", ""),
        ("groesse_m2", "Größe [m²]", "double", "m²"),
        ("preis", "Preis", "decimal", "EUR"),
        ("am", "Am", "date", ""),
        ("aktiv", "Aktiv", "boolean", ""),
    ]
    assert (
        "# type, 90% sure: money is counted exactly; `.` stands between groups of three digits; for no" in report.text
    )
    assert [(*row[:2], str(row[4]), *row[6:]) for row in rows(tmp_path)] == [
        ("north", 1, "1234.50", True),
        ("north", 2, "3.00", False),
        ("south", 1, "12.99", True),
        ("south", 7, "None", False),
        ("south", 8, "0.99", True),
    ]


def test_evidence_names_file_and_line(tmp_path: Path) -> None:
    report = drafted(tmp_path, {"a.csv": "id,code\n1,12\n2,x\n\n3,007\n"})
    assert words(report)["columns.code.type"] == {"type": "text"}
    report = drafted(tmp_path, {"a.csv": "id,code\n1,12\n2,34\n\n3,007\n"}, force=True)
    (decision,) = [d for d in report.decisions if d.about == "columns.code.type"]
    assert [(e.file, e.line, e.text) for e in decision.evidence] == [("a.csv", 5, "007")]
    assert decision.why == "zeros in front would be lost in a number; their lengths differ"


def test_what_a_late_record_says_is_found_while_drafting(tmp_path: Path) -> None:
    days = "".join(f"{n},0{1 + n % 9}/0{1 + n % 8}/2024\n" for n in range(40_000))
    report = drafted(tmp_path, {"a.csv": f"n,seen\n{days}99999,25/12/2024\n"})
    (decision,) = [d for d in report.decisions if d.about == "columns.seen.type"]
    assert decision.value == {"type": "date", "format": "%d/%m/%Y"}
    assert decision.confidence >= 0.95, decision
    report = drafted(tmp_path, {"a.csv": f"n,seen\n{days}"}, force=True)
    (decision,) = [d for d in report.decisions if d.about == "columns.seen.type"]
    assert decision.confidence < 0.95
    assert decision.alternatives


def test_a_word_that_stands_late_is_found_and_none_is_quarantined(tmp_path: Path) -> None:
    numbers = "".join(f"{n},{n}.5\n" for n in range(30_000))
    report = drafted(tmp_path, {"a.csv": f"n,x\n{numbers}30000,#N/D\n{numbers.replace(',', '9,')}"})
    assert words(report)["columns.x.type"]["nulls"] == ["#N/D"]
    assert len(rows(tmp_path)) == 60_001


def test_three_headers_and_four_spellings_of_the_time_are_one_table(tmp_path: Path) -> None:
    old = "Area/Name,Last Update,Count\nA,2020-03-01T10:13:19,1\nB,2020-03-01T11:00:00,2\n"
    mid = "Area/Name,Last Update,Count,Latitude\n" + "".join(
        f"A{n},1/{n}/2020 17:00,{n},{n}.25\n" for n in range(10, 30)
    )
    new = "Code,Area_Name,Last_Update,Lat,Count\n" + "".join(
        f"0{n},A{n},3/{n}/20 23:45,{n}.25,{n}\n" for n in range(10, 30)
    )
    last = "Code,Area_Name,Last_Update,Lat,Count\n09,A9,2020-03-22 23:45:00,9.5,7\n"
    report = drafted(
        tmp_path, {"01-30-2020.csv": old, "01-31-2020.csv": mid, "02-01-2020.csv": new, "02-02-2020.csv": last}
    )
    source = read_source(tmp_path / "sources" / "things.yaml")
    assert source.file_name == "{day}.csv"
    by_name = {column.name: column for column in source.columns}
    assert by_name["area_name"].origins == ("Area_Name", "Area/Name")
    assert by_name["lat"].origins == ("Lat", "Latitude")
    assert by_name["lat"].optional
    assert by_name["code"].type == "text"
    assert by_name["last_update"].formats == (
        "%m/%d/%y %H:%M",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M:%S",
        "%m/%d/%Y %H:%M",
    )
    assert "else [Lat]" in report.text
    found = rows(
        tmp_path, "select day, min(last_update)::varchar, count(*), count(lat) from things group by 1 order by 1"
    )
    assert [(str(row[0]), *row[1:]) for row in found] == [
        ("2020-01-30", "2020-03-01 10:13:19+00", 2, 0),
        ("2020-01-31", "2020-01-10 17:00:00+00", 20, 20),
        ("2020-02-01", "2020-03-10 23:45:00+00", 20, 20),
        ("2020-02-02", "2020-03-22 23:45:00+00", 1, 1),
    ]


def test_a_file_without_a_header_and_a_word_for_no_value_that_leaves_the_empty_text_alone(tmp_path: Path) -> None:
    drafted(tmp_path, {"a.dat": '1,"",\\N,Y\n2,"x",5,N\n3,\\N,6,Y\n'})
    assert rows(tmp_path) == [(1, "", None, True), (2, "x", 5, False), (3, None, 6, True)]


def test_names_that_are_empty_twice_or_reserved_are_found_by_their_place(tmp_path: Path) -> None:
    drafted(tmp_path, {"a.csv": ",order,total,total\n1,2,3,4\n5,6,7,8\n9,10,11,12\n"})
    source = read_source(tmp_path / "sources" / "things.yaml")
    assert [(c.name, c.origin) for c in source.columns] == [
        ("column_1", "#1"),
        ("order_", "order"),
        ("total", "#3"),
        ("total_2", "#4"),
    ]
    assert rows(tmp_path) == [(1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12)]


def test_personal_data_is_tagged_in_the_template_and_in_the_catalog(tmp_path: Path) -> None:
    lines = "".join(f"u{n}@example.org,2001:db8::{n},Jo{n},19{70 + n}-01-02,{n}.5,12\n" for n in range(1, 9))
    drafted(tmp_path, {"a.csv": f"mail,client,first name,birth_date,lat,zip\n{lines}"})
    source = read_source(tmp_path / "sources" / "things.yaml")
    assert [(c.name, c.semantic, c.personal) for c in source.columns] == [
        ("mail", "email", True),
        ("client", "ipv6", True),
        ("first_name", "", True),
        ("birth_date", "", True),
        ("lat", "latitude", False),
        ("zip", "", False),
    ]
    with vb.open(tmp_path) as bb:
        bb.run()
        with bb.workspace.catalog.read() as connection:
            head = datasets.head(connection, "things")
    assert head is not None
    assert [(c.name, c.semantic, c.personal) for c in head.columns[:2]] == [
        ("mail", "email", True),
        ("client", "ipv6", True),
    ]


def test_generations_and_snapshots_have_their_load_rules(tmp_path: Path) -> None:
    head = "id,name\n"
    people = [f"{n},P{n}\n" for n in range(60)]
    (tmp_path / "a").mkdir()
    again = drafted(tmp_path / "a", {"v1/x.csv": head + "".join(people[:50]), "v2/x.csv": head + "".join(people)})
    assert words(again)["load"] == "latest"
    assert words(again)["collect"] is None
    (tmp_path / "b").mkdir()
    snapshot = drafted(tmp_path / "b", {f"p_2024-0{n}.csv": head + "".join(people[: 55 + n]) for n in range(1, 4)})
    assert words(snapshot)["load"] == "replace"
    (tmp_path / "c").mkdir()
    own = drafted(tmp_path / "c", {f"p_{n}.csv": head + "".join(people[n * 20 : n * 20 + 20]) for n in range(3)})
    assert words(own)["load"] == "latest"
    assert words(own)["key"] == ["id"]


def test_dependencies_are_told_with_their_exceptions(tmp_path: Path) -> None:
    lines = "".join(f"{n},{n % 7},{'abcdefg'[n % 7]},{n % 5}\n" for n in range(400))
    report = drafted(tmp_path, {"a.csv": f"id,code,word,other\n{lines}400,3,odd,1\n"})
    found = {d.about: d for d in report.decisions if d.about.startswith("dependencies.")}
    assert found["dependencies.word"].value == {"from": ["code"], "to": "word"}
    assert "but for 1 of 401 records: 3: odd" in found["dependencies.word"].why


def test_damaged_records_are_said_before_a_load_quarantines_them(tmp_path: Path) -> None:
    lines = "".join(f"{n},{n}.5\n" for n in range(300))
    report = drafted(tmp_path, {"a.csv": f"id,x\n{lines}300,1,2\n301,1.2.3\n"})
    assert words(report)["quarantined"] == 1
    (decision,) = [d for d in report.decisions if d.about == "columns.x.type"]
    assert "1 of 301 texts do not fit and are quarantined: '1.2.3'" in decision.why
    with vb.open(tmp_path) as bb:
        (account,) = [a for step in bb.run().steps if step.receipt for a in step.receipt.accounts]
    assert (account.formatted, account.quarantined) == (300, 2)


@pytest.mark.parametrize(
    ("name", "files", "what", "why"),
    [
        ("Things", {"a.csv": "a,b\n1,2\n"}, '"Things" is not a name for a source', "small letters"),
        ("things", {"README.md": "hello"}, "there is nothing to draft from", "no file that a collector"),
        (
            "things",
            {"a.csv": "a,b\n1,2\n", "b.json": "{}", "c.txt": "x"},
            "these files are of several kinds",
            "by their endings",
        ),
        (
            "things",
            {"a.csv": "a,b\n1,2\n", "b.csv": "x,y,z\n1,2,3\n"},
            "these files are of several kinds",
            "nothing in common: 1 like a.csv; 1 like b.csv",
        ),
    ],
)
def test_what_cannot_be_drafted_is_told(tmp_path: Path, name: str, files: dict[str, str], what: str, why: str) -> None:
    project(tmp_path, files)
    with pytest.raises(UsageError) as told:
        vb.draft(tmp_path / "deliveries", name, tmp_path)
    assert told.value.what == what
    assert why in told.value.why
    assert told.value.next
    assert not (tmp_path / "sources" / "things.yaml").exists()


def test_what_stands_is_not_written_over(tmp_path: Path) -> None:
    drafted(tmp_path, {"a.csv": "a,b\n1,2\n"})
    with pytest.raises(UsageError) as told:
        vb.draft(tmp_path / "deliveries", "things", tmp_path)
    assert str(told.value) == (
        'the source "things" stands already\n'
        "  where: sources/things.yaml\n"
        "  why:   what somebody wrote there would be lost\n"
        "  next:  another --source NAME, or --force to write over it"
    )
    vb.draft(tmp_path / "deliveries", "things", tmp_path, force=True)


def test_a_folder_that_is_no_project_is_told_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ProjectError) as told:
        vb.draft(tmp_path / "a.csv", "things", tmp_path)
    assert "vertebra init DIR makes one" in told.value.next


def test_a_wide_table_is_drafted_in_bounded_memory(tmp_path: Path) -> None:
    head = ",".join(f"c {number}" for number in range(300))
    lines = "".join(",".join(str(row * number) for number in range(300)) + "\n" for row in range(50))
    report = drafted(tmp_path, {"a.csv": f"{head}\n{lines}"})
    assert sum(d.about.endswith(".type") for d in report.decisions) == 300
    assert len(rows(tmp_path, "select c_1 from things")) == 50


def test_empty_files_say_nothing(tmp_path: Path) -> None:
    report = drafted(tmp_path, {"a.csv": "", "b.csv": "x,y\n1,2\n", "c.csv": "x,y\n"})
    assert words(report)["columns.x.type"] == {"type": "integer"}
    assert report.records == 1
    (tmp_path / "only").mkdir()
    with pytest.raises(UsageError) as told:
        drafted(tmp_path / "only", {"a.csv": ""})
    assert told.value.why == "every file is empty"


def test_a_last_field_that_is_filled_late_is_a_column(tmp_path: Path) -> None:
    text = "".join(f'{n},"x",\n' for n in range(1, 1_501)) + '1501,"x",8\n'
    drafted(tmp_path, {"a.csv": text})
    source = read_source(tmp_path / "sources" / "things.yaml")
    assert [column.origin for column in source.columns] == ["#1", "#2", "#3"]
    assert rows(tmp_path, "select * from things where column_3 is not null") == [(1501, "x", 8)]


def test_last_fields_that_are_never_filled_are_no_columns(tmp_path: Path) -> None:
    drafted(tmp_path, {"a.csv": "".join(f'{n},"x",,\n' for n in range(1, 1_501))})
    source = read_source(tmp_path / "sources" / "things.yaml")
    assert [column.origin for column in source.columns] == ["#1", "#2"]


def test_records_that_a_load_will_quarantine_are_counted_as_it_counts_them(tmp_path: Path) -> None:
    """The engine's reader takes a quote behind a blank for one that begins a field; a load does not."""
    text = "".join(f'{n},x,y\n{n},x,"a, b"\n' for n in range(50)) + '7,x, "a, b"\n'
    report = drafted(tmp_path, {"a.csv": f"n,k,v\n{text}"})
    assert words(report)["quarantined"] == 1
    with vb.open(tmp_path) as bb:
        accounts = [a for step in bb.run().steps if step.receipt for a in step.receipt.accounts]
    assert [(a.formatted, a.quarantined) for a in accounts] == [(report.records, 1)] == [(100, 1)]
