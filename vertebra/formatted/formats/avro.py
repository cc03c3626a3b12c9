"""Avro object container files: records under a schema, block by block.

The container is walked by `avro_container`, so that a damaged block costs its own records only, and so that the count
comes from the blocks' own numbers; what is in a block is read by `fastavro`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from vertebra.formatted.count import Count
from vertebra.formatted.formats.arrow_text import text_of
from vertebra.formatted.formats.avro_container import MAGIC, Block, DamagedError, Head, alone, blocks, head_of
from vertebra.formatted.formats.declared import of_avro
from vertebra.formatted.formats.extras import library
from vertebra.formatted.formats.port import Format, Opened, Problem
from vertebra.formatted.formats.tabular import Part, Simple, Table, Tabular, texts
from vertebra.project import AvroFormat, Source


def sniff(head: bytes, path: Path) -> AvroFormat | None:
    """Avro, by its first bytes."""
    del path
    return AvroFormat() if head.startswith(MAGIC) else None


def _count(file: Opened, source: Source) -> Count:
    """What the blocks say, those that are whole."""
    del source
    with file.path.open("rb") as handle:
        try:
            head = head_of(handle)
        except DamagedError:
            return Count(0)
        return Count(sum(one.records for one in blocks(handle, head) if isinstance(one, Block)))


def _table(file: Opened, source: Source) -> Table | Problem:
    del source
    fastavro = library("fastavro", "avro")
    try:
        with file.path.open("rb") as handle:
            head = head_of(handle)
        schema = fastavro.schema.parse_schema(json.loads(head.schema))
    except (DamagedError, ValueError, TypeError, KeyError, fastavro.schema.SchemaParseException) as error:
        return Problem("damaged-avro", f"it cannot be read as Avro: {error}", fatal=True)
    if not isinstance(schema, dict) or schema.get("type") != "record":
        return Problem("wrong-header", "its values are no records with named fields", fatal=True)
    names = tuple(field["name"] for field in schema["fields"])
    warnings: list[Problem] = []

    def draw(chosen: Sequence[int]) -> Iterator[Part]:
        record = 1
        with file.path.open("rb") as handle:
            handle.seek(head.end)
            for block in blocks(handle, head):
                if isinstance(block, DamagedError):
                    warnings.append(
                        Problem("damaged-document", f"{block}: what was behind its last block is not there")
                    )
                    return
                yield _part(fastavro, head, block, record, [names[place] for place in chosen])
                record += block.records

    return Simple(names, draw, warnings, lambda: tuple(of_avro(field["type"]) for field in schema["fields"]))


def _part(fastavro: Any, head: Head, block: Block, record: int, names: Sequence[str]) -> Part:
    """The records of a block, read as a small file of its own."""
    try:
        rows = [
            [None if (value := row.get(name)) is None else text_of(value) for name in names]
            for row in fastavro.reader(io.BytesIO(alone(head, block)))
        ]
    except Exception as error:  # noqa: BLE001  a decoder meets damaged bytes in every way there is
        return Part(record, block.records, type="damaged-avro", reason=f"its block cannot be read: {error!r}"[:300])
    if len(rows) != block.records:
        reason = f"its block has {len(rows)} records where it says {block.records}"
        return Part(record, block.records, type="damaged-avro", reason=reason)
    return Part(record, len(rows), texts(rows, len(names)))


AVRO: Format = Tabular(_table, _count)
