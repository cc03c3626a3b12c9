"""What the elements of a record are for: which columns take them, and which are left out on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vertebra.formatted.formats.xml_values import apart, local
from vertebra.project import Source

_NAMES = 1_000  # of elements beside each other that are kept: where names are data there is no end of them


@dataclass(slots=True)
class Named:
    """What a template says of the elements at one path.

    Parameters
    ----------
    columns : list of int
        Columns of the table that take its text, from 0.
    attributes : dict
        Those that columns take, each with the columns of the table among them.
    inside : dict
        The elements in it, by name; `*` for any.
    taken : bool
        Does a column take its text, of a child table maybe? One with elements in it is taken whole then.
    ignored, mute : bool
        Is it left out with all that is in it, or its own text?
    item : bool
        Is each of them a row of a child table?
    """

    columns: list[int] = field(default_factory=list)
    attributes: dict[str, list[int]] = field(default_factory=dict)
    inside: dict[str, Named] = field(default_factory=dict)
    taken: bool = False
    ignored: bool = False
    mute: bool = False
    item: bool = False

    def at(self, names: Sequence[str]) -> Named:
        """What is said of the elements at a path below."""
        found = self
        for name in names:
            found = found.inside.setdefault(name, Named())
        return found

    def take(self, path: str, column: int | None) -> None:
        """A column takes what is at a path."""
        names, attribute = apart(path)
        here = self.at(names)
        columns = here.attributes.setdefault(attribute, []) if attribute else here.columns
        if column is not None:
            columns.append(column)
        here.taken = here.taken or not attribute

    def leave(self, path: str) -> None:
        """What is at a path is left out on purpose: an element, an attribute, or (`a/.`) the text right in one."""
        names, attribute = apart(path)
        here = self.at(names)
        if attribute:
            here.attributes.setdefault(attribute, [])
        elif path.rpartition("/")[2] == ".":
            here.mute = True
        else:
            here.ignored = True


def named(source: Source) -> Named:
    """What a template says of the elements of a record."""
    top = Named()
    for number, path in enumerate(column.origin for column in source.columns if not column.from_file_name):
        top.take(path, number)
    for child in source.children:
        inside = top.at(apart(child.origin.replace("[]", ""))[0])
        inside.item = True
        for column in child.columns:
            inside.take(column.origin, None)
    for path in source.ignore:
        if not path.startswith("/"):  # that stands beside the records
            top.leave(path.replace("[]", ""))
    return top


class Spot:
    """The elements at one path of the records: `Named` for it, whatever stars lead there.

    Parameters
    ----------
    path : str
        Without namespaces; behind an element that is a row of a child table stands `[]`.
    said : sequence of Named
        All that the template says of it.
    ignored : bool
        Is what it stands in left out?
    """

    __slots__ = (
        "_said",
        "attributes",
        "below",
        "columns",
        "ignored",
        "mute",
        "number",
        "path",
        "plain",
        "row",
        "taken",
    )

    def __init__(self, path: str, said: Sequence[Named], *, ignored: bool = False) -> None:
        self._said = said
        self.row = not path or any(one.item for one in said)
        self.path = f"{path}[]" if path and self.row else path
        self.below: dict[str, Spot] = {}
        self.columns = tuple(column for one in said for column in one.columns)
        self.attributes: dict[str, list[int]] = {}
        for one in said:
            for name, columns in one.attributes.items():
                self.attributes[name] = [*self.attributes.get(name, ()), *columns]
        self.taken = any(one.taken for one in said)
        self.ignored = ignored or any(one.ignored for one in said)
        self.mute = any(one.mute for one in said)
        self.number = self.columns[0] if self.columns else -1
        self.plain = (self.taken or self.ignored) and len(self.columns) <= 1
        # of one without elements and attributes in it nothing is to be done but to read its text, if anything

    def at(self, tag: object) -> Spot | None:
        """That of the elements of a name in it; None where something is no element."""
        if not isinstance(tag, str):
            return None
        name = local(tag)
        said = [found for one in self._said for key in (name, "*") if (found := one.inside.get(key))]
        spot = Spot(self.inside(name), said, ignored=self.ignored)
        if len(self.below) < _NAMES:
            self.below[tag] = spot
        return spot

    def inside(self, name: str) -> str:
        """The path of something in it."""
        return f"{self.path}/{name}" if self.path else name
