r"""Cut the records out of a JSON document, damaged ones included.

The grammar, which `json_count` implements once more and shares no code with:

* the tokens are texts (`"…"`, where `\` escapes one character; a quote that is never closed stands alone), the
  brackets, the comma, the colon, and stretches of anything else;
* a value ends before the first comma or closing bracket that is not inside brackets opened in it (of whatever kind),
  or at the end of the text;
* the records are the values of the array at a path, or the lone value there; where nothing is to be found at the
  path, the whole document is one damaged record;
* nothing but white space is no value;
* of documents one behind the other each is a record: what is in brackets ends with them, a text with its quote,
  anything else before white space, a quote or one of `[]{},:`, each of which stands alone where it begins nothing.
"""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

_Bytes = bytes | mmap.mmap
_SPACE = re.compile(rb"[ \t\r\n]*")
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{},]', re.DOTALL)
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+([\[\]{}])', re.DOTALL)
_ALONE = re.compile(rb'"(?:[^"\\]|\\.)*+"|"|[^ \t\r\n"\[\]{},:]++|.', re.DOTALL)
_OPENING, _CLOSING = (b"[", b"{"), (b"]", b"}")
_LARGEST = 256 << 20  # bytes of a record: a longer one is not looked into
_SPARE = re.compile(r'("(?:[^"\\]|\\.)*+"|[^"\[{,: \t\r\n])(?:[ \t\r\n]*+,(?=[ \t\r\n]*+[\]}]))?+', re.DOTALL)
_DEEPEST = 200  # brackets in brackets; the parser's own limit depends on who calls it


class Literal(str):
    """A number as it is written, so that no digit is lost."""

    __slots__ = ()


class DuplicateNameError(ValueError):
    """An object has the same name twice: which value is meant cannot be told."""


class Element(NamedTuple):
    """One record of a document.

    Parameters
    ----------
    start, end : int
        Its bytes, or characters where a text was parsed.
    value : object
        What it holds; None where it is broken.
    problem : str
        What is wrong with it; empty where nothing is.
    """

    start: int
    end: int
    value: Any
    problem: str = ""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DuplicateNameError(f'the name "{twice}" stands twice in one object')
    return found


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=Literal, parse_int=Literal, parse_constant=_constant)


def parse(text: str) -> Element:
    """One document that is one record."""
    trimmed = text.strip(" \t\r\n")
    begin = text.find(trimmed)
    value, problem = _parsed(trimmed)
    return Element(begin, begin + len(trimmed), value, problem)


def documents(data: _Bytes, begin: int = 0) -> Iterator[Element]:
    """Documents one behind the other, each a record."""
    position = _skip(data, begin)
    while position < len(data):
        if data[position : position + 1] in _OPENING:
            end = _closed(data, position)
        else:
            found = _ALONE.match(data, position)
            end = found.end() if found else position + 1
        yield _value(data, position, end)
        position = _skip(data, end)


@dataclass(slots=True)
class Around:
    """What stands around the records of a document: what is wrong there, and the paths of further values."""

    problems: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)


def beside(document: Any, path: str) -> list[str]:
    """Paths of the values beside the one at a dotted path, and beside those above it; each begins with `/`.

    Examples
    --------
    >>> beside({"meta": 1, "data": {"rows": [], "next": None}}, "data.rows")
    ['/meta', '/data.next']
    """
    found: list[str] = []
    above = "/"
    for name in path.split(".") if path else ():
        if not isinstance(document, dict) or name not in document:
            break
        found += [f"{above}{other}" for other in document if other != name]
        document, above = document[name], f"{above}{name}."
    return found


def elements(data: _Bytes, path: str, around: Around, begin: int = 0) -> Iterator[Element]:
    """The records of a document: the values of the array at a dotted path, or the lone value there.

    Parameters
    ----------
    data : bytes
        The document.
    path : str
        Empty for its top.
    around : Around
        Is given what stands around the records.
    begin : int
        Where it begins, behind a byte order mark.
    """
    begin = _skip(data, begin)
    if begin == len(data):
        return
    position = _at(data, begin, path)
    if position is None:
        yield Element(begin, _trimmed(data, begin, len(data)), None, f'there is no "{path}" in the document')
        return
    if data[position : position + 1] != b"[":
        end = _end_of(data, position) if path else _trimmed(data, begin, len(data))
        yield _value(data, position, end)
        _look_around(data, (begin, position), "null", end, path, around)
        return
    opening = position
    position = _skip(data, position + 1)
    missing = False
    while position < len(data) and data[position : position + 1] not in _CLOSING:
        end = _end_of(data, position)
        if end > position:
            yield _value(data, position, end)
        missing = missing or end == position
        position = _skip(data, end)
        if data[position : position + 1] == b",":
            position = _skip(data, position + 1)
            missing = missing or data[position : position + 1] in _CLOSING
    if missing:
        around.problems.append("a value is missing beside a comma")
    if position >= len(data):
        around.problems.append("the document is cut off: what was behind its last record is not there")
    else:
        _look_around(data, (begin, opening), f"[{chr(data[position])}", position + 1, path, around)


