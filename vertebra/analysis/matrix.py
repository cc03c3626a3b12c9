"""From a feature table to what a model reads: rows by features, label, time, slices; nothing silently lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vertebra.analysis.definition import Analysis, Feature
from vertebra.errors import StepError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Matrix:
    """The rows of a feature table, in the order of their grain.

    Parameters
    ----------
    table : pyarrow.Table
        As stored.
    x : array, shape (rows, features)
        float64 with NaN for "no value"; object where a feature is a text.
    y : array of float64, shape (rows,)
        The label, NaN for "no value".
    time : array of datetime64[us], shape (rows,)
        The column that orders the rows.
    texts : tuple of int
        Positions of the features that are texts.
    """

    table: pa.Table
    x: NDArray[Any]
    y: NDArray[np.float64]
    time: NDArray[np.datetime64]
    texts: tuple[int, ...]

    def slices(self, names: tuple[str, ...]) -> dict[str, NDArray[np.object_]]:
        """Values of slicing columns, by column."""
        import numpy as np

        return {name: np.array(self.table.column(name).to_pylist(), dtype=object) for name in names}

    def missing(self) -> NDArray[np.bool_]:
        """Which features of which rows have no value; shape (rows, features)."""
        import numpy as np

        if self.x.dtype != object:
            return np.isnan(self.x.astype(np.float64))
        return np.array([[v is None or v != v for v in row] for row in self.x], dtype=bool).reshape(self.x.shape)  # noqa: PLR0124  NaN


def matrix(analysis: Analysis, table: pa.Table) -> Matrix:
    """A feature table as arrays.

    Parameters
    ----------
    analysis : Analysis
        What its columns are.
    table : pyarrow.Table
        Grain, label and features, ordered by the grain.

    Raises
    ------
    StepError
        If a feature or the label is of a type that no model reads, or holds NaN or infinity.
    """
    import numpy as np
    import pyarrow as pa

    texts = tuple(i for i, feature in enumerate(analysis.features) if _is_text(table.schema.field(feature.name).type))
    columns = [
        np.array(table.column(feature.name).to_pylist(), dtype=object)
        if position in texts
        else _numbers(analysis, feature, table)
        for position, feature in enumerate(analysis.features)
    ]
    x = np.empty((table.num_rows, len(columns)), dtype=object if texts else np.float64)
    for position, column in enumerate(columns):
        x[:, position] = column
    time = table.column(analysis.split.time)
    if not (pa.types.is_date(time.type) or pa.types.is_timestamp(time.type)):
        raise StepError(
            f'"{analysis.split.time}" cannot order the rows of {analysis.name}',
            where=analysis.where,
            why=f"it is of type {time.type}, and neither a date nor a timestamp",
            next_="name a date or timestamp of the grain under `split: {time: …}`",
        )
    moments = time.cast(pa.timestamp("us")).to_numpy().astype("datetime64[us]")
    return Matrix(table, x, _numbers(analysis, analysis.label, table), moments, texts)


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _numbers(analysis: Analysis, column: Feature, table: pa.Table) -> NDArray[np.float64]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    values = table.column(column.name)
    kind = values.type
    if not (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
    ):
        raise StepError(
            f'no model can read the column "{column.name}"',
            where=column.where,
            why=f"it is of type {kind}, and neither a number nor a truth value nor a text",
            next_="make a number of it, for example date_part('month', d.day)",
        )
    floats = (values.cast(pa.int8()) if pa.types.is_boolean(kind) else values).cast(pa.float64())
    # "no value" is a null; NaN and infinity are results that went wrong and would spoil every mean they enter
    wrong = pc.fill_null(pc.invert(pc.is_finite(floats)), False).to_numpy()
    if wrong.any():
        row = table.slice(int(np.flatnonzero(wrong)[0]), 1).to_pylist()[0]
        key = ", ".join(f"{name}={row[name]}" for name in analysis.key)
        raise StepError(
            f'the column "{column.name}" holds NaN or infinity in {int(wrong.sum())} of {table.num_rows} rows',
            where=column.where,
            why=f"`{column.sql}` gives {row[column.name]} for {key}, and no model can learn from that",
            next_="guard the expression: nullif(…, 0) below a division, or case when isfinite(x) then x end",
        )
    result: NDArray[np.float64] = floats.to_numpy(zero_copy_only=False).astype(np.float64)
    return result
