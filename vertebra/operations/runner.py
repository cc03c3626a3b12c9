"""Do the steps of a plan, side by side where their order allows."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from vertebra.bug import bug
from vertebra.errors import VertebraError
from vertebra.operations.measure import Meter
from vertebra.operations.records import Recorder
from vertebra.operations.report import StepReport, Watch
from vertebra.step import Action, Kind, Outcome, Receipt, Step
from vertebra.workspace import Workspace

Receipts = Mapping[tuple[Kind, str], Receipt]
Do = Callable[[Step, Receipts], Receipt]

_NUDGE = 0.1  # seconds between two interrupts of the engine while steps are brought to an end


@dataclass(frozen=True, slots=True)
class _Crew:
    """What every part of the runner works with."""

    ws: Workspace
    pool: ThreadPoolExecutor
    meter: Meter
    do: Do
    recorder: Recorder
    watch: Watch


@dataclass(slots=True)
class _State:
    """Every step stands in exactly one of these."""

    waiting: dict[tuple[Kind, str], Step]
    running: dict[Future[StepReport], Step] = field(default_factory=dict)
    ended: dict[tuple[Kind, str], StepReport] = field(default_factory=dict)


def execute(ws: Workspace, steps: tuple[Step, ...], do: Do, recorder: Recorder, watch: Watch) -> tuple[StepReport, ...]:
    """Do the steps: each after those that it names, as many at once as the engine has threads.

    A step that fails takes those after it with it (`skipped`); the others go on.

    Parameters
    ----------
    ws : Workspace
        The project.
    steps : tuple of Step
        What to do; a step named in `after` that is not among them counts as done.
    do : callable
        Does one step, given the receipts of those before it.
    recorder : Recorder
        Writes down how it went.
    watch : Watch
        Is told how it goes.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C or SIGTERM: nothing new began, the engine's queries were ended, and no step runs any more.
    """
    state = _State({step.key: step for step in steps})
    meter = Meter()
    try:
        with ThreadPoolExecutor(workers(ws), thread_name_prefix="vertebra-step") as pool:
            crew = _Crew(ws, pool, meter, do, recorder, watch)
            try:
                _loop(crew, state)
            except BaseException:
                _wind_down(crew, state)
                raise
    finally:
        meter.close()
    return tuple(state.ended[step.key] for step in steps)


def execute_here(
    ws: Workspace, steps: tuple[Step, ...], do: Do, recorder: Recorder, watch: Watch
) -> tuple[StepReport, ...]:
    """Do the steps one after the other in the calling thread, so that an interrupt reaches Python code at once."""
    reports: list[StepReport] = []
    meter = Meter()
    try:
        for step in steps:
            recorder.began(step)
            watch.began(step)
            reports.append(work(ws, meter, lambda step=step: do(step, {}), step))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            recorder.ended(reports[-1])
            watch.ended(reports[-1])
    finally:
        meter.close()
    return tuple(reports)


def workers(ws: Workspace) -> int:
    """How many steps run at once: as many as the engine has threads."""
    return ws.project.threads or os.cpu_count() or 1


def work(ws: Workspace, meter: Meter, do: Callable[[], Receipt], step: Step) -> StepReport:
    """Do one step here and now, measured, with its failure as a value."""
    error: VertebraError | None = None
    receipt: Receipt | None = None
    with meter.measure() as measure:
        try:
            receipt = do()
        except VertebraError as raised:
            error = raised
        except Exception as raised:  # noqa: BLE001  a fault of ours in one step must not stop the others
            error = bug(raised, Path(ws.storage.root))
    return StepReport(
        step=step,
        outcome=receipt.outcome if receipt else Outcome.FAILED,
        receipt=receipt,
        error=error,
        wall_seconds=measure.wall_seconds,
        cpu_seconds=measure.cpu_seconds,
        peak_memory=measure.peak_memory,
    )


def _loop(crew: _Crew, state: _State) -> None:
    while state.waiting or state.running:
        _begin_ready(crew, state)
        ended, _ = wait(state.running, return_when=FIRST_COMPLETED)
        for future in ended:
            _end(crew, state, future)


def _begin_ready(crew: _Crew, state: _State) -> None:
    """Begin every step whose predecessors have ended, and skip those of whose predecessors one failed.

    One look in the order of the plan is enough: a step stands after those that it names.
    """
    open_ = {*state.waiting, *(step.key for step in state.running.values())}
    for key, step in list(state.waiting.items()):
        if any(other in open_ for other in step.after):
            continue
        if any(other in state.ended and not _well(state.ended[other]) for other in step.after):
            state.ended[key] = StepReport(state.waiting.pop(key), Outcome.SKIPPED)
            open_.discard(key)
            crew.watch.ended(state.ended[key])
            continue
        if step.action is not Action.NONE:
            crew.recorder.began(step)
            crew.watch.began(step)
        receipts = {other: report.receipt for other, report in state.ended.items() if report.receipt}
        state.running[crew.pool.submit(_work, crew, step, receipts)] = state.waiting.pop(key)


def _work(crew: _Crew, step: Step, receipts: Receipts) -> StepReport:
    return work(crew.ws, crew.meter, lambda: crew.do(step, receipts), step)


def _end(crew: _Crew, state: _State, future: Future[StepReport]) -> None:
    report = future.result()
    state.ended[report.step.key] = report
    del state.running[future]
    crew.recorder.ended(report)
    crew.watch.ended(report)


def _well(report: StepReport) -> bool:
    return report.outcome in (Outcome.DONE, Outcome.NONE)


def _wind_down(crew: _Crew, state: _State) -> None:
    """Bring what runs to its end, and write down what was done all the same."""
    crew.pool.shutdown(wait=False, cancel_futures=True)
    left = {future for future in state.running if not future.cancelled()}
    while left:
        crew.ws.engine.interrupt()  # again and again: a step may be between two queries
        _, left = wait(left, timeout=_NUDGE)
    for future in state.running:
        if not future.cancelled() and _well(future.result()):
            crew.recorder.ended(future.result())
