"""What every unit of work is, and what it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """Which verb of which zone a step calls."""

    LAND = "land"
    FORMAT = "format"
    VIEW = "view"
    FEATURES = "features"
    TRAIN = "train"
    PREDICT = "predict"
    REMOVE = "remove"
    COMPACT = "compact"


class Action(StrEnum):
    """What a step would do to its dataset."""

    ADD = "add"  # the dataset does not stand yet
    CHANGE = "change"  # its definition is another
    REFRESH = "refresh"  # its inputs are others
    REBUILD = "rebuild"  # asked for, or what stands cannot be used
    REMOVE = "remove"  # its definition is gone
    NONE = "none"  # nothing to do


class Outcome(StrEnum):
    """How a step ended."""

    DONE = "done"
    NONE = "none"  # looked, and found nothing to do
    FAILED = "failed"
    SKIPPED = "skipped"  # something before it failed
    STOPPED = "stopped"  # interrupted


@dataclass(frozen=True, slots=True)
class Step:
    """One unit of work, as plain data: printed by `plan`, done by `run`.

    Parameters
    ----------
    name : str
        The source, table, view or analysis.
    kind : Kind
        What is to be done with it.
    action : Action
        What that means now.
    why : str
        Why that is so, in words.
    after : tuple of (Kind, str)
        Kind and name of the steps that must have ended before.
    """

    name: str
    kind: Kind
    action: Action
    why: str
    after: tuple[tuple[Kind, str], ...] = ()

    @property
    def key(self) -> tuple[Kind, str]:
        """What identifies the step inside one plan."""
        return self.kind, self.name


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one expectation on one dataset."""

    dataset: str
    name: str
    otherwise: str  # warn | quarantine | fail
    outcome: str  # passed | warned | quarantined | failed | skipped
    failed: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Where the records of one file version went, for one table.

    `records` comes from a count that is independent of the reader.
    """

    table: str
    file: str
    file_id: int
    version: int
    records: int
    formatted: int
    quarantined: int
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def balance(self) -> int:
        """Records that are not accounted for; 0 when all are."""
        return self.records - self.formatted - self.quarantined - sum(self.skipped.values())


@dataclass(frozen=True, slots=True)
class Profiled:
    """A dataset version whose profile a step made.

    Parameters
    ----------
    dataset : str
        Its name.
    version : int
        The catalog's number of the version.
    rows, looked : int
        Rows, and how many of them were looked at one by one.
    files, measured : int
        Parquet files, and how many of them had to be read for it.
    seconds : float
        What it took.
    """

    dataset: str
    version: int
    rows: int
    looked: int
    files: int
    measured: int
    seconds: float


class Way(StrEnum):
    """How a step makes its dataset."""

    NONE = "none"  # it does not
    FULL = "full"  # all rows anew
    KEYS = "keys"  # the rows of the keys that changed inputs can touch
    FILES = "files"  # the files that came, beside what stands


@dataclass(frozen=True, slots=True)
class Work:
    """How a step made its dataset, and from how much: what tells, with its measures, what the next will take.

    Parameters
    ----------
    way : Way
        How.
    read : int
        Rows of its inputs; of what reads files, their bytes.
    definition : str
        Fingerprint of the view; empty where it does not matter.
    changed : int
        Rows of the inputs that came or went; of a load, rows that it wrote.
    keys : int
        Of the rows that were computed anew.
    """

    way: Way
    read: int
    definition: str = ""
    changed: int = 0
    keys: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a step left behind.

    Parameters
    ----------
    outcome : Outcome
        How it ended.
    rows : int
        Rows of the dataset version that it published, or files landed.
    size : int
        Bytes that it wrote.
    datasets : dict
        Dataset name to the catalog's number of its new version.
    changed : bool
        Did the step find that its own definition has to be another? Then it is to be done once more.
    accounts, checks, fallbacks, notes, profiles : tuple
        What the run's record shows.
    work : Work or None
        How it was done; None where nothing is to be learnt from it.
    """

    outcome: Outcome
    rows: int = 0
    size: int = 0
    datasets: dict[str, int] = field(default_factory=dict)
    changed: bool = False
    accounts: tuple[Account, ...] = ()
    checks: tuple[Check, ...] = ()
    fallbacks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    profiles: tuple[Profiled, ...] = ()
    work: Work | None = None
