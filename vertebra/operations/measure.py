"""What a step takes: wall and CPU seconds, and memory, sampled while it runs."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_EVERY = 0.05  # seconds between samples
_STATM = Path("/proc/self/statm")


@dataclass(slots=True)
class Measure:
    """What one piece of work took so far.

    Attributes
    ----------
    wall_seconds : float
        By the clock.
    cpu_seconds : float
        Its share of the process's CPU time, engine threads included.
    peak_memory : int
        Most bytes that the process held at a sample while the work ran.
    """

    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory: int = 0


class Meter:
    """Measures pieces of work that run at the same time in one process.

    An engine's threads serve every step, so no counter of the operating system belongs to one step. At every sample,
    and whenever a piece of work begins or ends, the CPU time that the process used since the last sample is divided
    evenly among the pieces that were running. The sum over all pieces is therefore exact, and a piece's own number is
    exact while it runs alone. Memory is the resident set of the whole process.
    """

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()
        self._running: dict[int, Measure] = {}
        self._cpu = time.process_time()
        self._wake: Final = threading.Event()
        self._thread: Final = threading.Thread(target=self._watch, name="vertebra-meter", daemon=True)
        self._thread.start()

    @contextmanager
    def measure(self) -> Iterator[Measure]:
        """Measure the body of a `with` statement."""
        measure = Measure()
        begin = time.perf_counter()
        with self._lock:
            self._sample()
            self._running[id(measure)] = measure
            measure.peak_memory = resident()
        try:
            yield measure
        finally:
            with self._lock:
                self._sample()
                del self._running[id(measure)]
            measure.wall_seconds = time.perf_counter() - begin

    def close(self) -> None:
        """End the sampling."""
        self._wake.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._wake.wait(_EVERY):
            with self._lock:
                self._sample()

    def _sample(self) -> None:
        now = time.process_time()
        used, self._cpu = now - self._cpu, now
        if not self._running:
            return
        memory = resident()
        for measure in self._running.values():
            measure.cpu_seconds += used / len(self._running)
            measure.peak_memory = max(measure.peak_memory, memory)


def resident() -> int:
    """Bytes of memory that this process holds: now where the system says so, else the most it ever held."""
    import resource

    if _STATM.exists():
        return int(_STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
