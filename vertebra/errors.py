"""Every error that Vertebra raises, in one tree.

::

    VertebraError               what, where, why, what to type next
    ├── RequestError            the request is wrong: exit status 2
    │   ├── UsageError          an argument or option
    │   ├── ProjectError        a project file: its text, a key, a value
    │   ├── UnknownNameError    a name that nothing carries
    │   ├── QueryError          SQL that cannot be read or bound
    │   ├── LockedError         somebody else is writing
    │   └── CatalogError        a catalog that this version cannot read
    └── RunError                it ran and something failed: exit status 1
        ├── StepError           a step of a run
        │   ├── AccountError    records in the file differ from rows, quarantined and skipped
        │   ├── CheckError      an expectation that says `fail`
        │   ├── GrainError      a view's grain does not identify its rows
        │   └── UserCodeError   a boundary around the user's own Python
        ├── StorageError        the disk or object store refused
        ├── DamageError         what stands on disk is not what the catalog says
        ├── ModelError          a model that may not be loaded
        └── BugError            Vertebra itself is wrong

Wrong use is an error; wrong data is a value (`vertebra.governance.finding`).
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class VertebraError(Exception):
    """An error in four lines.

    Parameters
    ----------
    what : str
        What happened, as a sentence without a full stop.
    where : str
        File and line, dataset, option: the place to look at.
    why : str
        The cause.
    next_ : str
        What to type or change next.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str, why: str, next_: str) -> None:
        super().__init__(what, where, why, next_)
        self.what = what
        self.where = where
        self.why = why
        self.next = next_

    def __str__(self) -> str:
        return f"{self.what}\n  where: {self.where}\n  why:   {self.why}\n  next:  {self.next}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.where, self.why, self.next)

    def to_json(self) -> dict[str, str]:
        """The error as the object that `--output json` prints under `error`."""
        return {
            "type": type(self).__name__,
            "what": self.what,
            "where": self.where,
            "why": self.why,
            "next": self.next,
        }


def _rebuild(kind: type[VertebraError], what: str, where: str, why: str, next_: str) -> VertebraError:
    return kind(what, where=where, why=why, next_=next_)


class RequestError(VertebraError):
    """The request is wrong: usage, configuration or an unknown name."""

    exit_status = 2


class UsageError(RequestError):
    """An argument or an option that cannot be used."""


class ProjectError(RequestError):
    """A project file that cannot be read as what it is."""


class UnknownNameError(RequestError):
    """A name that no source, dataset, column, analysis or release carries."""


class QueryError(RequestError):
    """SQL that cannot be parsed, bound or is not read-only."""


class LockedError(RequestError):
    """Another process is writing to this project."""


class CatalogError(RequestError):
    """A catalog that this version of Vertebra cannot use."""


class RunError(VertebraError):
    """It ran, and something failed."""


class StepError(RunError):
    """A step of a run failed."""


class AccountError(StepError):
    """The records of a file are not all accounted for."""


class CheckError(StepError):
    """An expectation that says `fail` did not hold."""


class GrainError(StepError):
    """The declared grain of a view does not identify its rows."""


class UserCodeError(StepError):
    """The user's own Python raised; its traceback is kept as the cause."""


class StorageError(RunError):
    """The disk or the object store refused."""


class DamageError(RunError):
    """What stands on disk is not what the catalog says."""


class ModelError(RunError):
    """A model that may not be loaded."""


class BugError(RunError):
    """Vertebra itself is wrong; the traceback is kept in a file and as the cause."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which of the known names was probably meant.

    Parameters
    ----------
    name : str
        What was written.
    known : iterable of str
        What could have been written.

    Returns
    -------
    str
        A hint for the `next` line of an error.

    Examples
    --------
    >>> nearest("colums", ["columns", "key"])
    'did you mean "columns"? known: columns, key'
    >>> nearest("x", [])
    'there is none yet'
    """
    names = sorted(known)
    if not names:
        return "there is none yet"
    close = get_close_matches(name, names, n=1)
    shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
    return f'did you mean "{close[0]}"? known: {shown}' if close else f"known: {shown}"
