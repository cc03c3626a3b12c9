"""Forecast: a plan with what each step will probably make and take, from what the same steps took before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median

from vertebra import exploitation, formatted, landing
from vertebra.governance import measures
from vertebra.governance.datasets import DatasetVersion
from vertebra.governance.measures import Cost, Known, Measure, by_keys, rate, whole
from vertebra.operations.definitions import Definitions, definitions_of, environment_named
from vertebra.operations.plan import beside_heads
from vertebra.step import Action, Kind, Step, Way
from vertebra.workspace import Workspace

UNMEASURED = "no measure yet"


class Status(StrEnum):
    """What becomes of a dataset."""

    ADDED = "added"
    CHANGED = "changed"  # its definition is another
    REMOVED = "removed"
    NEW_DATA = "new data"  # what it is made from is other
    UNTOUCHED = "untouched"


_STATUS = {
    Action.ADD: Status.ADDED,
    Action.CHANGE: Status.CHANGED,
    Action.REMOVE: Status.REMOVED,
    Action.REFRESH: Status.NEW_DATA,
    Action.REBUILD: Status.NEW_DATA,
    Action.NONE: Status.UNTOUCHED,
}


@dataclass(frozen=True, slots=True)
class Forecast:
    """A step of a plan, and what it will probably make and take.

    Parameters
    ----------
    step : Step
        The step.
    way : Way
        How its dataset is made, as far as can be told now: a run knows more, and decides.
    choice : str
        Why a view that can be refreshed by keys is made in this way, in words; empty where nothing was there to choose.
    rows : int or None
        That the dataset will have, or files that land; None where nothing tells.
    seconds, cpu_seconds : float or None
        What it takes by the clock, and of CPU; 0 where there is nothing to do, None where nothing tells.
    basis : str
        From what that was estimated, in words.
    """

    step: Step
    way: Way = Way.NONE
    choice: str = ""
    rows: int | None = None
    seconds: float | None = 0.0
    cpu_seconds: float | None = 0.0
    basis: str = ""

    @property
    def name(self) -> str:
        """The source or dataset."""
        return self.step.name

    @property
    def kind(self) -> Kind:
        """What is to be done with it."""
        return self.step.kind

    @property
    def action(self) -> Action:
        """What that means now."""
        return self.step.action

    @property
    def why(self) -> str:
        """Why that is so, in words."""
        return self.step.why

    @property
    def status(self) -> Status:
        """What becomes of the dataset."""
        return _STATUS[self.step.action]


@dataclass(frozen=True, slots=True)
class Total:
    """What a plan takes: seconds of its steps one after the other, of CPU, and how many steps have no measure."""

    seconds: float
    cpu_seconds: float
    unmeasured: int


def total(forecasts: Iterable[Forecast]) -> Total:
    """What the steps take together."""
    every = tuple(forecasts)
    return Total(
        sum(one.seconds or 0.0 for one in every),
        sum(one.cpu_seconds or 0.0 for one in every),
        sum(one.cpu_seconds is None for one in every),
    )


@dataclass(slots=True)
class Flow:
    """What is known, and what the steps before make of it.

    Parameters
    ----------
    known : mapping
        Measures by kind and name.
    heads : mapping
        Dataset to its newest version.
    rows : dict
        Relation to the rows that it will have; None where nothing tells.
    moved : dict
        Relation to how many rows of it will come or go; None where nothing tells.
    """

    known: Known
    heads: Mapping[str, DatasetVersion]
    rows: dict[str, int | None] = field(default_factory=dict)
    moved: dict[str, int | None] = field(default_factory=dict)

    def of(self, step: Step) -> Sequence[Measure]:
        """The measures of a step."""
        return self.known.get((str(step.kind), step.name), ())

    def rows_of(self, relation: str) -> int | None:
        """The rows that a relation will have."""
        head = self.heads.get(relation)
        return self.rows.get(relation, head.rows if head else None)


def forecast(ws: Workspace, environment: str | None = None) -> tuple[Forecast, ...]:
    """Work out the steps of a run, and what they will probably make and take; nothing is touched.

    Parameters
    ----------
    ws : Workspace
        The project.
    environment : str, optional
        Whose release is compared; the project's first by default.

    Raises
    ------
    RequestError
        If a file of the project cannot be used.
    """
    definitions = definitions_of(ws)
    looks: dict[str, tuple[landing.Candidate, ...]] = {}
    steps, heads = beside_heads(ws, definitions, environment_named(ws.project, environment), looks)
    with ws.catalog.read() as connection:
        flow = Flow(measures.all_measures(connection), heads)
        amounts = {
            step.name: formatted.amount(connection, definitions.sources[step.name])
            for step in steps
            if step.kind is Kind.FORMAT and step.action is not Action.NONE
        }
    return tuple(_forecast(flow, step, definitions, looks, amounts) for step in steps)


def _forecast(
    flow: Flow,
    step: Step,
    definitions: Definitions,
    looks: Mapping[str, tuple[landing.Candidate, ...]],
    amounts: Mapping[str, formatted.Amount],
) -> Forecast:
    if step.action in (Action.NONE, Action.REMOVE):
        return Forecast(step)
    found = looks.get(step.name, ())
    match step.kind:
        case Kind.LAND:
            cost = whole(flow.of(step), sum(one.size for one in found)) if _sized(found) else None
            return _costing(step, Way.FILES, cost, len(found), _basis(cost, "landing"))
        case Kind.FORMAT:
            tables = formatted.table_names(definitions.sources[step.name])
            return load(flow, step, tables, amounts[step.name], found)
    return _view(flow, step, definitions.views[step.name])


def _sized(found: Iterable[landing.Candidate]) -> bool:
    """Is known how much comes? Of a batch that a killed process left it is not."""
    return all(one.what != "unfinished" for one in found)


def load(
    flow: Flow, step: Step, tables: Sequence[str], amount: formatted.Amount, found: Sequence[landing.Candidate]
) -> Forecast:
    """What a load will probably make and take; `tables` are all of its source, `found` is what lands before."""
    size = amount.size + sum(one.size for one in found)
    known = flow.of(step) if _sized(found) else ()
    head, written = flow.heads.get(step.name), rate(known, "changed", "read")
    fresh = size - sum(one.size for one in found if one.what == "changed" and amount.stays)  # these replace others
    rows = None if written is None else round(fresh * written) + (head.rows if head and amount.stays else 0)
    flow.rows |= {**dict.fromkeys(tables), step.name: rows}
    followed = step.action is Action.REFRESH and written is not None
    flow.moved |= {**dict.fromkeys(tables), step.name: round(size * (written or 0.0)) if followed else None}
    cost = whole(known, size)
    return _costing(step, Way.FILES, cost, rows, _basis(cost, "load"))


def _view(flow: Flow, step: Step, view: exploitation.View) -> Forecast:
    found, head = flow.of(step), flow.heads.get(step.name)
    inputs = [flow.rows_of(name) for name in view.depends]
    read = None if None in inputs else sum(rows or 0 for rows in inputs)
    last = found[0] if found else None
    rows = head.rows if head else None
    if rows is not None and read is not None and last and last.read:
        rows = round(rows * read / last.read)
    flow.rows[step.name], flow.moved[step.name] = rows, None
    if read is None:
        read = last.read if last else 0
    if step.action is not Action.REFRESH or head is None:
        own, other = ([one for one in found if one.way is Way.FULL and one.definition == view.fingerprint], "")
        if not own:
            own, other = [one for one in found if one.way is Way.FULL], " of its definition before"
        cost = whole(own, read)
        return _costing(step, Way.FULL, cost, rows, _basis(cost, "full build", other))
    _, refreshes = exploitation.usable(found, view.fingerprint)
    keys = _keys(flow, view, refreshes)
    flow.moved[step.name] = keys
    if keys is None and refreshes:
        keys = round(median(one.keys for one in refreshes))
    if keys is None:
        return _costing(step, Way.KEYS, None, rows, UNMEASURED)
    choice = exploitation.choose(found, view.fingerprint, read, head.rows, keys)
    if choice.way is Way.FULL:
        return _costing(step, Way.FULL, choice.full, rows, _basis(choice.full, "full build"), choice.why)
    cost = choice.keys or by_keys(refreshes, Cost(0.0, 0.0, 0), keys, head.rows)
    return _costing(step, Way.KEYS, cost, rows, _basis(cost, "refresh by keys"), choice.why)


def _keys(flow: Flow, view: exploitation.View, refreshes: Sequence[Measure]) -> int | None:
    """How many keys the rows that come and go will touch, if they do as they did."""
    moved = [flow.moved.get(name, 0) for name in view.depends]
    each = rate(refreshes, "keys", "changed")
    return None if None in moved or each is None else round(each * sum(rows or 0 for rows in moved))


def _costing(step: Step, way: Way, cost: Cost | None, rows: int | None, basis: str, choice: str = "") -> Forecast:
    if cost is None:
        return Forecast(step, way, choice, rows, None, None, basis)
    return Forecast(step, way, choice, rows, cost.wall_seconds, cost.cpu_seconds, basis)


def _basis(cost: Cost | None, noun: str, more: str = "") -> str:
    if cost is None:
        return UNMEASURED
    first, _, rest = noun.partition(" by ")
    counted = first if cost.of == 1 else f"{first}{'es' if first.endswith('h') else 's'}"
    return f"{cost.of} {counted}{' by ' * bool(rest)}{rest}{more}"
