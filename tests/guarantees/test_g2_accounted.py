"""G2, accounted: records in the file = rows formatted + records quarantined + records skipped, by reason.

Any files, sound and damaged, are landed and formatted for real; what they hold is counted by Python's own means where
those agree with the grammar, and every record is found in the table or in its quarantine, in one of the two.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drawing import cases
from tests.formatted_place import Delivered, check_accounts, decompressed, delivered
from tests.messy import made
from tests.strategies import FRAGMENTS, damaged, delimited, json_documents, json_values
from vertebra.errors import AccountError
from vertebra.formatted.bin import bins
from vertebra.formatted.count import Count
from vertebra.formatted.draft.look import look
from vertebra.formatted.formats.csv import Csv

REAL = settings(max_examples=cases(10, 50), deadline=None, suppress_health_check=list(HealthCheck))
COLUMNS = """
columns:
  - {name: a, type: integer}
  - {name: b, type: text}
  - {name: at, from: c, type: timestamp, timezone: Europe/Belgrade, format: "%Y-%m-%d %H:%M"}
"""
CSV = """
format: {{csv: {{header: {header}, comment: "{comment}", nulls: {nulls}, encoding: {encoding}}}}}
key: {key}
{columns}
"""
JSON = """
format: {{json: {{shape: {shape}, records: "{records}"}}}}
key: [a]
columns:
  - {{name: a, type: integer}}
  - {{name: b, type: text}}
  - {{name: c, from: d.c, type: double}}
children:
  - {{name: parts, from: b, columns: [{{name: part, from: ".", type: integer}}]}}
"""
TIMES = ["2021-01-01 00:00", "2021-03-28 02:30", "2021-10-31 02:30", ""]


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A file that fits the template by and large: keys that repeat, values that do not fit, damage."""
    if draw(st.integers(0, 3)) == 0:
        body = draw(delimited())
    else:
        lines = draw(
            st.lists(
                st.builds(
                    lambda a, b, c, extra: f"{a},{b},{c}{extra}",
                    st.sampled_from(["1", "2", "3", "x", ""]),
                    st.sampled_from(["x", '"x, y"', '"l\nm"', '"q""', "é", "NA", '"', ""]),
                    st.sampled_from(TIMES),
                    st.sampled_from(["", "", "", "", ",", ",z"]),
                ),
                max_size=8,
            )
        )
        body = "".join(line + draw(st.sampled_from(["\n", "\n", "\n", "\r\n", "\n\n"])) for line in lines).encode()
    body = draw(st.sampled_from([b"a,b,c\n", b"a,b,c\n", b"c,b,a\r\n", b"a,b,c,d\n", b"a;b;c\n", b""])) + body
    return draw(packed(body))


@st.composite
def packed(draw: st.DrawFn, body: bytes) -> bytes:
    """As it is, or compressed and maybe cut off."""
    match draw(st.integers(0, 5)):
        case 0:
            return gzip.compress(body)
        case 1:
            data = gzip.compress(body)
            return data[: draw(st.integers(2, len(data)))]
        case _:
            return body


@REAL
@given(
    files=st.lists(tables(), min_size=1, max_size=8),
    header=st.sampled_from([0, 1, 1, 2]),
    comment=st.sampled_from(["", "", "#"]),
    nulls=st.sampled_from(['[""]', '["", "NA"]', "[]"]),
    encoding=st.sampled_from(["utf-8", "utf-8", "cp1250", "utf-16"]),
    key=st.sampled_from(["[]", "[]", "[a]", "[a, at]"]),
)
def test_every_record_of_delimited_files_is_accounted_for(
    files: list[bytes], header: int, comment: str, nulls: str, encoding: str, key: str
) -> None:
    template = CSV.format(header=header, comment=comment, nulls=nulls, encoding=encoding, key=key, columns=COLUMNS)
    with delivered(template) as place:
        place.load({f"{number}.csv": data for number, data in enumerate(files)})
        check_accounts(place)
        check_places(place)
        for account in place.accounts():
            check_by_python(place, account.file_id, account.records, header)


SURROUNDED = """
format: {{csv: {{header: {header}, skip: {skip}, footer: {footer}, table: {table}, until: "{until}",
  repeated: {repeated}, empty: {empty}, padded: {padded}, comment: "#", encoding: {encoding}}}}}
{columns}
"""
FIXED = """
format: {{fixed: {{edges: [0, 2, 5], header: {header}, skip: {skip}, footer: {footer}, comment: "#",
  encoding: {encoding}}}}}
{columns}
"""


@st.composite
def surrounded(draw: st.DrawFn) -> bytes:
    """A table with something above, below and between."""
    above = draw(st.sampled_from([b"", b"", b"A report,,\n", b"made by,x\n\n", b"1,2\n3,4\n\n", b'"\n']))
    below = draw(st.sampled_from([b"", b"", b"total,1,\n", b"\n\nnote\n", b",,\n", b"\na,b,c\n7,8,\n", b"# end"]))
    body = draw(tables())
    again = b"a,b,c\n1,again,\n" if draw(st.booleans()) else b""
    return above + body + again + below if not body.startswith(b"\x1f\x8b") else body


