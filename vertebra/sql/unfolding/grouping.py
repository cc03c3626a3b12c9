"""Grouping sets, ROLLUP and CUBE as the lists of keys that they stand for."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.aliases import without_aliases
from vertebra.sql.scope import Opaque

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vertebra.sql.scope import Item

_KINDS = (exp.GroupingSets, exp.Rollup, exp.Cube)
_MOST = 64  # sets: a cube of more than six keys


def grouping_sets(select: exp.Select, shown: Sequence[exp.Expr], items: Sequence[Item]) -> list[list[exp.Expr]] | None:
    """List the keys of each set that a block groups by; None when it groups plainly."""
    group = select.args.get("group")
    parts = [] if group is None else list(_parts(group))
    if not any(isinstance(part, _KINDS) for part in parts):
        return None
    choices = [_sets(part) for part in parts]
    found = [[key for chosen in one for key in chosen] for one in product(*choices)]
    if len(found) > _MOST:
        raise Opaque(f"more than {_MOST} grouping sets")
    return [[_plain(key, select, shown, items) for key in keys] for keys in found]


def has_sets(select: exp.Select) -> bool:
    """Say whether a block groups by several sets of keys."""
    group = select.args.get("group")
    return group is not None and any(isinstance(part, _KINDS) for part in _parts(group))


def _parts(group: exp.Group) -> Iterator[exp.Expr]:
    yield from group.expressions
    for name in ("grouping_sets", "rollup", "cube"):
        value = group.args.get(name)
        yield from value if isinstance(value, list) else ([value] if isinstance(value, exp.Expr) else [])


def _sets(part: exp.Expr) -> list[list[exp.Expr]]:
    match part:
        case exp.GroupingSets():
            return [one for inner in part.expressions for one in _sets(inner)]
        case exp.Rollup():
            keys = [_flat(one) for one in part.expressions]
            return [[key for one in keys[:count] for key in one] for count in range(len(keys), -1, -1)]
        case exp.Cube():
            keys = [_flat(one) for one in part.expressions]
            return [
                [key for one in chosen for key in one]
                for count in range(len(keys), -1, -1)
                for chosen in combinations(keys, count)
            ]
        case _:
            return [_flat(part)]


def _flat(part: exp.Expr) -> list[exp.Expr]:
    match part:
        case exp.Tuple():
            return [key for one in part.expressions for key in _flat(one)]
        case exp.Paren():
            return _flat(part.this)
        case _:
            return [part]


def _plain(key: exp.Expr, select: exp.Select, shown: Sequence[exp.Expr], items: Sequence[Item]) -> exp.Expr:
    if isinstance(key, exp.Literal) and not key.is_string:
        at = int(key.name) - 1
        if not 0 <= at < len(shown):
            raise Opaque(f"GROUP BY {key.name} points past the select list")
        return shown[at]
    return without_aliases(key, select, items)
