"""Wrong data is a value: a finding says which record of which file, where in it, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What becomes of the record."""

    REJECTED = "rejected"  # it stands in quarantine and in no table
    WARNING = "warning"  # it was formatted, and somebody should know


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with one record.

    Parameters
    ----------
    type : str
        Kebab-case kind, for example `type-mismatch`, `ragged-record`, `nonexistent-time`.
    severity : Severity
        Rejected or a warning.
    file_id : int
        The catalog's number of the file version.
    record : int
        1-based data record in that file; 0 where the whole file is meant.
    line : int
        1-based line on which the record begins.
    start, end : int
        The record's bytes in the file as it was delivered, end exclusive.
    column : str
        Name of the formatted column, empty where the record is meant.
    value : str
        Raw text of the value.
    reason : str
        What is wrong, in words.
    raw : str
        The whole record as text.
    """

    type: str
    severity: Severity
    file_id: int
    record: int
    line: int
    start: int
    end: int
    column: str
    value: str
    reason: str
    raw: str
