"""What a run leaves behind, as its watchers and scripts read it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Protocol

from vertebra.errors import VertebraError
from vertebra.step import Account, Check, Outcome, Profiled, Receipt, Step


@dataclass(frozen=True, slots=True)
class StepReport:
    """How one step went.

    Parameters
    ----------
    step : Step
        What was planned.
    outcome : Outcome
        How it ended.
    receipt : Receipt or None
        What it left; None when it left nothing.
    error : VertebraError or None
        Why it failed.
    wall_seconds, cpu_seconds : float
        What it took; see `operations.measure` for how CPU time is shared out.
    peak_memory : int
        Bytes.
    """

    step: Step
    outcome: Outcome
    receipt: Receipt | None = None
    error: VertebraError | None = None
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory: int = 0

    @property
    def rows(self) -> int:
        """Rows of what it published, or files landed."""
        return self.receipt.rows if self.receipt else 0

    @property
    def size(self) -> int:
        """Bytes that it wrote."""
        return self.receipt.size if self.receipt else 0

    def to_json(self) -> dict[str, Any]:
        """The step as `run --output json` prints it."""
        found = {
            "name": self.step.name,
            "kind": str(self.step.kind),
            "action": str(self.step.action),
            "why": self.step.why,
            "outcome": str(self.outcome),
            "seconds": round(self.wall_seconds, 6),
            "cpu_seconds": round(self.cpu_seconds, 6),
            "peak_memory": self.peak_memory,
            "rows": self.rows,
            "bytes": self.size,
        }
        return found | ({"error": self.error.to_json()} if self.error else {})


_AGAINST = "it ran on {} in a place that is gone; the project's own data was neither read nor changed"


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run went.

    Parameters
    ----------
    run : int
        Its number.
    release : int or None
        The release that it published; None where nothing changed or something failed.
    outcome : str
        `done`, `failed` or `stopped`.
    steps : tuple of StepReport
        In the order of the plan.
    seconds : float
        Wall seconds of the whole run.
    swept : tuple of str
        Folders of an earlier unfinished run that were taken away.
    against : str
        The deliveries that it ran on instead of the project's own; empty for an ordinary run.
    """

    run: int
    release: int | None
    outcome: str
    steps: tuple[StepReport, ...]
    seconds: float
    swept: tuple[str, ...] = ()
    against: str = ""

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Where the records of the files went that this run loaded."""
        return tuple(account for step in self.steps if step.receipt for account in step.receipt.accounts)

    @property
    def checks(self) -> tuple[Check, ...]:
        """Expectations that this run held data against."""
        return tuple(check for step in self.steps if step.receipt for check in step.receipt.checks)

    @property
    def fallbacks(self) -> tuple[str, ...]:
        """What was done otherwise than asked."""
        return tuple(named(s.step.name, text) for s in self.steps if s.receipt for text in s.receipt.fallbacks)

    @property
    def notes(self) -> tuple[str, ...]:
        """What steps had to say, and on what the run ran where that was not the project's own data."""
        said = tuple(named(s.step.name, text) for s in self.steps if s.receipt for text in s.receipt.notes)
        return (*said, _AGAINST.format(self.against)) if self.against else said

    @property
    def profiles(self) -> tuple[Profiled, ...]:
        """Dataset versions whose profile this run made."""
        return tuple(one for step in self.steps if step.receipt for one in step.receipt.profiles)

    @property
    def errors(self) -> tuple[VertebraError, ...]:
        """Why steps failed."""
        return tuple(step.error for step in self.steps if step.error)

    def to_json(self) -> dict[str, Any]:
        """The run as `run --output json` prints it."""
        return {
            "release": self.release,
            "run": self.run,
            "outcome": self.outcome,
            "seconds": round(self.seconds, 6),
            "steps": [step.to_json() for step in self.steps],
            "account": [account_json(account) for account in self.accounts],
            "checks": [check_json(check) for check in self.checks],
            "fallbacks": list(self.fallbacks),
            "notes": list(self.notes),
            "profiles": [asdict(one) for one in self.profiles],
            "swept": list(self.swept),
        }


def named(step: str, text: str) -> str:
    """A text with the name of its step in front, once.

    Examples
    --------
    >>> named("meters", "one file was left"), named("meters", "meters: one file was left")
    ('meters: one file was left', 'meters: one file was left')
    """
    return f"{step}: {text.removeprefix(f'{step}: ')}"


def account_json(account: Account) -> dict[str, Any]:
    """An account as scripts read it."""
    return {
        "table": account.table,
        "file": account.file,
        "version": account.version,
        "records": account.records,
        "formatted": account.formatted,
        "quarantined": account.quarantined,
        "skipped": dict(account.skipped),
    }


def check_json(check: Check) -> dict[str, Any]:
    """The result of an expectation as scripts read it."""
    return {
        "dataset": check.dataset,
        "name": check.name,
        "otherwise": check.otherwise,
        "outcome": check.outcome,
        "failed": check.failed,
        "message": check.message,
    }


class Watch(Protocol):
    """Who is told what a run does, while it does it; called from one thread."""

    def planned(self, steps: tuple[Step, ...]) -> None:
        """The steps are known."""

    def began(self, step: Step) -> None:
        """A step begins."""

    def ended(self, report: StepReport) -> None:
        """A step has ended."""


class Silent:
    """A watch that tells nobody."""

    def planned(self, steps: tuple[Step, ...]) -> None:
        """Nothing."""

    def began(self, step: Step) -> None:
        """Nothing."""

    def ended(self, report: StepReport) -> None:
        """Nothing."""
