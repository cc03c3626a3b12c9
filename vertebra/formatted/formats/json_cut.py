r"""Cut the records out of a JSON document, damaged ones included.

The grammar, which `json_count` implements once more and shares no code with:

* the tokens are texts (`"…"`, where `\` escapes one character; a quote that is never closed stands alone), the
  brackets, the comma, the colon, and stretches of anything else;
* a value ends before the first comma or closing bracket that is not inside brackets opened in it (of whatever kind),
  or at the end of the text;
* the records are the values of the array at a path, or the lone value there; where nothing is to be found at the
  path, the whole document is one damaged record;
* nothing but white space is no value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{},]', re.DOTALL)
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_SPARE = re.compile(r'("(?:[^"\\]|\\.)*+"|[^"\[{,: \t\r\n])(?:[ \t\r\n]*+,(?=[ \t\r\n]*+[\]}]))?+', re.DOTALL)
_DEEPEST = 200  # brackets in brackets; the parser's own limit depends on who calls it


class Literal(str):
    """A number as it is written, so that no digit is lost."""

    __slots__ = ()


class DuplicateNameError(ValueError):
    """An object has the same name twice: which value is meant cannot be told."""


@dataclass(frozen=True, slots=True)
class Element:
    """One record of a document.

    Parameters
    ----------
    start, end : int
        Its characters.
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
    """One document that is one record; commas behind the last value of an array or object are passed over."""
    begin = _skip(text, 0)
    end = _trimmed(text, begin, len(text))
    element = _value(text, begin, end)
    if element.problem and (spared := _SPARE.sub(r"\1", text)) != text:
        again = _value(spared, _skip(spared, 0), len(spared.rstrip(" \t\r\n")))
        if not again.problem:
            return Element(begin, end, again.value)
    return element


def elements(text: str, path: str, problems: list[str]) -> Iterator[Element]:
    """The records of a document: the values of the array at a dotted path, or the lone value there.

    Parameters
    ----------
    text : str
        The document, without a byte order mark.
    path : str
        Empty for its top.
    problems : list of str
        Is given what is wrong around the records.
    """
    begin = _skip(text, 0)
    if begin == len(text):
        return
    position = _at(text, begin, path)
    if position is None:
        yield Element(begin, _trimmed(text, begin, len(text)), None, f'there is no "{path}" in the document')
        return
    if text[position] != "[":
        end = _end_of(text, position) if path else _trimmed(text, begin, len(text))
        yield _value(text, position, end)
        problems += _around(text[:position], "null", text[end:])
        return
    opening = position
    position = _skip(text, position + 1)
    missing = False
    while position < len(text) and text[position] not in "]}":
        element = _value(text, position, None)
        if element.end > element.start:
            yield element
        missing = missing or element.end == element.start
        position = _skip(text, element.end)
        if text[position : position + 1] == ",":
            position = _skip(text, position + 1)
            missing = missing or text[position : position + 1] in ("]", "}")
    if missing:
        problems.append("a value is missing beside a comma")
    if position >= len(text):
        problems.append("the document is cut off: what was behind its last record is not there")
    else:
        problems += _around(text[:opening], f"[{text[position]}", text[position + 1 :])


def _around(before: str, records: str, behind: str) -> Iterator[str]:
    """What is wrong with a document around its records, which something short stands for."""
    try:
        _DECODER.decode(before + records + behind)
    except (ValueError, RecursionError) as error:
        message = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        yield f"the document is damaged around its records: {message}"


def _skip(text: str, position: int) -> int:
    """Behind white space."""
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _value(text: str, begin: int, end: int | None) -> Element:
    """The value that begins here; where it ends is looked for if it is not known."""
    try:
        value, behind = _DECODER.raw_decode(text, begin)
    except RecursionError:
        return Element(begin, _end(text, begin, end), None, "it is nested too deeply")
    except ValueError as error:  # a JSONDecodeError, or one of ours
        message = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        return Element(begin, _end(text, begin, end), None, message)
    if end is None:
        after = text[(here := _skip(text, behind)) : here + 1]
        if after in ("", ",", "]", "}"):
            return _checked(text, Element(begin, behind, value))
        end = _end_of(text, begin)
    if _skip(text, behind) < end:
        return Element(begin, end, None, "there is text behind the value")
    return _checked(text, Element(begin, behind, value))


def _checked(text: str, element: Element) -> Element:
    """The same, unless it is nested too deeply to be walked through."""
    if text.count("[", element.start, element.end) + text.count("{", element.start, element.end) <= _DEEPEST:
        return element
    depth = 0
    for token in _TOKEN.finditer(text, element.start, element.end):
        word = token.group()
        depth += (word in "[{") - (word in "]}")
        if depth > _DEEPEST:
            return Element(element.start, element.end, None, f"it is nested more than {_DEEPEST} deep")
    return element


def _end(text: str, begin: int, end: int | None) -> int:
    return _end_of(text, begin) if end is None else end


def _end_of(text: str, begin: int) -> int:
    """Where a value ends, by its brackets, without the white space behind it."""
    depth = 0
    end = len(text)
    for token in _TOKEN.finditer(text, begin):
        word = token.group()
        if word in "[{":
            depth += 1
        elif word in "]}" and depth:
            depth -= 1
        elif word in ",]}" and not depth:
            end = token.start()
            break
    return _trimmed(text, begin, end)


def _trimmed(text: str, begin: int, end: int) -> int:
    """The end of a stretch without the white space at its end."""
    while end > begin and text[end - 1] in " \t\r\n":
        end -= 1
    return end


def _at(text: str, position: int, path: str) -> int | None:
    """Where the value at a dotted path begins; None where there is none."""
    for name in path.split(".") if path else ():
        found = _member(text, position, name)
        if found is None:
            return None
        position = found
    return position


def _member(text: str, position: int, name: str) -> int | None:
    """Where the value of a member of the object that begins here begins."""
    if text[position : position + 1] != "{":
        return None
    position = _skip(text, position + 1)
    while position < len(text) and text[position] not in "]}":
        key = _TEXT.match(text, position)
        if key:
            colon = _skip(text, key.end())
            value = _skip(text, colon + 1)
            found = text[colon : colon + 1] == ":" and text[value : value + 1] not in ("", ",", "]", "}")
            if found and _name(key.group()) == name:
                return value
        position = _skip(text, _end_of(text, position))
        if text[position : position + 1] == ",":
            position = _skip(text, position + 1)
    return None


def _name(text: str) -> str | None:
    """What a text in quotes says; None where it is damaged."""
    try:
        found: str = json.loads(text)
    except ValueError:
        return None
    return found
