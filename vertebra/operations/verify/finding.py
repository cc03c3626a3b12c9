"""What a verification finds, and what it says of every dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from vertebra.errors import DamageError


class Verdict(StrEnum):
    """How the rebuilt rows of a dataset compare with those that stand."""

    EQUAL = "equal"  # the same content hash
    CLOSE = "close"  # the same but for the last digits of doubles, which the order of addition decides
    DIFFERS = "differs"
    DAMAGED = "damaged"  # what stands cannot be read
    UNBUILT = "not rebuilt"  # and why stands among the fallbacks
    UNSAMPLED = "not in the sample"


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that does not hold.

    Parameters
    ----------
    promise : str
        Which, for example `G9`.
    type : str
        What kind of fault, in kebab case.
    what : str
        In words.
    dataset : str
        Empty for a landed file.
    file : str
        Below the storage's root; empty where it is not known or not about a file.
    row : mapping
        Of the first row that differs: its key, or the whole row where there is none.
    """

    promise: str
    type: str
    what: str
    dataset: str = ""
    file: str = ""
    row: Mapping[str, Any] = field(default_factory=dict)

    def error(self, release: int) -> DamageError:
        """The same as an error."""
        place = [f"release {release}", self.dataset, self.file]
        row = ", ".join(f"{name}={value}" for name, value in self.row.items())
        return DamageError(
            f"promise {self.promise} does not hold: {self.type.replace('-', ' ')}",
            where=", ".join(part for part in (*place, row) if part),
            why=self.what,
            next_=_NEXT.get(self.type, f"vertebra verify --release {release} --repair" if self.dataset else _BACKUP),
        )


_BACKUP = "put the file back from where it was delivered or from a backup; nothing else holds its bytes"
_NEXT = {
    **{
        f"model-file-{fault}": "vertebra train, which makes the model anew"
        for fault in ("missing", "unreadable", "bytes")
    },
    "account": "please report this as a bug",
    "no-record": "please report this as a bug",
    "log-unreadable": "restore the table's folder from a backup; the landing zone holds every delivered byte",
}


@dataclass(frozen=True, slots=True)
class DatasetVerdict:
    """What was found of one dataset version.

    Parameters
    ----------
    name, zone : str
        Of the dataset.
    version : int
        The catalog's number of the version.
    rows : int
        As recorded.
    verdict : Verdict
        How it compares.
    hash : str
        Content hash of what stands; empty where it was not taken.
    seconds : float
        What reading, rebuilding and comparing took.
    """

    name: str
    zone: str
    version: int
    rows: int
    verdict: Verdict
    hash: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Repaired:
    """A data file that was made anew: its dataset, the one that was damaged, the one in its place, and its rows."""

    dataset: str
    file: str
    by: str
    rows: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification did and found.

    Parameters
    ----------
    release : int
        Which.
    share : float
        Of what was rebuilt: 1 for all.
    seed : int
        That chose the sample.
    landed, landed_bytes : int
        Landed files whose bytes were read, and their size.
    files : int
        Data files of tables that were looked at.
    datasets : tuple of DatasetVerdict
        In the order in which they are made.
    broken : tuple of Broken
        Promises that do not hold, in the order in which they were found.
    fallbacks : tuple of str
        What was not held, and why.
    repaired : tuple of Repaired
        What was put back.
    seconds : float
        What all of it took.
    """

    release: int
    share: float
    seed: int
    landed: int
    landed_bytes: int
    files: int
    datasets: tuple[DatasetVerdict, ...]
    broken: tuple[Broken, ...] = ()
    fallbacks: tuple[str, ...] = ()
    repaired: tuple[Repaired, ...] = ()
    seconds: float = 0.0

    @property
    def left(self) -> tuple[Broken, ...]:
        """What does not hold after what was put back."""
        mended = {(one.dataset, one.file) for one in self.repaired}
        return tuple(one for one in self.broken if (one.dataset, one.file) not in mended)
