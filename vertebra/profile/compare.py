"""What differs between the profiles of two versions of a dataset."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from vertebra.profile.drift import Drift, of_categories, of_numbers
from vertebra.profile.facts import ColumnProfile, Profile
from vertebra.profile.kinds import Kind
from vertebra.profile.part import ColumnPart, Part


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """What became of a column.

    Parameters
    ----------
    name : str
        Of the column.
    change : str
        `came`, `gone`, `retyped` or `compared`.
    before, now : ColumnProfile or None
        What is known of it.
    drift : Drift or None
        How far its values moved; None where that cannot be said.
    """

    name: str
    change: str
    before: ColumnProfile | None
    now: ColumnProfile | None
    drift: Drift | None = None

    def to_json(self) -> dict[str, Any]:
        """The change as JSON values."""
        return {
            "column": self.name,
            "change": self.change,
            "nulls": [self.before.nulls if self.before else None, self.now.nulls if self.now else None],
            "distinct": [self.before.distinct if self.before else None, self.now.distinct if self.now else None],
            "mean": [self.before.mean if self.before else None, self.now.mean if self.now else None],
            "drift": (asdict(self.drift) | {"word": self.drift.word}) if self.drift else None,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs from an earlier version.

    Parameters
    ----------
    version, rows : int
        The catalog's number of the earlier version, and its rows.
    columns : tuple of ColumnChange
        In the order of the columns now; those that are gone at the end.
    """

    version: int
    rows: int
    columns: tuple[ColumnChange, ...]

    def to_json(self) -> dict[str, Any]:
        """The comparison as JSON values."""
        return {"version": self.version, "rows": self.rows, "columns": [one.to_json() for one in self.columns]}


def compare(before: tuple[Part, Profile], now: tuple[Part, Profile]) -> Comparison:
    """What differs between two profiled versions."""
    (part_before, profile_before), (part_now, profile_now) = before, now
    known = {column.name: column for column in profile_before.columns}
    every = not profile_before.sampled and not profile_now.sampled
    changes = []
    for column in profile_now.columns:
        earlier = known.pop(column.name, None)
        if earlier is None:
            changes.append(ColumnChange(column.name, "came", None, column))
        elif earlier.kind != column.kind:
            changes.append(ColumnChange(column.name, "retyped", earlier, column))
        else:
            looked = None if every else (_looked(profile_before, earlier), _looked(profile_now, column))
            drift = _drift(Kind(column.kind), part_before.columns[column.name], part_now.columns[column.name], looked)
            changes.append(ColumnChange(column.name, "compared", earlier, column, drift))
    changes += [ColumnChange(name, "gone", earlier, None) for name, earlier in known.items()]
    return Comparison(profile_before.version, profile_before.rows, tuple(changes))


def _looked(profile: Profile, column: ColumnProfile) -> int:
    """About how many values of a column were looked at."""
    return max(1, round(column.values / max(profile.rows, 1) * profile.looked))


def _drift(kind: Kind, before: ColumnPart, now: ColumnPart, looked: tuple[int, int] | None) -> Drift | None:
    one, other = before.sampled, now.sampled
    if kind.number or kind.time:
        if one.digest is None or other.digest is None:
            return None
        return of_numbers(one.digest, other.digest, looked=looked)
    if one.top is None or other.top is None:
        return None
    return of_categories(one.top, other.top, (before.values, now.values))
