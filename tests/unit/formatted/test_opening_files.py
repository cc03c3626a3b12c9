"""Open landed files: what they are, what is wrong with their compressed form, and where their bytes are."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formatted_place import Delivered, delivered
from vertebra.errors import DamageError
from vertebra.formatted import bins
from vertebra.formatted.formats.opening import ascii_family, opened
from vertebra.formatted.formats.port import Opened
from vertebra.formatted.formats.registry import format_of
from vertebra.governance.files import FileVersion
from vertebra.project import Source, read_source

QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
BODY = b"a,b\n1,x\n2,y\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    with delivered("format: {csv: {}}\ncolumns: [{name: a, type: text}]", tmp_path_factory.mktemp("place")) as made:
        yield made


@contextmanager
def at(
    place: Delivered, data: bytes, encoding: str = "utf-8", shape: str = "csv: {header: 0"
) -> Iterator[tuple[Opened, Source]]:
    """Bytes as a landed file, opened."""
    folder = Path(place.ws.storage.root) / "landing"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "file").write_bytes(data)
    file = FileVersion(
        1, "s", "file", 1, datetime.now(UTC), hashlib.sha256(data).hexdigest(), len(data), "", "landing/file"
    )
    text = f"source: s\nformat: {{{shape}, encoding: {encoding}}}}}\ncolumns: [{{name: a, type: text}}]\n"
    (folder / "s.yaml").write_text(text)
    source = read_source(folder / "s.yaml")
    with opened(place.ws, source, file) as here:
        yield here, source
    assert not list(place.ws.scratch.glob("file*")), "what was made on the way is taken away"


@pytest.mark.parametrize(
    ("data", "plain", "problem"),
    [
        (BODY, BODY, None),
        (b"", b"", None),
        (gzip.compress(BODY), BODY, None),
        (gzip.compress(b""), b"", None),
        (gzip.compress(BODY) + gzip.compress(b"3,z\n"), BODY + b"3,z\n", None),
        (gzip.compress(BODY) + b"\0" * 70_000, BODY, None),
        (gzip.compress(BODY) + b"\0\0" + gzip.compress(b"3,z\n"), BODY + b"3,z\n", None),
        (gzip.compress(BODY) + b"hello", BODY, "trailing-bytes"),
        (gzip.compress(BODY)[:-8], BODY, "cut-off"),
        (gzip.compress(BODY)[:-1], BODY, "cut-off"),
        (gzip.compress(BODY) + gzip.compress(b"3,z\n")[:5], BODY, "cut-off"),
        (b"\x1f\x8b", b"", "cut-off"),
        (gzip.compress(BODY)[:-8] + b"\0" * 8, BODY, "damaged-gzip"),
    ],
    ids=lambda value: str(len(value)) if isinstance(value, bytes) else str(value),
)
def test_compressed_files(place: Delivered, data: bytes, plain: bytes, problem: str | None) -> None:
    with at(place, data) as (here, _):
        assert here.path.read_bytes() == plain
        assert (here.problem.type if here.problem else None) == problem
        assert here.cut == (problem == "cut-off")
        assert (here.problem is not None and here.problem.fatal) == (problem == "damaged-gzip")


@QUIET
@given(body=st.binary(max_size=2000), cut=st.integers(0, 2000), level=st.integers(0, 9))
def test_a_truncated_file_gives_what_zlib_gives(place: Delivered, body: bytes, cut: int, level: int) -> None:
    data = gzip.compress(body, level)[: 3 + cut]
    with at(place, data) as (here, _):
        assert here.path.read_bytes() == zlib.decompressobj(31).decompress(data)


def test_damage_in_the_middle_keeps_what_came_before_and_rejects_the_whole(place: Delivered) -> None:
    body = b"".join(b"%d,%d\n" % (n, n * 7919 % 104729) for n in range(60_000))
    data = bytearray(gzip.compress(body, 6))
    data[len(data) // 2 : len(data) // 2 + 40] = b"\xff" * 40
    with at(place, bytes(data)) as (here, _):
        assert here.problem is not None
        assert here.problem.type == "damaged-gzip"
        kept = here.path.read_bytes()
        assert len(kept) > 100_000
        assert kept[:100_000] == body[:100_000]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "ascii"])
def test_utf_8_is_read_as_it_is(place: Delivered, encoding: str) -> None:
    with at(place, BODY, encoding) as (here, _):
        assert here.text == here.path


@pytest.mark.parametrize("encoding", ["latin-1", "cp1250", "iso8859-2", "koi8-r"])
def test_other_encodings_are_read_through_a_copy_in_utf_8(place: Delivered, encoding: str) -> None:
    with at(place, "a,ß\n".encode("latin-1"), encoding) as (here, _):
        assert here.text != here.path
        assert here.encoding == "utf-8"
        assert here.text.read_text(encoding="utf-8") == "a,ß\n".encode("latin-1").decode(encoding)


@pytest.mark.parametrize(
    ("encoding", "mark", "codec"),
    [
        ("utf-16", b"\xff\xfe", "utf-16-le"),
        ("utf-16", b"\xfe\xff", "utf-16-be"),
        ("utf-16", b"", "utf-16-le"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("utf-32", b"\xff\xfe\0\0", "utf-32-le"),
        ("utf-32", b"\0\0\xfe\xff", "utf-32-be"),
        ("cp932", b"", "cp932"),
        ("gb18030", b"", "gb18030"),
        ("euc_jp", b"", "euc_jp"),
        ("big5", b"", "big5"),
        ("cp037", b"", "cp037"),
    ],
)
def test_records_are_found_at_their_bytes_as_delivered(
    place: Delivered, encoding: str, mark: bytes, codec: str
) -> None:
    lines = [
        "a,b",
        "1,日" if codec != "cp037" else "1,x",
        "",
        "'q',\"2\n3\"",
        "表示,|" if codec != "cp037" else "y,z",
    ]
    data = mark + "\n".join(lines).encode(codec)
    with at(place, data, encoding) as (here, source):
        form = format_of(source)
        number = form.count(here, source).data
        assert number == 4
        found = list(form.find(here, source, range(1, number + 1)))
        assert [one.raw for one in found] == [line for line in lines if line]
        assert [data[one.start : one.end].decode(codec) for one in found] == [one.raw for one in found]
        assert [one.line for one in found] == [1, 2, 4, 6]


def test_broken_bytes_of_a_wide_encoding_keep_their_places(place: Delivered) -> None:
    data = b"\xff\xfe" + "a,b\n1,".encode("utf-16-le") + b"\x00\xd8" + ",\n2,y\n3".encode("utf-16-le") + b"\x41"
    with at(place, data, "utf-16") as (here, source):
        form = format_of(source)
        found = list(form.find(here, source, range(1, 5)))
        assert [data[one.start : one.end] for one in found] == [
            "a,b".encode("utf-16-le"),
            "1,".encode("utf-16-le") + b"\x00\xd8" + ",".encode("utf-16-le"),
            "2,y".encode("utf-16-le"),
            "3".encode("utf-16-le") + b"\x41",
        ]
        assert found[1].raw == "1,\\x00\\xd8,"
        assert found[3].raw == "3\\x41"


def test_json_is_put_into_utf_8_whatever_its_encoding(place: Delivered) -> None:
    data = '{"a": "ü"}\n{"a": "ß"}\n'.encode("latin-1")
    with at(place, data, "latin-1", "json: {shape: lines") as (here, source):
        assert here.text.read_text(encoding="utf-8") == data.decode("latin-1")
        found = list(format_of(source).find(here, source, [2]))
        assert data[found[0].start : found[0].end].decode("latin-1") == found[0].raw == '{"a": "ß"}'


@pytest.mark.parametrize("name", ["utf-16", "cp932", "big5", "gb18030", "cp864", "cp037", "utf-7"])
def test_what_is_no_ascii_family(name: str) -> None:
    assert not ascii_family(name)


@pytest.mark.parametrize("harm", ["gone", "longer", "other", "folder"])
def test_a_landed_file_that_is_not_what_was_landed(place: Delivered, tmp_path: Path, harm: str) -> None:
    del place
    with delivered("format: {csv: {}}\ncolumns: [{name: a, type: text}]", tmp_path) as own:
        own.deliver({"x.csv": b"a\n1\n"})
        (file,) = own.files().values()
        path = Path(own.ws.storage.url(file.path))
        path.unlink()
        match harm:
            case "longer":
                path.write_bytes(b"a\n1\n2\n")
            case "other":
                path.write_bytes(b"a\n2\n")
            case "folder":
                path.mkdir()
        # hashed while it landed, it is hashed again when it has lain there for a while
        with patch.object(bins, "_FRESH", timedelta(0)), pytest.raises(DamageError) as caught:
            own.format()
        error = caught.value
        assert error.what == 'the landed file of "x.csv" is not what was landed'
        assert error.where == str(path)
        assert {
            "gone": "No such file or directory",
            "longer": "it has 6 bytes, the catalog says 4",
            "other": "its SHA-256 begins with",
            "folder": "",
        }[harm] in error.why
        assert error.next == "put it back from a backup of the landing zone"
