"""Count what a JSON document holds from its structural characters alone (G2; the grammar is in `json_cut`)."""

from __future__ import annotations

import re

_WORD = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}:,]|[^ \t\r\n\[\]{}:,"]+|"', re.DOTALL)
_OPENING, _CLOSING = ("[", "{"), ("]", "}")
_ENDS = (",", *_CLOSING)


def count_elements(text: str, path: str) -> int:
    """Count the values of the array at a dotted path; a lone value is one, and so is a document without that path.

    Examples
    --------
    >>> count_elements('{"data": [{"a": 1}, {"a": [2, 3]}, {"a"', "data")
    3
    """
    walk = _Walk(text)
    if not walk.word:
        return 0
    for name in path.split(".") if path else ():
        if not walk.enter(name):
            return 1
    return walk.count()


def count_nested(text: str, path: str) -> int:
    """Count the values of the array at a dotted path of a record; none for null or where there is nothing.

    A name that holds dots itself is tried first, as for any column.
    """
    names = path.split(".")
    for split in range(len(names)):
        walk = _Walk(text)
        if all(walk.enter(name) for name in (*names[:split], ".".join(names[split:]))):
            return 0 if walk.word == "null" else walk.count()
    return 0


class _Walk:
    """Goes through a text word by word; `word` is the one that comes next, empty at the end."""

    def __init__(self, text: str) -> None:
        self._words = _WORD.finditer(text)
        self.word = ""
        self._go()

    def _go(self) -> None:
        found = next(self._words, None)
        self.word = found.group() if found else ""

    def count(self) -> int:
        """Go behind the value that comes next: the values in it if it is an array, else 1."""
        if self.word != "[":
            return 1
        self._go()
        found = 0
        while self.word and self.word not in _CLOSING:
            found += self._behind_value()
        return found

    def enter(self, name: str) -> bool:
        """Go to the value of a member of the object that comes next, if it has one of this name."""
        if self.word != "{":
            return False
        self._go()
        while self.word and self.word not in _CLOSING:
            if len(self.word) > 1 and self.word[0] == '"':
                key = self.word
                self._go()
                if self.word == ":":
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
        if self.word == ",":
            self._go()
        return some


_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def _says(key: str, name: str) -> bool:
    """Does a text in quotes say this?"""
    plain = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _LETTERS.get(m[2], m[2]), key[1:-1])
    return plain == name
