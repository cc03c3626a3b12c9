"""The content hash of a dataset version: the same rows give the same hash, in whatever order and files they lie.

Definition, for any engine. Of every row the values of all columns but `_file` (whose numbers are the catalog's own)
are written as text, in the order of the columns, each as its length in characters, `:` and its *canonical text*, and
a null as `n`. The MD5 of that text, in UTF-8, gives 32 hexadecimal digits: digits 1-15 and 16-30 are read as two
integers. Over all rows each of the two is summed modulo 2^64. The hash is the SHA-256 of the JSON
`[[[name, type], …], rows, sum, sum]`, without spaces, in hexadecimal digits.

Canonical text:

- text: itself; boolean: `true`, `false`; integers: decimal digits; decimals: all digits of their scale;
- double: the shortest decimal that reads back as the same double, with an exponent from 1e16 on and below 1e-4, as
  Python's `repr` writes it; zero has no sign; `nan`, `inf`, `-inf`; a float is widened first;
- date: days since 1970-01-01; timestamps: microseconds since 1970-01-01 (in UTC where they have a zone); `infinity`
  and `-infinity` as these words;
- bytes: hexadecimal digits, capital; list: its elements one after the other, each with its length as above; struct:
  its fields likewise, in their order; map: a list of key and value structs, in the order of the keys' texts.

Sums of hashes compare multisets without sorting them (Clarke et al., Incremental Multiset Hash Functions and Their
Application to Memory Integrity Checking, ASIACRYPT 2003, section 4); they detect accidents, not forgeries.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from vertebra.engine import Engine
from vertebra.governance.datasets import DatasetVersion
from vertebra.sql import quote
from vertebra.table import FILE, Relation
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb.sqltypes import DuckDBPyType

_MODULUS = 1 << 64


def content_hash(ws: Workspace, version: DatasetVersion) -> str:
    """The content hash of a dataset version, 64 hexadecimal digits; see this module for its definition.

    Parameters
    ----------
    ws : Workspace
        The project.
    version : DatasetVersion
        What to read.
    """
    return rows_hash(ws.engine, ws.relation(version, provenance=True))


def rows_hash(
    engine: Engine,
    relation: Relation,
    *,
    where: str = "true",
    tables: Mapping[str, pa.Table] | None = None,
    numbers: bool = False,
) -> str:
    """The content hash of a relation's rows.

    Parameters
    ----------
    engine : Engine
        What computes.
    relation : Relation
        What to read.
    where : str
        SQL: of these rows alone.
    tables : mapping
        What `where` reads beside the relation.
    numbers : bool
        Do the catalog's numbers of file versions count, too? Then hashes of two catalogs cannot be compared.
    """
    import duckdb

    columns = [column for column in relation.columns if numbers or column.name != FILE]
    texts = [_sized(quote(column.name), duckdb.sqltype(column.type)) for column in columns]
    found = engine.arrow(
        "select count(*) as n, coalesce(sum(a), 0)::varchar as a, coalesce(sum(b), 0)::varchar as b from ("
        "select ('0x' || h[1:15])::ubigint as a, ('0x' || h[16:30])::ubigint as b from ("
        f"select md5({' || '.join(texts) or chr(39) * 2}) as h from {quote(relation.name)} where {where}))",
        [relation],
        tables,
    ).to_pylist()[0]
    facts = [
        [[column.name, column.type] for column in columns],
        found["n"],
        int(found["a"]) % _MODULUS,
        int(found["b"]) % _MODULUS,
    ]
    return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()


def _sized(value: str, kind: DuckDBPyType, depth: int = 0) -> str:
    text = _text(value, kind, depth)
    return f"case when {value} is null then 'n' else length({text}) || ':' || {text} end"


def _parts(kind: DuckDBPyType) -> dict[str, DuckDBPyType]:
    """Name and type of what a nested type is made of; the length of an array is no part."""
    from duckdb.sqltypes import DuckDBPyType

    return {name: part for name, part in kind.children if isinstance(part, DuckDBPyType)}


def _text(value: str, kind: DuckDBPyType, depth: int) -> str:
    """The SQL of a value's canonical text; `depth` tells the variables of nested lists apart."""
    match kind.id:
        case "float" | "double":
            return f"({value}::double + 0.0)::varchar"
        case "date":
            return f"coalesce(date_diff('day', date '1970-01-01', {value})::varchar, {value}::varchar)"
        case "timestamp" | "timestamp with time zone":
            return f"coalesce(epoch_us({value})::varchar, {value}::varchar)"
        case "blob":
            return f"hex({value})"
        case "list" | "array":
            element = f"e{depth}"
            sized = _sized(element, _parts(kind)["child"], depth + 1)
            return f"array_to_string(list_transform({value}, lambda {element}: {sized}), '')"
        case "struct":
            fields = [_sized(f"{value}.{quote(name)}", inner, depth) for name, inner in _parts(kind).items()]
            return f"({' || '.join(fields)})"
        case "map":
            element = f"e{depth}"
            inner = _parts(kind)
            sized = " || ".join(_sized(f"{element}.{part}", inner[part], depth + 1) for part in ("key", "value"))
            return f"array_to_string(list_sort(list_transform(map_entries({value}), lambda {element}: {sized})), '')"
    return f"{value}::varchar"
