"""What an impact answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vertebra.governance.files import FileVersion
from vertebra.operations.impact.learnt import ReachedModel

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ReachedRows:
    """Rows of a dataset that would be others, or would not be there.

    Parameters
    ----------
    dataset, zone : str
        Which, and where it stands.
    rows : int
        How many rows.
    of : int
        How many the dataset has.
    exact : bool
        Are they no more than those? They are never fewer.
    why : str
        What made them more; empty when exact.
    keys : pyarrow.Table
        The columns that identify them, in order: all, or as many as were asked for.
    """

    dataset: str
    zone: str
    rows: int
    of: int
    exact: bool
    why: str
    keys: pa.Table

    def to_json(self) -> dict[str, Any]:
        """The rows as `impact --output json` prints them."""
        return {
            "dataset": self.dataset,
            "zone": self.zone,
            "rows": self.rows,
            "of": self.of,
            "exact": self.exact,
            "why": self.why,
            "keys": self.keys.to_pylist(),
        }


@dataclass(frozen=True, slots=True)
class ImpactResult:
    """What would be another in a release without the records of a file version, or without rows of a dataset.

    Parameters
    ----------
    files : tuple of FileVersion
        The file version, and what is in it where it is an archive; none where rows are meant.
    dataset : str or None
        The dataset whose rows are meant.
    key : mapping
        Which rows, as typed.
    release : int
        In which release.
    datasets : tuple of ReachedRows
        What it reaches, each after what it is made from.
    models : tuple of ReachedModel
        Those that learnt from such rows, the newest first.
    reports : tuple of str
        Pictures that were drawn of such rows, below the project's folder.
    notes : tuple of str
        What else is worth knowing.
    """

    files: tuple[FileVersion, ...]
    dataset: str | None
    key: Mapping[str, str]
    release: int
    datasets: tuple[ReachedRows, ...]
    models: tuple[ReachedModel, ...]
    reports: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Is nothing named that would be the same?"""
        return all(one.exact for one in self.datasets) and not any(one.why for one in self.models)

    @property
    def tables(self) -> dict[str, pa.Table]:
        """Dataset to the keys of its rows."""
        return {one.dataset: one.keys for one in self.datasets}

    def to_json(self) -> dict[str, Any]:
        """The result as `impact --output json` prints it."""
        return {
            "files": [{"source": one.source, "file": one.name, "version": one.version} for one in self.files],
            "dataset": self.dataset,
            "key": dict(self.key),
            "release": self.release,
            "exact": self.exact,
            "datasets": [one.to_json() for one in self.datasets],
            "models": [one.to_json() for one in self.models],
            "reports": list(self.reports),
            "notes": list(self.notes),
        }
