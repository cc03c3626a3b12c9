"""Wait until files have come to rest: a file that is still being written is never taken."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from vertebra.landing.candidate import Candidate, Left, stamp, times

_TICK = 0.02  # seconds; file systems count time in ticks of up to 10 ms, and two changes in one look like one


def settle(candidates: Sequence[Candidate], seconds: float) -> tuple[list[Candidate], list[Left]]:
    """Those that are at rest, and those that still change.

    Files modified longer than `seconds` ago are taken to be at rest. All others, also those from the future, are
    looked at again after one wait for all of them together: of `seconds`, or until a tick has passed where they were
    only moved, linked or had their rights changed a moment ago.
    """
    now = time.time_ns()
    waits = {candidate.origin: _wait(candidate.stamp, now, seconds) for candidate in candidates}
    young = {origin for origin, wait in waits.items() if wait}
    if not young:
        return list(candidates), []
    time.sleep(max(waits.values()))
    resting: list[Candidate] = []
    left: list[Left] = []
    for candidate in candidates:
        why = _moved(candidate) if candidate.origin in young else ""
        if why:
            left.append(Left(candidate.name, candidate.origin, why))
        else:
            resting.append(candidate)
    return resting, left


def _wait(stamp_: str, now: int, seconds: float) -> float:
    """Seconds to wait before a file is looked at again; 0 where it is at rest."""
    modified, changed = times(stamp_)
    if now - modified < seconds * 1e9:
        return max(seconds, _TICK)
    return max(_TICK - max(now - changed, 0) / 1e9, 0.0)


def _moved(candidate: Candidate) -> str:
    try:
        facts = Path(candidate.path).stat()
    except OSError as error:
        return f"it vanished: {error.strerror}"
    return "" if stamp(facts) == candidate.stamp else "it is still being written"
