"""The only ones who know the order of zones: plan, run, read, explain.

`operations.learn` (train, predict, models) and `operations.trace` are imported from where they are: a run needs
neither, and starts sooner without them.
"""

from vertebra.operations.checks import CheckRecord, checks
from vertebra.operations.content import content_hash
from vertebra.operations.findings import FindingRecord, Quarantine, quarantine
from vertebra.operations.lock import lock
from vertebra.operations.plan import plan
from vertebra.operations.query import query, table
from vertebra.operations.release import contents
from vertebra.operations.report import RunReport, Silent, StepReport, Watch
from vertebra.operations.run import land, push, run
from vertebra.operations.standing import (
    FileRecord,
    ReleaseRecord,
    RunRecord,
    Status,
    StepRecord,
    VersionRecord,
    history,
    landed,
    published,
    runs,
    status,
    steps,
)

__all__ = [
    "CheckRecord",
    "FileRecord",
    "FindingRecord",
    "Quarantine",
    "ReleaseRecord",
    "RunRecord",
    "RunReport",
    "Silent",
    "Status",
    "StepRecord",
    "StepReport",
    "VersionRecord",
    "Watch",
    "checks",
    "content_hash",
    "contents",
    "history",
    "land",
    "landed",
    "lock",
    "plan",
    "published",
    "push",
    "quarantine",
    "query",
    "run",
    "runs",
    "status",
    "steps",
    "table",
]
