"""In which ways a file may be written other than a source declares, and those in words."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import replace

from vertebra.project import CsvFormat, FileFormat, FixedFormat

_TEXT = CsvFormat | FixedFormat


def ways(declared: FileFormat, found: FileFormat, *, stays: bool) -> tuple[FileFormat, ...]:
    """The ways that lead from what is declared to what was found, the least change first.

    Parameters
    ----------
    stays : bool
        Is the declared encoding kept, whatever was found?

    Examples
    --------
    >>> found = ways(CsvFormat(), CsvFormat(delimiter=";", skip=2, encoding="cp1250"), stays=False)
    >>> [(one.delimiter, one.encoding, one.skip) for one in found if isinstance(one, CsvFormat)]
    [(',', 'cp1250', 0), (';', 'cp1250', 0), (';', 'cp1250', 2)]
    """
    if not isinstance(declared, _TEXT) or not isinstance(found, _TEXT):
        return ()
    encoding = declared.encoding if stays else found.encoding
    found = replace(found, encoding=encoding, nulls=declared.nulls, decimal=declared.decimal)
    every = (*_nearer(replace(declared, encoding=encoding), found), found)
    return tuple(dict.fromkeys(one for one in every if one != declared))


def _nearer(declared: _TEXT, found: _TEXT) -> Iterator[FileFormat]:
    """Less than all that was found."""
    yield declared
    if isinstance(declared, CsvFormat) and isinstance(found, CsvFormat):
        marks = found.delimiter + found.quote
        cut = replace(
            declared,
            delimiter=found.delimiter,
            quote=found.quote,
            escape=found.escape,
            padded=found.padded,
            comment="" if declared.comment and declared.comment in marks else declared.comment,
        )
        yield cut
        yield replace(cut, skip=found.skip, header=found.header, join=found.join, comment=found.comment or cut.comment)


def same_encoding(one: str, other: str) -> bool:
    """Are two names those of one encoding, with or without a mark?

    Examples
    --------
    >>> same_encoding("windows-1250", "cp1250"), same_encoding("utf-8-sig", "utf-8"), same_encoding("cp1250", "cp1252")
    (True, True, False)
    """
    return codecs.lookup(one).name.removesuffix("-sig") == codecs.lookup(other).name.removesuffix("-sig")


def told(declared: FileFormat, way: FileFormat, doubts: str = "") -> str:
    """How a file is written, in words, as far as it is not as declared.

    Examples
    --------
    >>> told(CsvFormat(), CsvFormat(delimiter=";", encoding="cp1250"))
    'with `;` as delimiter and in cp1250'
    >>> told(CsvFormat(), CsvFormat(skip=2))
    'with 2 records above its header'
    """
    parts = list(_parts(declared, way))
    if way.encoding != declared.encoding:
        parts.append(f"in {way.encoding}{f' ({doubts})' if doubts else ''}")
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _parts(declared: FileFormat, way: FileFormat) -> Iterator[str]:
    if isinstance(way, FixedFormat):
        if not isinstance(declared, FixedFormat) or way != replace(declared, encoding=way.encoding):
            yield f"in columns of fixed width, which begin at {', '.join(map(str, way.edges))}"
    elif isinstance(way, CsvFormat):
        yield from _delimited(declared if isinstance(declared, CsvFormat) else CsvFormat(""), way)


def _delimited(was: CsvFormat, way: CsvFormat) -> Iterator[str]:
    header = f"with {_records(way.header)} as header"
    words = {
        "delimiter": f"with `{_shown(way.delimiter)}` as delimiter",
        "quote": f"with `{way.quote}` as quote" if way.quote else "without quotes",
        "padded": f"with{'' if way.padded else 'out'} spaces behind its delimiters",
        "skip": f"with {_records(way.skip)} above its header",
        "header": header,
        "comment": f"with comments behind `{way.comment}`" if way.comment else "without comments",
        "footer": f"with {_records(way.footer)} below its table",
        "until": f"with a table that ends before `{way.until}`" if way.until else "with a table that goes to its end",
        "table": f"with its table as number {way.table} of several" if way.table else "with one table",
        "repeated": f"with{'' if way.repeated else 'out'} a header that stands again",
        "empty": f"with{'' if way.empty else 'out'} records of nothing but delimiters",
    }
    yield from (text for key, text in words.items() if getattr(way, key) != getattr(was, key))
    if way.escape != was.escape and way.quote == was.quote:
        yield f"with `{way.escape}` before a quote in a value" if way.escape else "without quotes in values"
    if way.join != was.join and way.header == was.header:
        yield header


def _shown(text: str) -> str:
    return text.replace("\t", "\\t")


def _records(number: int) -> str:
    return "1 record" if number == 1 else f"{number or 'no'} records"
