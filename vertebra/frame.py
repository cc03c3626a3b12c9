"""Rows of a release for Python, in the form that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from vertebra.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

_EXACT = 2**53  # whole numbers beyond it have no double of their own


@dataclass(frozen=True, slots=True)
class Frame:
    """Rows of a release, in the form that is asked for.

    Parameters
    ----------
    read : callable
        Reads some columns, all of them for none, as an Arrow table.
    """

    read: Callable[[tuple[str, ...]], pa.Table]

    def arrow(self) -> pa.Table:
        """The rows as a `pyarrow.Table`."""
        return self.read(())

    def pandas(self) -> pd.DataFrame:
        """The rows as a pandas DataFrame with Arrow types, which keep whole numbers, times and nulls as they are.

        Raises
        ------
        UsageError
            If pandas is not installed.
        """
        _needs("pandas")
        import pandas as pd

        found: pd.DataFrame = self.read(()).to_pandas(types_mapper=pd.ArrowDtype)
        return found

    def polars(self) -> pl.DataFrame:
        """The rows as a Polars DataFrame.

        Raises
        ------
        UsageError
            If Polars is not installed.
        """
        _needs("polars")
        import polars as pl

        found = pl.from_arrow(self.read(()))
        assert isinstance(found, pl.DataFrame)  # noqa: S101  a table gives a frame
        return found

    def tensor(self, columns: Sequence[str] = ()) -> Any:
        """Columns of numbers as a matrix of doubles, one row a row; nulls become NaN.

        Parameters
        ----------
        columns : sequence of str
            Columns of numbers or truth values; all by default.

        Returns
        -------
        torch.Tensor or numpy.ndarray
            Of shape (rows, columns) and type float64; a torch tensor where torch is installed.

        Raises
        ------
        UsageError
            If a column holds no numbers, or whole numbers that a double cannot hold.
        """
        table = self.read(tuple(columns))
        matrix = _matrix(table)
        if find_spec("torch") is None:
            return matrix
        import torch

        return torch.from_numpy(matrix)


def _needs(library: str) -> None:
    if find_spec(library) is None:
        raise UsageError(
            f"{library} is not installed",
            where=f".{library}()",
            why="it is no dependency of Vertebra itself; .arrow() needs nothing more",
            next_=f"pip install 'vertebra[{library}]'",
        )


def _matrix(table: pa.Table) -> Any:
    import numpy as np

    columns = [_doubles(name, table.column(name)) for name in table.column_names]
    return np.column_stack(columns) if columns else np.empty((table.num_rows, 0))


def _doubles(name: str, column: pa.ChunkedArray) -> Any:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    elif pa.types.is_integer(kind):
        bounds = pc.min_max(column).as_py()
        if max(abs(bounds["min"] or 0), abs(bounds["max"] or 0)) > _EXACT:
            raise _no_doubles(name, "it has whole numbers beyond 2^53, which a double cannot tell apart")
    elif not (pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        raise _no_doubles(name, f"it is of type {kind}, and a tensor holds numbers")
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def _no_doubles(name: str, why: str) -> UsageError:
    return UsageError(
        f'the column "{name}" does not fit into a tensor',
        where=f"column {name}",
        why=why,
        next_="name columns of numbers: .tensor(columns=[…])",
    )
