"""Count what a JSON document holds from its structural characters alone (G2; the grammar is in `json_cut`)."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator, Sequence

_WORD = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}:,]|[^ \t\r\n\[\]{}:,"]+|"', re.DOTALL)
_FLAT = re.compile(rb'\{(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+\}[ \t\r\n]*+(?:,|(?=[\]}]))', re.DOTALL)
_OPENING, _CLOSING = (b"[", b"{"), (b"]", b"}")
_ENDS = (b",", *_CLOSING)


def count_documents(data: bytes | mmap.mmap, begin: int = 0) -> int:
    """Count documents that stand one behind the other.

    Examples
    --------
    >>> count_documents(b'{"a": [1, 2]} {"a" : 3}{}')
    3
    """
    found = depth = 0
    for word in _WORD.finditer(data, begin):
        token = word.group()
        found += not depth
        depth += token in _OPENING
        depth -= depth > 0 and token in _CLOSING
    return found


def count_elements(text: bytes | mmap.mmap, path: str, begin: int = 0) -> int:
    """Count the values of the array at a dotted path; a lone value is one, and so is a document without that path.

    Examples
    --------
    >>> count_elements(b'{"data": [{"a": 1}, {"a": [2, 3]}, {"a"', "data")
    3
    """
    walk = _Walk(text, begin)
    if not walk.word:
        return 0
    for name in path.split(".") if path else ():
        if not walk.enter(name):
            return 1
    return walk.count()


def count_nested(text: str, levels: Sequence[str]) -> int:
    """Count the values that lie at the end of levels of arrays, or of objects whose path ends with `{}`.

    None for null or where there is nothing. A name that holds dots itself is tried first, as for any column.
    """
    return _count_levels(text.encode("utf-8", "surrogateescape"), levels)


def _count_levels(data: bytes, levels: Sequence[str]) -> int:
    path = levels[0].removesuffix("{}")
    walk = _found(data, path) if path else _Walk(data)
    if walk is None or walk.word == b"null":
        return 0
    values = walk.values(members=levels[0].endswith("{}"))
    return sum(1 if len(levels) == 1 else _count_levels(value, levels[1:]) for value in values)


def _found(data: bytes, path: str, begin: int = 0) -> _Walk | None:
    """At the value of a dotted path."""
    walk = _Walk(data, begin)
    if walk.enter(path):
        return walk
    names = path.split(".")
    for split in range(1, len(names)):
        walk = _Walk(data, begin)
        if walk.enter(".".join(names[:split])):
            inner = _found(data, ".".join(names[split:]), walk.at)
            if inner:
                return inner
    return None


class _Walk:
    """Goes through a text word by word; `word` is the one that comes next, at `at`, empty at the end."""

    def __init__(self, text: bytes | mmap.mmap, begin: int = 0) -> None:
        self._words = _WORD.finditer(text, begin)
        self._text = text
        self.at = self._before = self._end = begin
        self.word = b""
        self._go()

    def _go(self) -> None:
        found = next(self._words, None)
        self._before = self.at + len(self.word)
        self.at = found.start() if found else len(self._text)
        self.word = found.group() if found else b""

    def count(self) -> int:
        """Go behind the value that comes next: the values in it if it is an array, else 1."""
        if self.word != b"[":
            return 1
        self._go()
        found = 0
        while self.word and self.word not in _CLOSING:
            if self.word == b"{" and (flat := _FLAT.match(self._text, self.at)):
                found += 1
                self._words = _WORD.finditer(self._text, flat.end())
                self._go()
            else:
                found += self._behind_value()
        return found

    def values(self, *, members: bool) -> Iterator[bytes]:
        """The values in the array that comes next, or of the members of an object; itself if it is neither."""
        if self.word != (b"{" if members else b"["):
            yield bytes(self._text[self.at :])
            return
        self._go()
        while self.word and self.word not in _CLOSING:
            if members:  # its name, and the colon
                self._go()
                self._go()
            begin = self.at
            if self._behind_value():
                yield bytes(self._text[begin : self._end])

    def enter(self, name: str) -> bool:
        """Go to the value of a member of the object that comes next, if it has one of this name."""
        if self.word != b"{":
            return False
        self._go()
        while self.word and self.word not in _CLOSING:
            if len(self.word) > 1 and self.word[:1] == b'"':
                key = self.word
                self._go()
                if self.word == b":":
                    self._go()
                    if self.word and self.word not in _ENDS and _says(key, name):
                        return True
            self._behind_value()
        return False

    def _behind_value(self) -> bool:
        """Go behind a value and the comma behind it; was there one?"""
        depth, some = 0, False
        while self.word and (depth or self.word not in _ENDS):
            depth += (self.word in _OPENING) - (self.word in _CLOSING)
            some = True
            self._go()
        self._end = self._before
        if self.word == b",":
            self._go()
        return some


_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def _says(key: bytes, name: str) -> bool:
    """Does a text in quotes say this?"""
    text = key[1:-1].decode("utf-8", "surrogateescape")
    plain = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _LETTERS.get(m[2], m[2]), text)
    return plain == name