def surroundings(draw: st.DataObject) -> dict[str, object]:
    """How such a file may be declared, rightly or wrongly."""
    return {
        "header": draw.draw(st.sampled_from([0, 1, 1, 2])),
        "skip": draw.draw(st.sampled_from([0, 1, 2, 7])),
        "footer": draw.draw(st.sampled_from([0, 1, 3, 20])),
        "table": draw.draw(st.sampled_from([0, 0, 1, 2])),
        "until": draw.draw(st.sampled_from(["", "total", "1,"])),
        "repeated": draw.draw(st.sampled_from(["true", "false"])),
        "empty": draw.draw(st.sampled_from(["true", "false"])),
        "padded": draw.draw(st.sampled_from(["true", "false"])),
        "encoding": draw.draw(st.sampled_from(["utf-8", "utf-8", "cp1250", "utf-16"])),
        "columns": COLUMNS,
    }


def load_surrounded(data: st.DataObject, files: int) -> None:
    template = data.draw(st.sampled_from([SURROUNDED, SURROUNDED, FIXED]))
    bodies = data.draw(st.lists(surrounded(), min_size=files, max_size=files))
    with delivered(template.format(**surroundings(data))) as place:
        place.load({f"{number}.csv": body for number, body in enumerate(bodies)})
        check_accounts(place)
        check_places(place)


@REAL
@given(data=st.data())
def test_every_record_is_accounted_for_whatever_stands_beside_the_table(data: st.DataObject) -> None:
    load_surrounded(data, 10)


@pytest.mark.long
@settings(REAL, max_examples=cases(100, 1000))
@given(data=st.data())
def test_the_same_for_ten_thousand_files(data: st.DataObject) -> None:
    load_surrounded(data, 40)


@pytest.mark.parametrize("seed", range(92_000, 92_020))
def test_what_was_drafted_accounts_for_every_record(seed: int) -> None:
    """The declared format that drafting finds, written into a template, loads the file that it was found in."""
    body = made(seed, damage=True).data
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(body)
        with look(path) as found:
            records = sum(1 for _ in found.records) - found.headed
            declared, width = found.declared(), found.width
    columns = "".join(f'  - {{name: c{n}, from: "#{n}", type: text}}\n' for n in range(1, max(width, 1) + 1))
    ((word, keys),) = declared.items()
    format_ = json.dumps({word: {key: value for key, value in keys.items() if value is not None}})
    with delivered(f"format: {format_}\ncolumns:\n{columns}") as place:
        place.load({"x.csv": body})
        check_accounts(place)
        account = place.account()
        assert account.formatted + account.quarantined == records


@REAL
@given(data=st.data(), shape=st.sampled_from(["lines", "array"]), records=st.sampled_from(["", "x.data"]))
def test_every_record_of_json_files_is_accounted_for(data: st.DataObject, shape: str, records: str) -> None:
    record = st.dictionaries(
        st.sampled_from(["a", "b", "d", "z"]), st.one_of(st.sampled_from([1, 2, 3]), json_values()), max_size=4
    )
    if shape == "array":
        text = st.one_of(json_documents(records, record), st.lists(st.sampled_from(FRAGMENTS), max_size=6).map("".join))
    else:
        text = st.lists(record.map(json.dumps).flatmap(lambda line: damaged(line, 1)), max_size=6).map("\n".join)
    files = data.draw(
        st.lists(text.map(lambda t: t.encode("utf-8", "surrogatepass")).flatmap(packed), min_size=1, max_size=8)
    )
    with delivered(JSON.format(shape=shape, records=records)) as place:
        place.load({f"{number}.json": body for number, body in enumerate(files)})
        check_accounts(place)
        check_places(place)
        check_parts(place)


def check_places(place: Delivered) -> None:
    """A finding's bytes are its record, in the file as it was landed (decompressed)."""
    encoding = place.source.format.encoding
    for finding in place.findings():
        if finding["_record"] and finding["severity"] != "skipped":
            body = place.landed(finding["_file"])[finding["start_byte"] : finding["end_byte"]]
            codec = {"utf-16": "utf-16-le"}.get(encoding, encoding)
            assert body.decode(codec, "backslashreplace") == finding["raw"]
            assert finding["line"] >= 1


def check_by_python(place: Delivered, file_id: int, records: int, header: int) -> None:
    """Where a file is so plain that Python's reader has the same grammar, its count is the same."""
    body = place.landed(file_id)
    if place.source.format.encoding != "utf-8" or b'"' in body or b"\r" in body or b"#" in body:
        return
    lines = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").split("\n")
    rows = list(csv.reader(io.StringIO("\n".join(line for line in lines if line))))
    blank = sum(1 for line in lines[:-1] if not line)
    assert records == len(rows) + blank
    assert header <= 2


