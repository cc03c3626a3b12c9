"""What is thought away: the records of file versions, or rows of a dataset."""

from __future__ import annotations

from dataclasses import dataclass

from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.trace_descent import has_provenance
from vertebra.operations.trace_rows import Equality
from vertebra.table import FILE


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an impact begins.

    Parameters
    ----------
    files : tuple of int
        File versions, by number; none where rows of a dataset are meant.
    dataset : str
        The dataset whose rows are meant; empty where files are.
    key : tuple of Equality
        Which of its rows.
    children : tuple of str
        The child tables whose rows stand in the records of these rows, where the dataset is the table of a source.
    """

    files: tuple[int, ...] = ()
    dataset: str = ""
    key: tuple[Equality, ...] = ()
    children: tuple[str, ...] = ()

    def condition(self, version: DatasetVersion) -> str:
        """SQL for the rows of a dataset version that are thought away; empty where the version is not meant itself.

        A key means its rows in every version of the dataset: an older one may be what a model learnt from.
        """
        if self.files and has_provenance(version):
            return f"{FILE} in ({', '.join(map(str, self.files))})"
        known = {column.name for column in version.columns}
        if version.name == self.dataset and known.issuperset(one.column.name for one in self.key):
            return " and ".join(one.condition for one in self.key)
        return ""
