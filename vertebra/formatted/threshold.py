"""How much of a load may be in quarantine before nothing of it is published."""

from __future__ import annotations

from collections.abc import Sequence

from vertebra.errors import StepError
from vertebra.formatted.quarantine import Severity
from vertebra.project import Source
from vertebra.step import Account
from vertebra.table import FILE
from vertebra.workspace import Workspace

_KINDS = 3  # of what is wrong, told in the error


def too_many(
    ws: Workspace, source: Source, wrong: int, records: int, findings: str, accounts: Sequence[Account]
) -> StepError:
    """The error of a load of which too much is in quarantine; since nothing is published it tells what is wrong.

    Parameters
    ----------
    wrong, records : int
        Records of the load that are in quarantine, and all of them.
    findings : str
        SQL of the findings.
    accounts : sequence of Account
        Of the files that were loaded.
    """
    files = {account.file_id: account for account in accounts}
    numbers = ", ".join(map(str, files))
    kinds = ws.engine.arrow(
        f"select type, column_name, count(*) as n, arg_min(reason, ({FILE}, line)) as reason, "
        f"arg_min(line, ({FILE}, line)) as line, min({FILE}) as f from {findings} "
        f"where severity = '{Severity.REJECTED}' and {FILE} in ({numbers}) "
        f"group by type, column_name order by n desc, type, column_name limit {_KINDS}"
    ).to_pylist()
    told = "; ".join(
        f"{kind['type']}{' in ' + kind['column_name'] if kind['column_name'] else ''}: {kind['n']} "
        f"(first {files[kind['f']].file}, line {kind['line']}: {kind['reason']})"
        for kind in kinds
    )
    return StepError(
        f"{wrong:,} of {records:,} records of this load are in quarantine: nothing of it is published",
        where=source.where,
        why=f"{wrong / records:.2%} is more than `stop_above: {source.stop_above:.4g}`; {told}",
        next_="mend the template or the files and run again, or raise `stop_above`",
    )
