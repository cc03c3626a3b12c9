"""What a text, a PDF or an image says about itself."""

from __future__ import annotations

import codecs
import logging
import warnings
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from vertebra.formatted.formats.extras import library

_PAGES = 2_000  # of a PDF from which text is taken
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_EXIF = {"title": 0x010E, "author": 0x013B, "created": 0x0132}


@dataclass(frozen=True, slots=True)
class Said:
    """What a document says about itself; empty where it says nothing.

    Parameters
    ----------
    title, author, created, pages, width, height, language, encoding, text, text_cut, problem : str
        `created` is ISO 8601, `text_cut` how many characters or pages of text were left out, `problem` what could
        not be read.
    """

    title: str = ""
    author: str = ""
    created: str = ""
    pages: str = ""
    width: str = ""
    height: str = ""
    language: str = ""
    encoding: str = ""
    text: str = ""
    text_cut: str = ""
    problem: str = ""

    def values(self) -> dict[str, str]:
        """By column."""
        return asdict(self)


def plain(path: Path, limit: int) -> Said:
    """A text: UTF-8, or what its byte order mark says, or else bytes shown as Latin-1, which the encoding tells."""
    with path.open("rb") as handle:
        head = handle.read(4)
        codec = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
        handle.seek(0)
        data = handle.read(4 * limit + 8)
        more = handle.read(1)
    try:
        text = codecs.getincrementaldecoder(codec)().decode(data, final=not more)
    except UnicodeDecodeError:
        codec, text = "latin-1", data.decode("latin-1")
    size = path.stat().st_size
    cut = f"{len(text) - limit} characters" if len(text) > limit else ""
    if more:
        cut = f"more than {size - len(data)} bytes"
    return Said(encoding=codec, text=_clean(text[:limit]), text_cut=cut)


def pdf(path: Path, limit: int) -> Said:
    """A PDF, by pypdf."""
    pypdf = library("pypdf", "documents")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it finds odd is told as a finding, or not at all
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _pdf(pypdf.PdfReader(str(path)), limit)
    except Exception as error:  # noqa: BLE001  damaged files make the library raise anything
        return Said(problem=f"it cannot be read as PDF: {type(error).__name__}: {error}"[:300])


def _pdf(reader: Any, limit: int) -> Said:
    if reader.is_encrypted and not reader.decrypt(""):
        return Said(problem="it is protected by a password")
    about = reader.metadata or {}
    number = len(reader.pages)
    parts: list[str] = []
    length = read = 0
    for page in reader.pages[:_PAGES] if limit else ():
        parts.append(page.extract_text() or "")
        length += len(parts[-1])
        read += 1
        if length >= limit:
            break
    text = "\n".join(parts)
    cut = [f"{len(text) - limit} characters"] if len(text) > limit else []
    if read < number and limit:
        cut.append(f"{number - read} pages")
    created = about.get("/CreationDate")
    language = reader.trailer["/Root"].get("/Lang", "")
    return Said(
        title=_clean(str(about.get("/Title") or "")),
        author=_clean(str(about.get("/Author") or "")),
        created=_pdf_date(str(created)) if created else "",
        pages=str(number),
        language=_clean(str(language)),
        text=_clean(text[:limit]),
        text_cut=", ".join(cut),
    )


def _pdf_date(text: str) -> str:
    """`D:20210102030405+01'00'` as ISO 8601; as it is where it is something else."""
    plain_ = text.removeprefix("D:").replace("'", "")
    for pattern in ("%Y%m%d%H%M%S%z", "%Y%m%d%H%M%SZ", "%Y%m%d%H%M%S", "%Y%m%d"):
        try:
            return datetime.strptime(plain_, pattern).isoformat(sep=" ")  # noqa: DTZ007  as precise as it says
        except ValueError:
            continue
    return text


def image(path: Path, limit: int) -> Said:
    """An image, by Pillow: its pixels are not decoded."""
    del limit
    pillow = library("PIL.Image", "documents")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of many pixels, none of which is decoded
            with pillow.open(path) as found:
                exif = found.getexif()
                said = {name: _clean(str(exif[tag])) for name, tag in _EXIF.items() if tag in exif}
                return Said(
                    title=said.get("title", ""),
                    author=said.get("author", ""),
                    created=_exif_date(said.get("created", "")),
                    pages=str(getattr(found, "n_frames", 1)),
                    width=str(found.width),
                    height=str(found.height),
                )
    except Exception as error:  # noqa: BLE001  damaged files make the library raise anything
        return Said(problem=f"it cannot be read as an image: {type(error).__name__}: {error}"[:300])


def _exif_date(text: str) -> str:
    try:
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").isoformat(sep=" ")  # noqa: DTZ007  EXIF says no zone
    except ValueError:
        return text


def _clean(text: str) -> str:
    """Without halves of characters, which no table can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
