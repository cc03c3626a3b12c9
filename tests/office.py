"""Small spreadsheets, written by hand: what Excel and its relatives would write, and what they would not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

Cell = str | float | bool | date | None
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True)
class Error:
    """A cell in error, for example `#N/D` or `#DIV/0!`."""

    text: str


@dataclass(frozen=True)
class Raw:
    """A number as it stands in the file."""

    text: str


Rows = Sequence[Sequence[Any]]


def xlsx(sheets: Mapping[str, Rows], merged: Sequence[str] = (), *, epoch_1904: bool = False) -> bytes:
    """A workbook; `merged` are ranges of its first sheet."""
    names = list(sheets)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_REL}"><workbookPr date1904="{int(epoch_1904)}"/><sheets>'
        + "".join(f'<sheet name="{escape(n)}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(names, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{i}" Type="{_REL}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(1, len(names) + 1)
        )
        + f'<Relationship Id="r0" Type="{_REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet {_MAIN}><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="22"/></cellXfs></styleSheet>',
    }
    for number, rows in enumerate(sheets.values(), 1):
        ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged) if number == 1 else ""
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f"<worksheet {_MAIN}><sheetData>"
            + "".join(_row(n, row, epoch_1904=epoch_1904) for n, row in enumerate(rows, 1))
            + "</sheetData>"
            + (f"<mergeCells>{ranges}</mergeCells>" if ranges else "")
            + "</worksheet>"
        )
    return zipped(parts)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return sink.getvalue()


def _row(number: int, row: Sequence[Cell | Error | Raw], *, epoch_1904: bool) -> str:
    cells = "".join(_cell(f"{letter(n)}{number}", cell, epoch_1904=epoch_1904) for n, cell in enumerate(row))
    return f'<row r="{number}">{cells}</row>'


def letter(place: int) -> str:
    """A, B, …, Z, AA, … of a 0-based place."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def _cell(ref: str, cell: Cell | Error | Raw, *, epoch_1904: bool) -> str:
    match cell:
        case None:
            return ""
        case Error(text):
            return f'<c r="{ref}" t="e"><v>{escape(text)}</v></c>'
        case Raw(text):
            return f'<c r="{ref}"><v>{text}</v></c>'
        case bool():
            return f'<c r="{ref}" t="b"><v>{int(cell)}</v></c>'
        case str():
            return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        case datetime():
            return f'<c r="{ref}" s="2"><v>{_serial(cell, epoch_1904=epoch_1904)!r}</v></c>'
        case date():
            days = _serial(datetime(cell.year, cell.month, cell.day), epoch_1904=epoch_1904)  # noqa: DTZ001
            return f'<c r="{ref}" s="1"><v>{days!r}</v></c>'
        case _:
            return f'<c r="{ref}"><v>{cell!r}</v></c>'


def _serial(moment: datetime, *, epoch_1904: bool) -> float:
    epoch = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    past = moment - epoch
    return past.days + past.seconds / 86400


_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_ODS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def ods(sheets: Mapping[str, Rows]) -> bytes:
    """An OpenDocument spreadsheet."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    return zipped(
        {
            "mimetype": _KIND,
            "content.xml": f"<office:document-content {_ODS}>{body}</office:document-content>",
            "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<m:file-entry m:full-path="/" m:media-type="{_KIND}"/></m:manifest>',
        }
    )


def _ods_cell(cell: Cell | Error | Raw) -> str:
    match cell:
        case None:
            return "<table:table-cell/>"
        case Error(text):
            return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
        case Raw(text):
            return f'<table:table-cell office:value-type="float" office:value="{text}"/>'
        case bool():
            word = "true" if cell else "false"
            return f'<table:table-cell office:value-type="boolean" office:boolean-value="{word}"/>'
        case str():
            return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
        case date():
            return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
        case _:
            return f'<table:table-cell office:value-type="float" office:value="{cell!r}"/>'
