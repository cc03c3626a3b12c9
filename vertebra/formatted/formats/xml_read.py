"""Read the records of an XML document, element by element: what columns take, and what nothing takes."""

from __future__ import annotations

from typing import Any

from vertebra.formatted.formats.extras import library
from vertebra.formatted.formats.xml_spots import Spot, named
from vertebra.formatted.formats.xml_values import NIL, RepeatedError, apart, holds_elements, local, text_of, value_at
from vertebra.project import Source

MOST = 100  # paths that the template does not name; where names are data there is no end of them


class _TwiceError(Exception):
    """A column has a value already."""

    def __init__(self, column: int) -> None:
        super().__init__(column)
        self.column = column


class Reader:
    """Reads records one after the other.

    Parameters
    ----------
    source : Source
        What names the values.
    most : int or None
        Paths that nothing takes that are remembered; None for all.

    Attributes
    ----------
    untaken : list of str
        Paths of what nothing takes, in the order in which they were met, each once.
    more : bool
        Are there more than are kept?
    """

    def __init__(self, source: Source, most: int | None = MOST) -> None:
        self._most = most
        self._paths = [column.origin for column in source.columns if not column.from_file_name]
        self._top = Spot("", [named(source)])
        self._entity = library("lxml.etree", "xml").Entity
        self._known: set[str] = set()
        self.untaken: list[str] = []
        self.more = False

    def read(self, element: Any) -> list[str | None]:
        """The raw texts of a record, one a column.

        Raises
        ------
        RepeatedError
            If it has several for one column.
        """
        fields: list[str | None] = [None] * len(self._paths)
        try:
            self._look(element, self._top, fields, quiet=False)
        except _TwiceError as error:
            value_at(element, *apart(self._paths[error.column]))
            message = f'"{self._paths[error.column]}" stands several times: it may be a child table'
            raise RepeatedError(message) from error
        return fields

    def _look(self, element: Any, spot: Spot, fields: list[str | None], *, quiet: bool) -> None:
        """Read an element with all that is in it; `quiet` where one above is taken as it is."""
        keys, text = element.keys(), element.text
        mixed, leaf = bool(text) and not text.isspace(), True
        below, still, told = spot.below, quiet or spot.taken, not (quiet or spot.ignored)
        if keys:
            self._attributes(element, spot, fields, told=told)
        for child in element:
            tag = child.tag
            inner = below.get(tag)
            if inner is None and (inner := spot.at(tag)) is None:  # a comment, or an entity that is not resolved
                mixed = mixed or tag is self._entity or bool(child.tail and not child.tail.isspace())
                continue
            leaf = False
            if inner.plain and not len(child) and not child.keys():
                if (number := inner.number) >= 0:
                    if fields[number] is not None:
                        raise _TwiceError(number)
                    fields[number] = child.text or ""
            else:
                self._look(child, inner, fields, quiet=still)
            tail = child.tail
            if tail and not tail.isspace():
                mixed = True
        if spot.columns and (value := text_of(element)) is not None:
            _put(spot.columns, value, fields)
        if told and not (spot.taken or spot.mute):
            self._text(spot, mixed=mixed, leaf=leaf, bare=not keys)

    def _attributes(self, element: Any, spot: Spot, fields: list[str | None], *, told: bool) -> None:
        for key, value in element.items():
            columns = spot.attributes.get(local(key))
            if columns is not None:
                _put(columns, value, fields)
            elif told and key != NIL and not (spot.taken and holds_elements(element)):
                self._tell(spot.inside(f"@{local(key)}"))

    def _text(self, spot: Spot, *, mixed: bool, leaf: bool, bare: bool) -> None:
        """Nothing takes the text right in an element, which may be `mixed` with elements in it.

        That an element is there at all, `bare` of everything, says something, too.
        """
        if leaf and not spot.row:
            if mixed or bare:
                self._tell(spot.path)
        elif mixed:
            self._tell(spot.inside("."))

    def _tell(self, path: str) -> None:
        if path not in self._known:
            if self._most is None or len(self._known) < self._most:
                self._known.add(path)
                self.untaken.append(path)
            else:
                self.more = True


def _put(columns: list[int] | tuple[int, ...], value: str, fields: list[str | None]) -> None:
    for column in columns:
        if fields[column] is not None:
            raise _TwiceError(column)
        fields[column] = value
