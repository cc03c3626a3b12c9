"""One repetition of one measurement, in this process alone.

Started as `python -m benchmarks.once once|prepare NAME FILES WORK OUT`. The result, or the error that ended
the process, is written to OUT as JSON: standard output belongs to the contender.
"""

from __future__ import annotations

import json
import resource
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measurement import Task
from benchmarks.measurements import by_name

if TYPE_CHECKING:
    from types import TracebackType


def peak_memory() -> int:
    """Give the largest resident set so far, in bytes.

    `VmHWM` is this process's own; `ru_maxrss` would also remember the parent that it was started from.
    The largest process that the contender started and waited for is added.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    own = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))
    return own + children


def _keep_error(out: Path, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    out.write_text(json.dumps({"error": ": ".join([kind.__name__, *lines[:1]])}), encoding="utf-8")
    sys.__excepthook__(kind, error, trace)


def main(verb: str, name: str, files: str, work: str, out: str) -> None:
    """Do it once, or prepare for it, and write down what came of it."""
    sys.excepthook = partial(_keep_error, Path(out))
    measurement = by_name(name)
    task = Task(int(files), Path(work))
    match verb, measurement.prepare:
        case "once", _:
            result = measurement.once(task)
            found = {"seconds": result.seconds, "peak": peak_memory(), **result.extras}
        case "prepare", prepare if prepare is not None:
            prepare(task)
            found = {}
        case _:
            raise SystemExit(f"{name}: no verb {verb!r}")
    Path(out).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
