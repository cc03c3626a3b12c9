"""What decisions about keys do to accounts.

A decision says of a record on which side it was, in the table or out of it for some reason, and on which it is now.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from vertebra.formatted import keys
from vertebra.step import Account
from vertebra.table import FILE

if TYPE_CHECKING:
    import pyarrow as pa


def readmitted(account: Account, part: Account) -> Account:
    """The account of a file of which some records were read again."""
    return replace(
        account,
        formatted=account.formatted + part.formatted,
        quarantined=account.quarantined - part.records + part.quarantined,
    )


def that_were(decisions: pa.Table | None, *, in_: bool) -> pa.Table | None:
    """Decisions about records that were in the table, or were not."""
    if decisions is None:
        return None
    import pyarrow.compute as pc

    return decisions.filter(pc.equal(pc.equal(decisions["was"], "in"), in_))


def comebacks(decisions: pa.Table | None) -> set[int]:
    """Files with records that had lost and stand now; their values are in the landing zone only."""
    if decisions is None:
        return set()
    import pyarrow.compute as pc

    back = pc.and_(pc.equal(decisions["now"], "in"), pc.not_equal(decisions["was"], "in"))
    return set(pc.unique(decisions.filter(back)[FILE]).to_pylist())


def moves(decisions: pa.Table | None) -> dict[tuple[int, str, str], int]:
    """How many records of each file changed from which side to which."""
    if decisions is None:
        return {}
    rows = decisions.group_by([FILE, "was", "now"]).aggregate([([], "count_all")]).to_pylist()
    return {(row[FILE], row["was"], row["now"]): row["count_all"] for row in rows}


def moved(account: Account, side: str, by: int) -> Account:
    """The account of a file of which so many more records are on a side."""
    match side:
        case "in":
            return replace(account, formatted=account.formatted + by)
        case keys.CONFLICT:
            return replace(account, quarantined=account.quarantined + by)
        case _:
            skipped = Counter(account.skipped)
            skipped[side] += by
            return replace(account, skipped={reason: number for reason, number in sorted(skipped.items()) if number})
