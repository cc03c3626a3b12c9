"""Typed Arrow values as text that says the same: every digit, and nothing that is not there."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


_MOST = 2**63 - 1
_LAST = 971_890_963_199  # the last second of the year 32767: of a later one Arrow spells another year


def as_text(array: pa.Array) -> pa.Array:
    """Values as text.

    Numbers have as many digits as name them exactly, instants are UTC, bytes are hexadecimal, nested values JSON.

    Examples
    --------
    >>> import pyarrow as pa
    >>> as_text(pa.array([0.1, 1e22, None])).to_pylist()
    ['0.1', '1e+22', None]
    >>> as_text(pa.array([[1, 2], []])).to_pylist()
    ['[1,2]', '[]']
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as kinds

    kind = array.type
    if isinstance(array, pa.ExtensionArray):
        return pa.array([None if v is None else text_of(v) for v in array.to_pylist()], pa.string())
    if kinds.is_dictionary(kind):
        return as_text(array.dictionary_decode())
    if kinds.is_null(kind):
        return pa.nulls(len(array), pa.string())
    if kinds.is_floating(kind):  # a narrow one says more in a double's digits, and nothing else
        return pc.cast(pc.cast(array, pa.float64()), pa.string())
    if kinds.is_timestamp(kind):
        return _instants(array)
    if kinds.is_duration(kind):
        return pc.cast(pc.cast(array, pa.int64()), pa.string())
    if kinds.is_binary(kind) or kinds.is_large_binary(kind) or kinds.is_fixed_size_binary(kind):
        return pa.array([None if value is None else value.hex() for value in array.to_pylist()], pa.string())
    if kinds.is_nested(kind) or kinds.is_binary_view(kind) or kinds.is_interval(kind):
        return pa.array([None if value is None else text_of(value) for value in _values(array)], pa.string())
    return pc.cast(array, pa.string())


def _values(array: pa.Array) -> list[Any]:
    """Nested values; times of which Python would cut the last digits as Arrow spells them."""
    fine = _respelled(array.type, _is_fine)
    array = array.cast(fine) if fine != _respelled(array.type, lambda _: False) else array
    try:
        found: list[Any] = array.to_pylist()
    except OverflowError:
        plain = _respelled(array.type, lambda _: True)
        found = [_value(array[at : at + 1], plain) for at in range(len(array))]
    return found


def _value(one: pa.Array, plain: pa.DataType) -> Any:
    """The only value of an array; as numbers of its units where Python has no such time."""
    try:
        return one[0].as_py()
    except OverflowError:
        return one.cast(plain)[0].as_py()


def _is_fine(kind: pa.DataType) -> bool:
    """Does a type count billionths of a second, where Python's counts millionths?"""
    import pyarrow.types as kinds

    return (kinds.is_time(kind) or kinds.is_duration(kind)) and getattr(kind, "unit", "") == "ns"


def _respelled(kind: pa.DataType, chosen: Callable[[pa.DataType], bool]) -> pa.DataType:
    """A type with the chosen types of times in it as text, instants and durations as numbers."""
    import pyarrow as pa
    import pyarrow.types as kinds

    if kinds.is_temporal(kind) and chosen(kind):
        return pa.int64() if kinds.is_duration(kind) or kinds.is_timestamp(kind) else pa.string()
    if kinds.is_struct(kind):
        return pa.struct([one.with_type(_respelled(one.type, chosen)) for one in kind])
    if kinds.is_map(kind):
        return pa.map_(_respelled(kind.key_type, chosen), _respelled(kind.item_type, chosen))
    if kinds.is_list(kind):
        return pa.list_(_respelled(kind.value_type, chosen))
    if kinds.is_large_list(kind):
        return pa.large_list(_respelled(kind.value_type, chosen))
    if kinds.is_fixed_size_list(kind):
        return pa.list_(_respelled(kind.value_type, chosen), kind.list_size)
    return kind


def _instants(array: pa.Array) -> pa.Array:
    """Timestamps with no more digits than say something: the engine takes six."""
    import pyarrow as pa
    import pyarrow.compute as pc

    zone = "UTC" if array.type.tz else None
    last = _LAST * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[array.type.unit]
    ticks = pc.cast(array, pa.int64())
    far = pc.or_(pc.greater(ticks, min(last, _MOST)), pc.less(ticks, -min(last, _MOST)))
    if pc.any(far).as_py():
        near = _instants(pc.if_else(far, pa.scalar(None, array.type), array))
        return pc.if_else(
            far, pc.binary_join_element_wise("<value out of range: ", pc.cast(ticks, pa.string()), ">", ""), near
        )
    if array.type.unit == "ns":
        whole = pc.multiply(pc.divide(ticks, 1000), 1000)
        if pc.all(pc.equal(ticks, whole), skip_nulls=True).as_py() is not False:
            array = pc.cast(array, pa.timestamp("us", array.type.tz))
    if zone:
        array = pc.cast(array, pa.timestamp(array.type.unit, "UTC"))
    return pc.cast(array, pa.string())


def text_of(value: Any) -> str:
    """One value as text.

    Examples
    --------
    >>> [text_of(v) for v in (1.0, True, "x", b"ab", {"a": [1, None]}, Decimal("1.50"))]
    ['1', 'true', 'x', '6162', '{"a":[1,null]}', '1.50']
    """
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return number(value)
        case bytes():
            return value.hex()
        case datetime():
            return value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case timedelta():
            return str(value // timedelta(microseconds=1))
        case dict() | list() | tuple():
            return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
        case _:
            return str(value)


def number(value: float) -> str:
    """A float in as few digits as name it exactly; whole ones without a point."""
    if value.is_integer() and abs(value) < 1e16 and not (value == 0 and math.copysign(1, value) < 0):
        return str(int(value))
    return repr(value)


def _plain(value: Any) -> Any:
    """A nested value in JSON's own kinds; numbers keep their digits, what JSON has no kind for is text."""
    match value:
        case dict():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case float() if math.isfinite(value):
            return value
        case None | bool() | int() | str():
            return value
        case _:
            return text_of(value)
