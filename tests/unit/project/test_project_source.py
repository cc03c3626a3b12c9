"""`sources/*.yaml`: what a source says, and what it is told when it says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from vertebra.errors import ProjectError
from vertebra.project import (
    Child,
    ColumnTemplate,
    CsvFormat,
    FolderCollect,
    JsonFormat,
    Load,
    Source,
    read_source,
    read_sources,
)
from vertebra.project.formats import FORMATS

KNOWN = f'did you mean "xml"? known: {", ".join(sorted(FORMATS))}'
HEAD = "source: meters\nformat: {csv: {}}\n"
COLUMNS = "columns:\n  - {name: a, type: text}\n  - {name: b, type: text}\n"
JSON = "source: trips\nkey: [id]\nformat: {json: {}}\ncolumns:\n  - {name: id, type: integer}\n"


def source(tmp_path: Path, text: str) -> Source:
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    return read_source(path, "sources/m.yaml")


def refusal(tmp_path: Path, text: str) -> ProjectError:
    with pytest.raises(ProjectError) as caught:
        source(tmp_path, text)
    return caught.value


def column(tmp_path: Path, settings: str, head: str = HEAD) -> ColumnTemplate:
    return source(tmp_path, f"{head}columns:\n  - {{{settings}}}\n").columns[0]


def test_a_source_says_how_its_files_are_collected_read_and_loaded(tmp_path: Path) -> None:
    made = source(
        tmp_path,
        "source: meters\n"
        "description: Heat meters.\n"
        "owner: heat-operations\n"
        'collect: {folder: deliveries/meters, pattern: "**/*.csv", settle: 2}\n'
        'file_name: "{device}_{month}.csv"\n'
        'format: {csv: {delimiter: ";", quote: "\'", header: 2, encoding: cp1250, nulls: ["", "-"], comment: "#"}}\n'
        "load: upsert\n"
        "key: [device, at]\n"
        "columns:\n"
        "  - {name: device, from: file_name.device, type: text}\n"
        '  - {name: at, from: datetime, type: timestamp, format: "%Y-%m-%d %H:%M:%S", timezone: Europe/Belgrade}\n'
        "  - {name: heat, from: e, type: double, unit: MWh, term: heat energy}\n",
    )
    assert made.collect == FolderCollect("deliveries/meters", "**/*.csv", 2.0, "sources/m.yaml:4")
    assert made.format == CsvFormat(
        delimiter=";", quote="'", escape="'", header=2, encoding="cp1250", nulls=("", "-"), comment="#"
    )
    assert (made.load, made.key, made.file_name) == (Load.UPSERT, ("device", "at"), "{device}_{month}.csv")
    device, at, heat = made.columns
    assert (device.from_file_name, at.from_file_name) == ("device", "")
    assert (at.formats, at.timezone) == (("%Y-%m-%d %H:%M:%S",), "Europe/Belgrade")
    assert (heat.origin, heat.unit, heat.term) == ("e", "MWh", "heat energy")


def test_what_is_not_said_is_the_plain_case(tmp_path: Path) -> None:
    made = source(tmp_path, HEAD + COLUMNS)
    assert (made.collect, made.file_name, made.load, made.key) == (None, "", Load.LATEST, ())
    assert made.format == CsvFormat()
    assert made.columns[0] == ColumnTemplate(name="a", origin="a", type="text")


def test_json_nests(tmp_path: Path) -> None:
    made = source(
        tmp_path,
        JSON.replace("json: {}", "json: {shape: array, records: data.trips}")
        + "children:\n  - {name: stops, from: route.stops, columns: [{name: place, from: p.name, type: text}]}\n",
    )
    assert made.format == JsonFormat(shape="array", records="data.trips")
    assert made.children == (Child("stops", "route.stops", (ColumnTemplate("place", "p.name", "text"),)),)


def test_words_about_a_column_are_not_part_of_its_meaning(tmp_path: Path) -> None:
    plain = source(tmp_path, HEAD + COLUMNS)
    told = source(
        tmp_path,
        "description: d\nowner: o\n" + HEAD + COLUMNS.replace("type: text}", "type: text, description: d, term: t}"),
    )
    unit = source(tmp_path, HEAD + COLUMNS.replace("type: text}", "type: text, unit: MWh}"))
    assert plain.template() == told.template()
    assert plain.template() != unit.template()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("decimal(18,3)", ("decimal", 18, 3)),
        ("decimal( 38 , 38 )", ("decimal", 38, 38)),
        ("decimal(1,0)", ("decimal", 1, 0)),
        ("integer", ("integer", 0, 0)),
    ],
)
def test_types(tmp_path: Path, written: str, expected: tuple[str, int, int]) -> None:
    made = column(tmp_path, f'name: a, type: "{written}"')
    assert (made.type, made.precision, made.scale) == expected


def test_a_timestamp_without_a_zone_is_meant_in_utc_and_a_boolean_has_words(tmp_path: Path) -> None:
    assert column(tmp_path, "name: a, type: timestamp").timezone == "UTC"
    flag = column(tmp_path, "name: a, type: boolean, true: [da], false: ne")
    assert (flag.true, flag.false) == (("da",), ("ne",))


def test_the_decimal_sign_of_the_file_holds_for_its_columns(tmp_path: Path) -> None:
    head = 'source: m\nformat: {csv: {decimal: ",", delimiter: ";"}}\n'
    assert column(tmp_path, "name: a, type: double", head).decimal == ","
    assert column(tmp_path, 'name: a, type: double, decimal: "."', head).decimal == "."


@pytest.mark.parametrize(("written", "expected"), [("tab", "\t"), ("'\\t'", "\t"), ('"\\t"', "\t"), ('"|"', "|")])
def test_a_delimiter_is_one_character(tmp_path: Path, written: str, expected: str) -> None:
    made = source(tmp_path, f"source: m\nformat: {{csv: {{delimiter: {written}}}}}\n{COLUMNS}")
    assert isinstance(made.format, CsvFormat)
    assert made.format.delimiter == expected


def csv(setting: str) -> str:
    """A source with one setting of its format, on line 4."""
    return f"source: m\nformat:\n  csv:\n    {setting}\n{COLUMNS}"


REFUSED = [
    # unknown keys, nearest known one
    (
        "sorce: m\n" + HEAD + COLUMNS,
        1,
        '"sorce" is no key of this file',
        (
            'did you mean "source"? known: children, collect, columns, description, drift, file_name, format, '
            "ignore, key, load, owner, source, stop_above"
        ),
    ),
    (
        csv("delimeter: x"),
        4,
        '"delimeter" is no key of "format.csv"',
        (
            'did you mean "delimiter"? known: comment, decimal, delimiter, empty, encoding, escape, footer, header, '
            "join, nulls, padded, quote, repeated, skip, table, until"
        ),
    ),
    (
        HEAD + "collect: {folder: x, patern: y}\n" + COLUMNS,
        3,
        '"patern" is no key of "collect"',
        'did you mean "pattern"? known: folder, members, pattern, settle',
    ),
    (
        HEAD + "columns:\n  - {name: a, type: text}\n  - {name: b, typ: text}\n",
        5,
        '"typ" is no key of "columns[1]"',
        (
            'did you mean "type"? known: decimal, description, false, format, from, group, name, nulls, optional, '
            "personal, prefix, required, semantic, suffix, term, timezone, true, type, unit"
        ),
    ),
    ("source: m\nformat: {yml: {}}\n" + COLUMNS, 2, '"yml" is no key of "format"', KNOWN),
    # what must be there
    (HEAD, 1, 'this file has no "columns"', "add a line `columns: …` below line 1"),
    (HEAD + "columns: []\n", 3, "a table needs a column", "add lines `- {name: …, from: …, type: text}`"),
    (HEAD + "columns: a\n", 3, "a list of mappings is needed", "write `columns:` and below it lines `- {…}`"),
    ("source: m\n" + COLUMNS, 1, 'this file has no "format"', "add a line `format: …` below line 1"),
    (
        HEAD + "collect: {pattern: y}\n" + COLUMNS,
        3,
        '"collect" has no "folder"',
        "add a line `folder: …` below line 3",
    ),
    (
        "source: m\nformat: {csv: {}, json: {}}\n" + COLUMNS,
        2,
        "exactly one format is needed",
        "`format: {csv: {…}}` or `format: {json: {…}}`",
    ),
    # names
    (
        "source: Heat Meters\nformat: {csv: {}}\n" + COLUMNS,
        1,
        "'Heat Meters' is not a name: small letters, digits and _ only, a letter first",
        "`source: heat_meters`",
    ),
    (
        "source: meters_quarantine\nformat: {csv: {}}\n" + COLUMNS,
        1,
        "names that end in _quarantine are kept for what is quarantined",
        "another name",
    ),
    (
        HEAD + "columns:\n  - {name: 'a\"b', type: text}\n",
        4,
        "'a\"b' is not a name: small letters, digits and _ only, a letter first",
        "`name: a_b`",
    ),
    (
        HEAD + "columns:\n  - {name: _file, type: text}\n",
        4,
        "'_file' is not a name: small letters, digits and _ only, a letter first",
        "`name: file`",
    ),
    (
        HEAD + "columns:\n  - {name: a, type: text}\n  - {name: a, type: text}\n",
        5,
        'two columns are called "a"',
        "rename one of the two",
    ),
    # types, decimals, zones
    (
        HEAD + "columns:\n  - {name: a, type: float}\n",
        4,
        '"float" is no type',
        "known: boolean, date, decimal, double, integer, text, timestamp",
    ),
    (
        HEAD + "columns:\n  - {name: a, type: timestmp}\n",
        4,
        '"timestmp" is no type',
        'did you mean "timestamp"? known: boolean, date, decimal, double, integer, text, timestamp',
    ),
    (
        HEAD + "columns:\n  - {name: a, type: decimal}\n",
        4,
        "a decimal needs its digits",
        "for example `type: decimal(18,3)`",
    ),
    (
        HEAD + 'columns:\n  - {name: a, type: "decimal(39,1)"}\n',
        4,
        "a decimal has 1 to 38 digits, and no more behind the point",
        "`decimal(18,3)`",
    ),
    (
        HEAD + 'columns:\n  - {name: a, type: "decimal(3,4)"}\n',
        4,
        "a decimal has 1 to 38 digits, and no more behind the point",
        "`decimal(18,3)`",
    ),
    (
        HEAD + 'columns:\n  - {name: a, type: "decimal(0,0)"}\n',
        4,
        "a decimal has 1 to 38 digits, and no more behind the point",
        "`decimal(18,3)`",
    ),
    (
        HEAD + "columns:\n  - {name: a, type: text, timezone: UTC}\n",
        4,
        "a text has no time zone",
        "take it away, or `type: timestamp`",
    ),
    (
        HEAD + 'columns:\n  - {name: a, type: double, format: "%d"}\n',
        4,
        "a double is written in one way",
        "take `format` away",
    ),
    (
        HEAD + "columns:\n  - {name: a, type: double, decimal: x}\n",
        4,
        '"x" is not one of them',
        "known: ,, .",
    ),
    (
        HEAD + "columns:\n  - {name: a, type: text, required: maybe}\n",
        4,
        "'maybe' is neither true nor false",
        "write `required: true` or `required: false`",
    ),
    # file_name
    (
        HEAD + 'file_name: "{a}_{a}.csv"\n' + COLUMNS,
        3,
        "a field stands twice",
        "give each field a name of its own",
    ),
    (
        (
            'source: m\nfile_name: "{device}.csv"\nformat: {csv: {}}\ncolumns:\n'
            "  - {name: a, from: file_name.devise, type: text}\n"
        ),
        5,
        '"devise" is no field of file_name',
        'did you mean "device"? known: device',
    ),
    (
        HEAD + "columns:\n  - {name: a, from: file_name.device, type: text}\n",
        4,
        '"device" is no field of file_name',
        "there is none yet",
    ),
    # formats
    (
        csv('delimiter: "123456789"'),
        4,
        "'123456789' cannot stand between fields",
        'one to 8 characters, for example `delimiter: ";"`',
    ),
    (csv('delimiter: ""'), 4, "'' cannot stand between fields", 'one to 8 characters, for example `delimiter: ";"`'),
    (
        csv('delimiter: "\\n"'),
        4,
        "'\\n' cannot stand between fields",
        'one to 8 characters, for example `delimiter: ";"`',
    ),
    (csv("quote: '::'"), 4, "'::' is not one character", 'for example `quote: ";"`'),
    (csv("skip: -1"), 4, "a number of leading records cannot be negative", "`skip: 0` for none"),
    (csv("footer: -1"), 4, "a number of trailing records cannot be negative", "`footer: 0` for none"),
    (csv("table: -1"), 4, "a number of tables cannot be negative", "`table: 0` for none"),
    (csv("delimiter: '\"'"), 4, "'\"' has another meaning already", "one character for each meaning"),
    (csv('comment: ","'), 4, "',' has another meaning already", "one character for each meaning"),
    (csv("header: -1"), 4, "a number of header records cannot be negative", "`header: 0` for none"),
    (csv("header: true"), 4, "True is not a whole number", "write for example `header: 1`"),
    (csv("nulls: -9999"), 4, "-9999 is not a list of texts", "write for example `nulls: [a, b]`"),
    (
        csv("encoding: utf8000"),
        4,
        "'utf8000' is no known encoding",
        'did you mean "utf-8"? known: cp1250, cp1252, iso8859-2, latin-1, utf-16, utf-8',
    ),
    (
        csv("encoding: hex"),
        4,
        "'hex' is no known encoding",
        "known: cp1250, cp1252, iso8859-2, latin-1, utf-16, utf-8",
    ),
    (
        csv('encoding: "a\\0b"'),
        4,
        "'a\\x00b' is no known encoding",
        "known: cp1250, cp1252, iso8859-2, latin-1, utf-16, utf-8",
    ),
    (JSON.replace("json: {}", "json: {shape: tree}"), 3, '"tree" is not one of them', "known: array, documents, lines"),
    (
        JSON + '  - {name: b, from: "#3", type: text}\n',
        6,
        "JSON fields have names, not positions",
        "write the dotted path of the field",
    ),
    # load, key, children, settle
    (
        HEAD + "load: all\n" + COLUMNS,
        3,
        '"all" is not one of them',
        "known: append, latest, replace, upsert",
    ),
    (
        HEAD + "load: upsert\n" + COLUMNS,
        3,
        "upsert needs a key to know which row is meant",
        "add `key: [column, …]`",
    ),
    (HEAD + "key: [a, c]\n" + COLUMNS, 3, '"c" is no column', "known: a, b"),
    (
        HEAD + "children: [{name: c, from: d, columns: [{name: e, type: text}]}]\n" + COLUMNS,
        3,
        "only nested records, as in JSON, have children",
        "take `children:` away",
    ),
    (
        JSON.replace("key: [id]\n", "") + "children: [{name: c, from: d, columns: [{name: e, type: text}]}]\n",
        5,
        "child rows need a key of their parent to refer to",
        "add `key: [column, …]`",
    ),
    (
        JSON + "children:\n  - {name: c, from: d, columns: [{name: id, type: text}]}\n",
        7,
        '"id" comes with the parent\'s key already',
        "rename the column",
    ),
    (
        HEAD + "collect: {folder: x, settle: -1}\n" + COLUMNS,
        3,
        "-1 is no number of seconds to wait",
        "0 to 3600, for example `0.5`",
    ),
    (
        HEAD + "collect: {folder: x, settle: .inf}\n" + COLUMNS,
        3,
        "inf is no number of seconds to wait",
        "0 to 3600, for example `0.5`",
    ),
    (
        HEAD + "collect: {folder: x, settle: .nan}\n" + COLUMNS,
        3,
        "nan is no number of seconds to wait",
        "0 to 3600, for example `0.5`",
    ),
    (
        HEAD + 'columns:\n  - {name: a, type: text, group: ","}\n',
        4,
        "a text has no groups of digits",
        "take `group` away",
    ),
    (
        HEAD + 'columns:\n  - {name: a, type: integer, group: ",,"}\n',
        4,
        "',,' does not stand between groups of digits",
        'for example `group: ","`',
    ),
    (
        HEAD + 'columns:\n  - {name: a, type: double, group: "."}\n',
        4,
        "'.' is the decimal sign already",
        'for example `decimal: ","`',
    ),
    (
        HEAD + 'columns:\n  - {name: a, type: date, prefix: "$"}\n',
        4,
        "a date has no prefix",
        "take `prefix` away",
    ),
    (
        HEAD + 'columns:\n  - {name: a, type: double, suffix: " 5%"}\n',
        4,
        "' 5%' could be a part of a number, or begins or ends with a blank",
        'for example `suffix: "%"`',
    ),
    (
        HEAD + 'columns:\n  - {name: a, type: timestamp, format: [epoch, "%Y"]}\n',
        4,
        "`epoch` is the only format of a timestamp",
        "take the others away",
    ),
    (
        HEAD + "columns:\n  - {name: a, type: timestamp, format: epoch_ms, timezone: Europe/Belgrade}\n",
        4,
        "seconds since 1970 are an instant, in no zone",
        "take `timezone` away",
    ),
    (
        HEAD + "columns:\n  - {name: a, from: [b, b], type: text}\n",
        4,
        "each place is named once, and one is needed",
        "`from: [first, second]`",
    ),
    (
        HEAD + "columns:\n  - {name: a, type: text, optional: true, required: true}\n",
        4,
        "a column cannot be required and optional",
        "take one of the two away",
    ),
    (
        JSON + "  - {name: a, from: [b, c], type: text}\n",
        6,
        "a nested field has one path",
        "name one; a second column can read the other",
    ),
]


@pytest.mark.parametrize(("text", "line", "why", "next_"), REFUSED, ids=[case[2] for case in REFUSED])
def test_what_cannot_be_meant_is_told_with_file_line_and_what_to_write(
    tmp_path: Path, text: str, line: int, why: str, next_: str
) -> None:
    error = refusal(tmp_path, text)
    assert (error.where, error.why, error.next) == (f"sources/m.yaml:{line}", why, next_)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "../etc/passwd", "a\\0b", "x" * 300])
def test_a_zone_that_nobody_lives_in_is_refused(tmp_path: Path, zone: str) -> None:
    error = refusal(tmp_path, f'{HEAD}columns:\n  - {{name: a, type: timestamp, timezone: "{zone}"}}\n')
    assert error.where == "sources/m.yaml:4"
    assert error.why.endswith("is no IANA time zone")


def test_a_zone_that_is_nearly_right_is_proposed(tmp_path: Path) -> None:
    error = refusal(tmp_path, f"{HEAD}columns:\n  - {{name: a, type: timestamp, timezone: Europe/Belgrad}}\n")
    assert error.next.startswith('did you mean "Europe/Belgrade"?')


def test_sources_are_read_by_name_and_two_of_one_table_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    assert read_sources(tmp_path) == {}
    folder.mkdir()
    (folder / "b.yaml").write_text(HEAD + COLUMNS)
    (folder / "a.yml").write_text(HEAD.replace("meters", "weather") + COLUMNS)
    (folder / "notes.txt").write_text("not a source")
    assert list(read_sources(tmp_path)) == ["weather", "meters"]
    (folder / "c.yaml").write_text(JSON + "children:\n  - {name: meters, from: d, columns: [{name: e, type: text}]}\n")
    with pytest.raises(ProjectError) as caught:
        read_sources(tmp_path)
    assert str(caught.value) == (
        'the table "meters" is declared twice\n'
        "  where: sources/c.yaml:1\n"
        "  why:   sources/b.yaml:1 declares it too\n"
        "  next:  rename one of the two"
    )
