"""Archives are kept as they came; the files in them are versions of their own."""

from __future__ import annotations

import io
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.formatted_place import Delivered, check_accounts, delivered
from tests.office import xlsx, zipped
from vertebra import formatted
from vertebra.governance.files import INSIDE as RECORDED
from vertebra.storage import archive
from vertebra.storage.archive import INSIDE, is_archive, member, members

TEMPLATE = """
format: {csv: {}}
drift: freeze
columns: [{name: a, type: integer}, {name: b, type: text}]
"""
FILES = {"x/one.csv": "a,b\n1,p\n", "two.csv": "a,b\n2,q\nz,r\n"}


def tarred(files: Mapping[str, str], mode: str = "w") -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode=mode) as tar:  # type: ignore[call-overload]
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
    return sink.getvalue()


def names(place: Delivered) -> list[tuple[str, int]]:
    return [(file.name, file.version) for file in place.files().values()]


@pytest.mark.parametrize(
    "body", [zipped(FILES), tarred(FILES), tarred(FILES, "w:gz"), tarred(FILES, "w:bz2"), tarred(FILES, "w:xz")]
)
def test_files_in_an_archive_are_versions_of_their_own(body: bytes) -> None:
    with delivered(TEMPLATE) as place:
        place.load({"day.dat": body})
        check_accounts(place)
        assert names(place) == [("day.dat", 1), ("day.dat/two.csv", 1), ("day.dat/x/one.csv", 1)]
        assert sorted(place.values()) == [(1, "p"), (2, "q")]
        (finding,) = place.findings()
        assert (finding["raw"], finding["line"], finding["value"]) == ("z,r", 3, "z")
        first = place.files()[1]
        assert Path(place.ws.storage.url(first.place[0])).read_bytes() == body
        two = place.files()[finding["_file"]]
        assert two.size == len(FILES["two.csv"])
        assert formatted.records(place.ws, place.source, two, [1])[1].raw == "2,q"


def test_the_same_files_in_another_archive_are_duplicates() -> None:
    with delivered(TEMPLATE) as place:
        place.load({"a.zip": zipped(FILES)})
        place.load({"a.zip": zipped({**FILES, "note": ""})})
        assert names(place) == [
            ("a.zip", 1), ("a.zip/two.csv", 1), ("a.zip/x/one.csv", 1), ("a.zip", 2), ("a.zip/note", 1),
        ]  # fmt: skip
        place.load({"a.zip": zipped({**FILES, "two.csv": "a,b\n3,s\n"})})
        assert sorted(place.values()) == [(1, "p"), (3, "s")]


def test_the_files_of_one_archive_stand_together() -> None:
    with delivered(TEMPLATE + "load: replace\n") as place:
        place.load({"a.zip": zipped({"old.csv": "a,b\n9,o\n"})})
        place.load({"b.zip": zipped(FILES)})
        assert sorted(place.values()) == [(1, "p"), (2, "q")]


def test_which_files_are_taken() -> None:
    with delivered(TEMPLATE) as place:
        body = zipped({**FILES, "readme.txt": "?", "__MACOSX/x.csv": "", ".hidden.csv": ""})
        source = place.source
        object.__setattr__(source.collect, "members", "**/*.csv")
        place.load({"a.zip": body})
        assert [name for name, _ in names(place)] == ["a.zip", "a.zip/two.csv", "a.zip/x/one.csv"]


def test_an_archive_in_an_archive() -> None:
    with delivered(TEMPLATE) as place:
        deep = zipped({"deep.zip": zipped(FILES), "in.tgz": tarred({"a.csv": "a,b\n5,t\n"}, "w:gz")})
        place.load({"o.zip": zipped({"i.zip": deep, "two.csv": FILES["two.csv"]})})
        assert names(place)[0][0] == "o.zip"
        assert ("o.zip/i.zip/in.tgz", 1) in names(place), "only one level is opened"
        assert (2, "q") in place.values()


def test_a_member_that_cannot_be_taken_is_told() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as made:
        made.writestr("good.csv", "a,b\n1,p\n")
        made.writestr("../evil.csv", "a,b\n6,e\n")
        made.writestr("/abs.csv", "a,b\n6,e\n")
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
        made.writestr("bad.csv", "a,b\n7,damaged\n")
        made.writestr("locked.csv", "a,b\n8,l\n")
    body = bytearray(sink.getvalue().replace(b"7,damaged", b"7,dimaged", 1))
    at = body.rindex(b"PK\x01\x02", 0, body.rindex(b"locked.csv"))
    body[at + 8] |= 1
    with delivered(TEMPLATE) as place:
        place.load({"a.zip": bytes(body)})
        assert place.values() == [(1, "p")]
    told = {one.name: one.why for one in _members(bytes(body))}
    assert told["../evil.csv"] == told["/abs.csv"] == "its name leads out of the archive"
    assert told["link.csv"] == "it is a link"
    assert told["locked.csv"] == "it is protected by a password"
    assert "Bad CRC-32" in told["bad.csv"]


def _members(body: bytes) -> list[archive.Member]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        return list(members(Path(file.name)))


@pytest.mark.parametrize("cut", [30, 120])
def test_a_cut_archive_is_kept_and_told(cut: int) -> None:
    with delivered(TEMPLATE) as place:
        place.load({"a.zip": zipped(FILES)[:cut]})
        assert names(place) == [("a.zip", 1)]
        assert place.values() == []
    (one,) = _members(zipped(FILES)[:cut])
    assert one.why.startswith("the archive is damaged")


def test_a_bomb_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_SMALL", 1 << 20)
    monkeypatch.setattr(archive, "_RATIO", 10)
    found = _members(zipped({"a": "x", "b": "0" * (2 << 20), "c": "y"}))
    assert [(one.name, bool(one.why)) for one in found] == [("a", False), ("b", True)]


def test_office_files_are_no_archives(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(xlsx({"S": [["a"]]}))
    assert not is_archive(path)
    path.write_bytes(b"a,b\n1,2\n")
    assert not is_archive(path)
    assert RECORDED == INSIDE


def test_a_member_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(zipped(FILES))
    with pytest.raises(OSError, match="nothing"), member(path, "nothing"):
        pass
