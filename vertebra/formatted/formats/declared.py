"""Types that a file declares for its columns, in the words of a template."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_DIGITS = 38  # of the widest decimal
_WHOLE = 19  # digits of the largest integer
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file says about a column.

    Parameters
    ----------
    type : str
        As a template says it, for example `decimal(18,2)`.
    told : str
        As the file says it.
    zoned : bool
        Is a time an instant, whatever the place? Otherwise it is what a clock showed.
    """

    type: str
    told: str
    zoned: bool = False


def of_arrow(kind: pa.DataType) -> Declared | None:
    """The type of an Arrow column; None for texts, which may say anything, and for what no template has a type for.

    Examples
    --------
    >>> import pyarrow as pa
    >>> [one and one.type for one in map(of_arrow, (pa.int8(), pa.uint64(), pa.decimal128(9, 2), pa.string()))]
    ['integer', 'decimal(20,0)', 'decimal(9,2)', None]
    """
    import pyarrow.types as kinds

    told = str(kind)
    if kinds.is_dictionary(kind):
        return of_arrow(kind.value_type)
    if kinds.is_uint64(kind):
        return Declared("decimal(20,0)", told)
    if kinds.is_integer(kind) or kinds.is_duration(kind):
        return Declared("integer", told)
    if kinds.is_floating(kind):
        return Declared("double", told)
    if kinds.is_decimal(kind):
        return _decimal(kind.precision, kind.scale, told)
    if kinds.is_boolean(kind):
        return Declared("boolean", told)
    if kinds.is_date(kind):
        return Declared("date", told)
    if kinds.is_timestamp(kind):
        return Declared("timestamp", told, zoned=bool(kind.tz))
    return None


_AVRO = {"int": "integer", "long": "integer", "float": "double", "double": "double", "boolean": "boolean"}
_LOGICAL = {"date": "date", **{f"timestamp-{unit}": "timestamp" for unit in ("millis", "micros", "nanos")}}


def of_avro(schema: Any) -> Declared | None:
    """The type of an Avro field, which may be null beside it.

    Examples
    --------
    >>> of_avro(["null", {"type": "long", "logicalType": "timestamp-micros"}])
    Declared(type='timestamp', told='timestamp-micros', zoned=True)
    >>> of_avro(["int", "string"])
    """
    if isinstance(schema, list):
        rest = [one for one in schema if one != "null"]
        return of_avro(rest[0]) if len(rest) == 1 else None
    if isinstance(schema, str):
        return Declared(_AVRO[schema], schema) if schema in _AVRO else None
    logical = schema.get("logicalType", "")
    plain = logical.removeprefix("local-")
    if logical == "decimal":
        precision, scale = schema.get("precision", 0), schema.get("scale", 0)
        return _decimal(precision, scale, f"decimal({precision},{scale})")
    if plain in _LOGICAL:
        return Declared(_LOGICAL[plain], logical, zoned=_LOGICAL[plain] == "timestamp" and plain == logical)
    return None if logical else of_avro(schema["type"]) if isinstance(schema["type"], str | list) else None


def _decimal(precision: int, scale: int, told: str) -> Declared | None:
    fits = 0 <= scale <= precision and 0 < precision <= _DIGITS
    return Declared(f"decimal({precision},{scale})", told) if fits else None


def agreed(found: Collection[Declared | None]) -> Declared | None:
    """What several files say of one column; None where they contradict each other, or one says nothing.

    Examples
    --------
    >>> agreed([Declared("integer", "int64"), Declared("decimal(9,2)", "decimal128(9, 2)")]).type
    'decimal(21,2)'
    >>> agreed([Declared("integer", "int64"), Declared("double", "double")])
    """
    said = [one for one in found if one is not None]
    if not said or len(said) < len(found):
        return None
    told = " and ".join(dict.fromkeys(one.told for one in said))
    types = dict.fromkeys(one.type for one in said)
    if len(types) == 1:
        return Declared(said[0].type, told, zoned=all(one.zoned for one in said))
    sizes = [_size(one) for one in types]
    if None in sizes:
        return None
    whole, scale = (max(size[place] for size in sizes if size) for place in (0, 1))
    return _decimal(whole + scale, scale, told)


def _size(type_: str) -> tuple[int, int] | None:
    """Digits before and behind the decimal sign of an exact number."""
    if type_ == "integer":
        return _WHOLE, 0
    found = _DECIMAL.fullmatch(type_)
    return (int(found[1]) - int(found[2]), int(found[2])) if found else None
