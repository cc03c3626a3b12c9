"""Rewritings of the engine that give wrong answers are off; each is held by a small query that it falsified."""

from pathlib import Path

from vertebra.engine import DuckDBEngine

SHARED = "from r as t full join r as u on t.a = u.a where t.n is null"
BRANCHES = [
    f"select i from (select t.b as k, {side}.f as i {SHARED}) where k is null and not i is null" for side in "tu"
]


def test_branches_that_share_a_join_keep_their_rows(tmp_path: Path) -> None:
    engine = DuckDBEngine(tmp_path)
    with engine._cursor((), None) as cursor:  # only a table of the engine's own makes it choose the wrong rewriting
        cursor.execute(
            "create temp table r as select null::bigint as a, null::bigint as b, 0::bigint as n, 7::bigint as f"
        )
        apart = [row for branch in BRANCHES for row in cursor.execute(branch).fetchall()]
        together = cursor.execute(" union all ".join(BRANCHES)).fetchall()
    engine.close()
    assert together == apart == [(7,)]
