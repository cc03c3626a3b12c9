"""Any file is a record of a table of documents, with what it says about itself."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pypdf
import pytest
from PIL import Image

from tests.formatted_place import check_accounts, delivered
from vertebra.formatted.formats.documents import NAMES

COLUMNS = ", ".join(f"{{name: {name}, type: text}}" for name in NAMES)
TEMPLATE = f"format: {{documents: {{text: 20}}}}\ncolumns: [{COLUMNS}]\n"


def pdf(text: str = "Hello heat", password: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    font = pypdf.generic.DictionaryObject(
        {
            pypdf.generic.NameObject("/Type"): pypdf.generic.NameObject("/Font"),
            pypdf.generic.NameObject("/Subtype"): pypdf.generic.NameObject("/Type1"),
            pypdf.generic.NameObject("/BaseFont"): pypdf.generic.NameObject("/Helvetica"),
        }
    )
    fonts = pypdf.generic.DictionaryObject({pypdf.generic.NameObject("/F"): writer._add_object(font)})
    page[pypdf.generic.NameObject("/Resources")] = pypdf.generic.DictionaryObject(
        {pypdf.generic.NameObject("/Font"): fonts}
    )
    stream = pypdf.generic.DecodedStreamObject()
    stream.set_data(f"BT /F 12 Tf 20 100 Td ({text}) Tj ET".encode())
    page[pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)
    writer.add_metadata({"/Title": "Report", "/Author": "A. B.", "/CreationDate": "D:20210102030405+01'00'"})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    sink = io.BytesIO()
    writer.write(sink)
    return sink.getvalue()


def picture(kind: str) -> bytes:
    sink = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E], exif[0x0132] = "A pump", "2021:01:02 03:04:05"
    Image.new("RGB", (30, 20)).save(sink, kind, exif=exif)
    return sink.getvalue()


def read(name: str, body: bytes) -> tuple[dict[str, Any], list[Any]]:
    with delivered(TEMPLATE) as place:
        place.load({name: body})
        check_accounts(place)
        (row,) = place.values()
        return dict(zip(NAMES, row, strict=True)), place.findings()


def test_a_pdf() -> None:
    body = pdf()
    row, findings = read("docs/a.bin", body)
    wanted = {
        "path": "docs/a.bin",
        "media_type": "application/pdf",
        "size": str(len(body)),
        "sha256": hashlib.sha256(body).hexdigest(),
        "title": "Report",
        "author": "A. B.",
        "created": "2021-01-02 03:04:05+01:00",
        "pages": "1",
        "text": "Hello heat",
    }
    assert {name: row[name] for name in wanted} == wanted
    assert not findings


def test_text_is_bounded_and_what_is_cut_is_said() -> None:
    row, _ = read("a.txt", b"x" * 30)
    assert (row["text"], row["text_cut"], row["media_type"], row["encoding"]) == (
        "x" * 20,
        "10 characters",
        "text/plain",
        "utf-8",
    )
    row, _ = read("b.md", b"caf\xe9")
    assert (row["text"], row["encoding"]) == ("café", "latin-1")
    row, _ = read("c.txt", b"x" * 300)
    assert row["text_cut"] == "more than 212 bytes"
    row, _ = read("d.pdf", pdf("y" * 25))
    assert (row["text"], row["text_cut"]) == ("y" * 20, "5 characters")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_images(kind: str) -> None:
    row, findings = read("pump", picture(kind))
    assert (row["media_type"], row["width"], row["height"]) == (f"image/{kind.lower()}", "30", "20")
    assert (row["title"], row["created"]) == ("A pump", "2021-01-02 03:04:05")
    assert not findings


@pytest.mark.parametrize(
    ("body", "kind", "problem"),
    [
        (pdf()[:200], "application/pdf", "cannot be read as PDF"),
        (pdf(password="secret"), "application/pdf", "protected by a password"),
        (picture("PNG")[:20], "image/png", "cannot be read as an image"),
        (b"\x00\x01\x02", "application/octet-stream", ""),
        (b"", "text/plain", ""),
    ],
)
def test_what_cannot_be_read_is_a_record_all_the_same(body: bytes, kind: str, problem: str) -> None:
    row, findings = read("a", body)
    assert row["media_type"] == kind
    assert problem in (row["problem"] or "")
    assert [f["type"] for f in findings if f["type"] == "unreadable-document"] == ["unreadable-document"] * bool(
        problem
    )
