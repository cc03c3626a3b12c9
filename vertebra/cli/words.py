"""Numbers, sizes and times in words that fit on a line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def size(count: int) -> str:
    """Bytes in words.

    Examples
    --------
    >>> size(999), size(1_500), size(4_700_000)
    ('999 B', '1.5 kB', '4.7 MB')
    """
    value = float(count)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            break
        value /= 1000
    return f"{count} B" if unit == "B" else f"{value:.1f} {unit}"


def seconds(value: float) -> str:
    """A span of time in words.

    Examples
    --------
    >>> seconds(0.0123), seconds(3.21), seconds(75)
    ('12 ms', '3.2 s', '1 min 15 s')
    """
    if value < 1:
        return f"{value * 1000:.0f} ms"
    return f"{value:.1f} s" if value < 60 else f"{int(value // 60)} min {int(value % 60)} s"


def counted(count: int, noun: str) -> str:
    """A number with its noun.

    Examples
    --------
    >>> counted(1, "file"), counted(12_000, "row")
    ('1 file', '12,000 rows')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def instant(value: datetime) -> str:
    """An instant in UTC, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def cell(value: Any) -> str:
    """A value in a table on the screen."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime() if value.tzinfo is not None:
            return instant(value)
        case bytes():
            return value.hex()
    return str(value)
