"""Windows of a random query: which rows of a partition each row looks at, and what it makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.unit.sql.sql_oracle_model import Cell, Traced

_OVER = "OVER (PARTITION BY {partition} ORDER BY {order}"
FRAMES_BY_VALUE = {
    "running": f"sum({{column}}) {_OVER})",
    "rank": f"rank() {_OVER})",
    "near": f"max({{column}}) {_OVER} RANGE BETWEEN 1 PRECEDING AND CURRENT ROW)",
}
"""What is the same whichever of two rows that tie comes first."""
FRAMES = {
    **FRAMES_BY_VALUE,
    "lag": f"lag({{column}}) {_OVER})",
    "second": f"lag({{column}}, 2) {_OVER})",
    "known": f"lag({{column}} IGNORE NULLS) {_OVER})",
    "frame": f"max({{column}}) {_OVER} ROWS 1 PRECEDING)",
    "before": f"sum({{column}}) {_OVER} ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING)",
    "ahead": f"sum({{column}}) {_OVER} ROWS BETWEEN 2 FOLLOWING AND UNBOUNDED FOLLOWING)",
    "number": f"row_number() {_OVER})",
    "groups": f"sum({{column}}) {_OVER} GROUPS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW)",
}


def framed(  # noqa: C901  one branch a kind of window
    kind: str, ordered: Sequence[Traced], place: int, at: int
) -> tuple[Sequence[Traced], Cell]:
    """The rows that count for the row at a place of its partition, and the value of the window."""
    cells = [row[at] for row, _ in ordered]
    keys = [row[-1] for row, _ in ordered]
    last = max(other for other, key in enumerate(keys) if key == keys[place])
    first = min(other for other, key in enumerate(keys) if key == keys[place])
    match kind:
        case "sum":
            return ordered, _sum(cells)
        case "running":
            return ordered[: last + 1], _sum(cells[: last + 1])
        case "rank":
            return ordered[: last + 1], first + 1
        case "near":
            mine = keys[place]
            close = [n for n, key in enumerate(keys) if key == mine or _just_before(key, mine)]
            return [ordered[n] for n in close], _max([cells[n] for n in close])
        case "lag":
            return ordered[max(place - 1, 0) : place + 1], cells[place - 1] if place else None
        case "second":
            start = place - 2 if place > 1 else place
            return ordered[start : place + 1], cells[place - 2] if place > 1 else None
        case "known":
            found = [other for other in range(place) if cells[other] is not None]
            start = found[-1] if found else place
            return ordered[start : place + 1], cells[found[-1]] if found else None
        case "frame":
            return ordered[max(place - 1, 0) : place + 1], _max(cells[max(place - 1, 0) : place + 1])
        case "before":
            seen = range(max(place - 3, 0), max(place - 1, 0))
            return ordered[seen.start if seen else place : place + 1], _sum([cells[n] for n in seen])
        case "ahead":
            more = range(place + 2, len(ordered))
            return ordered[place:] if more else [ordered[place]], _sum([cells[n] for n in more])
        case "number":
            return ordered[: place + 1], place + 1
        case _:
            start = max(place - 1, 0)
            return ordered[start:], _sum([cell for n, cell in enumerate(cells) if n >= start and n != place])


def _just_before(key: Cell, mine: Cell) -> bool:
    return key is not None and mine is not None and mine - key == 1


def _sum(cells: Sequence[Cell]) -> Cell:
    known = [cell for cell in cells if cell is not None]
    return sum(known) if known else None


def _max(cells: Sequence[Cell]) -> Cell:
    return max((cell for cell in cells if cell is not None), default=None)
