"""The fingerprint stays when only the writing changes, and changes when the meaning does."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.sql.sql_oracle import plans
from tests.unit.sql.sql_oracle_model import Plan
from vertebra.sql import fingerprint, parse

EXAMPLES = 1_000 if os.environ.get("VERTEBRA_LONG") else 100


def of(sql: str) -> str:
    return fingerprint(parse(sql, "v.sql"))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=plans(), draw=st.data())
def test_writing_changes_nothing(plan: Plan, draw: st.DataObject) -> None:
    sql = plan.text()
    written = []
    for word in sql.split(" "):
        case = draw.draw(st.sampled_from((str.swapcase, str.upper, str.lower)), label="case")
        space = draw.draw(st.sampled_from([" ", "\n", "  ", " -- note\n", " /* note; */ "]), label="space")
        written.append(case(word) + space)
    renamed = re.sub(r"\b([tqw])(\d+)\b", lambda m: f"alias_{m[1]}_{m[2]}", "".join(written), flags=re.IGNORECASE)
    assert of(renamed) == of(sql)


BASE = "select m.a, sum(m.b) as s from t m join u on u.a = m.a where m.c > 1 group by m.a"


@pytest.mark.parametrize(
    "sql",
    [
        "select m.a, sum(m.b) as s from t m join u on u.a = m.a where m.c > 2 group by m.a",
        "select m.a, sum(m.b) as x from t m join u on u.a = m.a where m.c > 1 group by m.a",
        "select u.a, sum(m.b) as s from t m join u on u.a = m.a where m.c > 1 group by u.a",
        "select m.a, sum(u.b) as s from t m join u on u.a = m.a where m.c > 1 group by m.a",
        "select m.a, sum(m.b) as s from t m left join u on u.a = m.a where m.c > 1 group by m.a",
        "select m.a, sum(m.b) as s from u m join t on t.a = m.a where m.c > 1 group by m.a",
        "select m.a, sum(distinct m.b) as s from t m join u on u.a = m.a where m.c > 1 group by m.a",
        "select m.a, sum(m.b) as s from t m join u on u.a = m.a where m.c > '1' group by m.a",
        "select m.a, sum(m.b) as s from t m join u on u.a = m.a where m.c > 1 group by m.a limit 3",
    ],
)
def test_meaning_changes_it(sql: str) -> None:
    assert of(sql) != of(BASE)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("with c as (select 1 as a) select a from c", "with d as (select 1 as a) select a from d", True),
        ("select x.a from t x, t y", "select y.a from t x, t y", False),
        ("select x.a from t x, t y", "select y.a from t y, t x", True),
        ("select m from t m, u o", "select m from t o, u m", False),
        ("select 'A' as a", "select 'a' as a", False),
        ('select "A" from t', "select a from t", False),
        ('select "a" from t', "select A from T", True),
        ("select a from (t join u on t.x = u.x) j", "select a from (t p join u q on p.x = q.x) k", True),
        (
            "select a from t where exists (select 1 from u where u.x = t.x)",
            "select a from t b where exists (select 1 from u c where c.x = b.x)",
            True,
        ),
        (
            "select a from t where exists (select 1 from u where u.x = t.x)",
            "select a from t where exists (select 1 from u where u.x = u.x)",
            False,
        ),
        (
            "with a as (select 1 as x), b as (select 2 as x) select * from a",
            "with a as (select 1 as x), b as (select 2 as x) select * from b",
            False,
        ),
    ],
)
def test_names_of_tables_do_not_count_but_what_they_mean(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert (of(one) == of(other)) is same