def check_parts(place: Delivered) -> None:
    """The nested values of every record that stands are rows or in quarantine; those of others are skipped."""
    rows, parts = place.rows(), place.rows("parts")
    wrong = [finding for finding in place.findings() if finding["column_name"].startswith("parts.")]
    standing = {(row["_file"], row["_record"]) for row in rows}
    assert {(row["_file"], row["_record"]) for row in (*parts, *wrong)} <= standing
    for account in place.accounts("parts"):
        assert account.balance == 0
        assert set(account.skipped) <= {"parent"}
        assert account.formatted == sum(1 for row in parts if row["_file"] == account.file_id)
        assert account.quarantined == sum(1 for finding in wrong if finding["_file"] == account.file_id)
    assert {account.file_id for account in place.accounts("parts")} == set(place.files())


@REAL
@given(body=delimited(rows=30), cut=st.integers(0, 400))
def test_a_file_cut_off_while_compressed_keeps_what_was_whole(body: bytes, cut: int) -> None:
    data = gzip.compress(body, 0)[: max(11, cut)]
    with delivered(
        CSV.format(header=0, comment="", nulls='[""]', encoding="utf-8", key="[]", columns=COLUMNS)
    ) as place:
        place.load({"x.csv.gz": data})
        check_accounts(place)
        told = [finding["type"] for finding in place.findings() if not finding["_record"]]
        assert ("cut-off" in told) == (len(data) < len(gzip.compress(body, 0)))
        assert place.landed(place.account().file_id) == decompressed(data)


def test_a_record_that_goes_nowhere_stops_the_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count is enforced: were the reader to lose a record, nothing would be published."""
    template = CSV.format(header=1, comment="#", nulls='[""]', encoding="utf-8", key="[]", columns=COLUMNS)
    with delivered(template, tmp_path) as place:
        place.deliver({"x.csv": b"a,b,c\n1,x,\n2,y,\n"})
        monkeypatch.setattr(Csv, "count", lambda *_: Count(3, header=1))
        with pytest.raises(AccountError) as caught:
            place.format()
        assert caught.value.what == "records of x.csv are not accounted for"
        assert caught.value.where == "table things, file version 1"
        assert caught.value.why == "4 were counted, 2 formatted, 0 quarantined, 1 skipped: 1 went nowhere"
        assert "nothing of it was published" in caught.value.next
        monkeypatch.undo()
        place.format()
        check_accounts(place)


def test_a_reader_that_miscounts_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's reader is not believed: where it sees another number of records, the file is read carefully."""
    for way in ("direct", "together"):  # file by file, and several files by one reader
        real = getattr(Csv, way)

        def short(self: Csv, *args: object, real: Any = real, way: str = way) -> str:
            query = real(self, *args)
            extra = ", file_index" if way == "together" else ""
            return f"(select *{extra} from {query} limit 2)" if query else ""

        monkeypatch.setattr(Csv, way, short)
    template = CSV.format(header=1, comment="", nulls='[""]', encoding="utf-8", key="[]", columns=COLUMNS)
    with delivered(template) as place:
        receipt = place.load({"x.csv": b"a,b,c\n1,x,\n2,y,\n3,z,\n", "y.csv": b"a,b,c\n1,x,\n"})
        check_accounts(place)
        assert receipt.rows == 4
        assert receipt.fallbacks == tuple(
            f"things: the engine's reader does not take {name}.csv; it was read record by record" for name in "xy"
        )


def test_accounts_are_written_down_and_end_with_the_file(tmp_path: Path) -> None:
    template = CSV.format(header=1, comment="#", nulls='[""]', encoding="utf-8", key="[a]", columns=COLUMNS)
    with delivered(template, tmp_path) as place:
        place.load({"x.csv": b"a,b,c\n\n# note\n1,x,\n1,x,\n2,y\n"})
        account = place.account()
        assert (account.records, account.formatted, account.quarantined) == (6, 1, 1)
        assert account.skipped == {"header": 1, "blank": 1, "comment": 1, "duplicate": 1}
        place.load({"x.csv": b"a,b,c\n1,x,\n"})
        assert [account.version for account in place.accounts()] == [2]
        assert place.receipts[-1].accounts == tuple(place.accounts())


def test_bins_hold_files_in_order(tmp_path: Path) -> None:
    with delivered(
        CSV.format(header=1, comment="", nulls='[""]', encoding="utf-8", key="[]", columns=COLUMNS), tmp_path
    ) as place:
        place.deliver({f"{number:03}.csv": b"a,b,c\n1,x,\n" for number in range(300)})
        packed_ = list(bins(place.files().values()))
        assert [len(files) for files in packed_] == [128, 128, 44]
        place.format()
        check_accounts(place)
        assert [row["_file"] for row in place.rows()] == sorted(place.files())
