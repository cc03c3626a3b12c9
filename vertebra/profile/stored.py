"""A part as bytes, and back, to the last bit."""

from __future__ import annotations

import base64
import json
import zlib
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from vertebra.profile.counts import Counts
from vertebra.profile.digest import Digest
from vertebra.profile.moments import Moments, Together
from vertebra.profile.part import Bound, ColumnPart, Part, Sampled


def packed(part: Part) -> bytes:
    """A part as bytes: JSON, its arrays in base64, compressed; equal parts give equal bytes."""
    body = {
        "rows": part.rows,
        "looked": part.looked,
        "columns": {name: _column(column) for name, column in part.columns.items()},
        "key": None if part.key is None else _array(part.key),
        "together": _together(part.together),
    }
    return zlib.compress(
        json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass"), 1
    )


def unpacked(body: bytes) -> Part:
    """The part of such bytes."""
    found = json.loads(zlib.decompress(body).decode("utf-8", "surrogatepass"))
    return Part(
        found["rows"],
        found["looked"],
        {name: _to_column(column) for name, column in found["columns"].items()},
        None if found["key"] is None else _to_array(found["key"], np.uint8),
        _to_together(found["together"]),
    )


def _array(values: npt.NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")


def _to_array(text: str, kind: Any) -> npt.NDArray[Any]:
    return np.frombuffer(base64.b64decode(text), dtype=kind)


def _column(part: ColumnPart) -> dict[str, Any]:
    return {
        "values": part.values,
        "registers": _array(part.registers),
        "low": _bound(part.low),
        "high": _bound(part.high),
        "outside": [part.nan, part.positive, part.negative],
        "moments": _moments(part.moments),
        "lengths": _moments(part.lengths),
        "shortest": part.shortest,
        "longest": part.longest,
        "digest": _digest(part.sampled.digest),
        "top": _counts(part.sampled.top),
        "patterns": _counts(part.sampled.patterns),
    }


def _to_column(body: dict[str, Any]) -> ColumnPart:
    nan, positive, negative = body["outside"]
    return ColumnPart(
        body["values"],
        _to_array(body["registers"], np.uint8),
        _to_bound(body["low"]),
        _to_bound(body["high"]),
        nan,
        positive,
        negative,
        _to_moments(body["moments"]),
        _to_moments(body["lengths"]),
        body["shortest"],
        body["longest"],
        Sampled(_to_digest(body["digest"]), _to_counts(body["top"]), _to_counts(body["patterns"])),
    )


def _bound(bound: Bound | None) -> list[Any] | None:
    if bound is None:
        return None
    return [{"decimal": str(bound.key)} if isinstance(bound.key, Decimal) else bound.key, bound.text]


def _to_bound(body: list[Any] | None) -> Bound | None:
    if body is None:
        return None
    key = Decimal(body[0]["decimal"]) if isinstance(body[0], dict) else body[0]
    return Bound(key, body[1])


def _moments(found: Moments | None) -> list[Any] | None:
    return None if found is None else [found.count, found.mean, found.squares]


def _to_moments(body: list[Any] | None) -> Moments | None:
    return None if body is None else Moments(*body)


def _digest(found: Digest | None) -> list[Any] | None:
    return None if found is None else [_array(found.values), _array(found.weights), found.stepped]


def _to_digest(body: list[Any] | None) -> Digest | None:
    if body is None:
        return None
    return Digest(_to_array(body[0], np.float64), _to_array(body[1], np.float64), body[2])


def _counts(found: Counts | None) -> list[Any] | None:
    return None if found is None else [list(found.items.items()), found.missed, found.short]


def _to_counts(body: list[Any] | None) -> Counts | None:
    return None if body is None else Counts(dict(body[0]), body[1], body[2])


def _together(found: Together | None) -> list[Any] | None:
    if found is None:
        return None
    return [list(found.names), *(_array(a) for a in (found.count, found.mean, found.squares, found.products))]


def _to_together(body: list[Any] | None) -> Together | None:
    if body is None:
        return None
    size = len(body[0])
    return Together(tuple(body[0]), *(_to_array(text, np.float64).reshape(size, size) for text in body[1:]))