def _look_around(data: _Bytes, before: tuple[int, int], records: str, behind: int, path: str, around: Around) -> None:
    """Look at a document around its records, which something short stands for."""
    if before[1] - before[0] + len(data) - behind > _LARGEST:
        around.problems.append("what stands around the records is too long to be looked into")
        return
    try:
        document = _DECODER.decode(_decoded(data, *before) + records + _decoded(data, behind, len(data)))
    except (ValueError, RecursionError) as error:
        message = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        around.problems.append(f"the document is damaged around its records: {message}")
    else:
        around.beside += beside(document, path)


def _decoded(data: _Bytes, begin: int, end: int) -> str:
    # a byte that is no text keeps its place as a lone surrogate, which makes its record a finding
    return data[begin:end].decode("utf-8", errors="surrogateescape")


def _skip(data: _Bytes, position: int) -> int:
    """Behind white space."""
    found = _SPACE.match(data, position)
    return found.end() if found else position


def _value(data: _Bytes, begin: int, end: int) -> Element:
    """The value in these bytes."""
    if end - begin > _LARGEST:
        return Element(begin, end, None, f"it is longer than {_LARGEST} bytes")
    value, problem = _parsed(_decoded(data, begin, end))
    return Element(begin, end, value, problem)


def _parsed(text: str) -> tuple[Any, str]:
    """What a text without space around it holds, or what is wrong with it.

    Commas behind the last value of an array or object in it are passed over.
    """
    value, problem = _strictly(text)
    if problem and (spared := _SPARE.sub(r"\1", text)) != text:
        again, still = _strictly(spared)
        if not still:
            return again, ""
    return value, problem


def _strictly(text: str) -> tuple[Any, str]:
    try:
        value, behind = _DECODER.raw_decode(text)
    except RecursionError:
        return None, "it is nested too deeply"
    except ValueError as error:  # a JSONDecodeError, or one of ours
        return None, error.msg if isinstance(error, json.JSONDecodeError) else str(error)
    if behind < len(text):
        return None, "there is text behind the value"
    if text.count("[") + text.count("{") > _DEEPEST and _deep(text.encode("utf-8", "surrogateescape")):
        return None, f"it is nested more than {_DEEPEST} deep"
    return value, ""


def _deep(data: bytes) -> bool:
    """Is a value nested too deeply to be walked through?"""
    depth = 0
    for token in _TOKEN.finditer(data):
        word = token.group()
        depth += (word in _OPENING) - (word in _CLOSING)
        if depth > _DEEPEST:
            return True
    return False


def _closed(data: _Bytes, begin: int) -> int:
    """Behind the bracket that closes the one that begins here; the end of the data where none does."""
    depth, position = 0, begin
    while found := _BRACKET.match(data, position):
        depth += 1 if found[1] in _OPENING else -1
        position = found.end()
        if not depth:
            return position
    for token in _TOKEN.finditer(data, position):  # a quote that is never closed stands alone
        word = token.group()
        depth += (word in _OPENING) - (word in _CLOSING)
        if not depth:
            return token.end()
    return _trimmed(data, begin, len(data))


def _end_of(data: _Bytes, begin: int) -> int:
    """Where a value ends, by its brackets, without the white space behind it."""
    position = begin
    while position < len(data):
        token = _TOKEN.search(data, position)
        if token is None:
            break
        word = token.group()
        if word in _OPENING:
            position = _closed(data, token.start())
        elif word in (b",", *_CLOSING):
            return _trimmed(data, begin, token.start())
        else:
            position = token.end()
    return _trimmed(data, begin, len(data))


def _trimmed(data: _Bytes, begin: int, end: int) -> int:
    """The end of a stretch without the white space at its end."""
    while end > begin and data[end - 1] in b" \t\r\n":
        end -= 1
    return end


def _at(data: _Bytes, position: int, path: str) -> int | None:
    """Where the value at a dotted path begins; None where there is none."""
    for name in path.split(".") if path else ():
        found = _member(data, position, name)
        if found is None:
            return None
        position = found
    return position


def _member(data: _Bytes, position: int, name: str) -> int | None:
    """Where the value of a member of the object that begins here begins."""
    if data[position : position + 1] != b"{":
        return None
    position = _skip(data, position + 1)
    while position < len(data) and data[position : position + 1] not in _CLOSING:
        key = _TEXT.match(data, position)
        if key:
            colon = _skip(data, key.end())
            value = _skip(data, colon + 1)
            found = data[colon : colon + 1] == b":" and data[value : value + 1] not in (b"", b",", *_CLOSING)
            if found and _name(key.group()) == name:
                return value
        position = _skip(data, _end_of(data, position))
        if data[position : position + 1] == b",":
            position = _skip(data, position + 1)
    return None


def _name(text: bytes) -> str | None:
    """What a text in quotes says; None where it is damaged."""
    try:
        found: str = json.loads(text.decode("utf-8", errors="surrogateescape"))
    except ValueError:
        return None
    return found
