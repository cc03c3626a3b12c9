"""Golden pairs: a view and chosen rows, beside the SQL that the trace must give.

Set VERTEBRA_GOLDEN=1 to write the files anew, then read what changed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.sql.test_sql_trace_constructs import EXACT, IDENTITIES, SCHEMAS, WIDE
from vertebra.sql import output_columns, parse, trace
from vertebra.sql.canonical import canonical

GOLDEN = Path(__file__).parents[2] / "golden" / "sql"


def traced(sql: str) -> str:
    query = parse(sql, "view.sql")
    columns = ("device",) if "device using" in sql or "columns(" in sql else output_columns(query, SCHEMAS)
    found = trace(query, SCHEMAS, ((columns[0], "'L4'"),), IDENTITIES)
    lines = ["-- view", sql, f"-- where {columns[0]} = 'L4'"]
    for one in found.inputs:
        lines += [f"-- {one.relation}: {'exact' if one.exact else 'wider: ' + one.why}", one.sql]
    lines.append("-- replays" if found.replays else f"-- need not replay: {found.replay_why}")
    return "\n".join(lines) + "\n"


def canonicals(sql: str) -> str:
    return f"-- view\n{sql}\n-- canonical\n{canonical(parse(sql, 'view.sql').tree)}\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("trace_exact.sql", "\n".join(traced(sql) for sql in EXACT)),
        ("trace_wide.sql", "\n".join(traced(sql) for sql, _ in WIDE)),
        ("canonical.sql", "\n".join(canonicals(sql) for sql in (*EXACT, *(sql for sql, _ in WIDE)))),
    ],
    ids=["trace_exact", "trace_wide", "canonical"],
)
def test_golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("VERTEBRA_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
