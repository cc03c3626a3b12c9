"""What was decided about files, how sure that is, where it can be seen, and what else it could be."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

CERTAIN = 0.95
"""What is less sure than this gets a comment in the drafted template."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a decision can be seen.

    Parameters
    ----------
    file : str
        Name of the file.
    line : int
        1-based; 0 for the whole file.
    text : str
        What stands there, or what was counted.
    """

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """What else it could be.

    Parameters
    ----------
    value : Any
        A JSON value.
    confidence : float
        0 to 1.
    why : str
        In words.
    """

    value: Any
    confidence: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that was decided.

    Parameters
    ----------
    about : str
        Dotted place in the template: `format.csv.delimiter`, `columns.e.type`, `load`, `key`.
    value : Any
        A JSON value.
    confidence : float
        0 to 1; what is below `CERTAIN` gets a comment in the YAML.
    why : str
        In words.
    evidence : tuple of Evidence
        Where it can be seen.
    alternatives : tuple of Alternative
        What else it could be.
    """

    about: str
    value: Any
    confidence: float
    why: str
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As scripts see it."""
        return asdict(self)
