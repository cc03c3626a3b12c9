"""CPU time is shared out among the steps that run, and none of it is lost."""

from __future__ import annotations

import threading
import time

from vertebra.operations.measure import Measure, Meter, resident


def burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_the_shares_add_up_to_what_the_process_used() -> None:
    meter = Meter()
    measures: list[Measure] = []

    def work(seconds: float) -> None:
        with meter.measure() as measure:
            burn(seconds)
        measures.append(measure)

    begin = time.process_time()
    threads = [threading.Thread(target=work, args=(seconds,)) for seconds in (0.1, 0.3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = time.process_time() - begin
    meter.close()
    assert abs(sum(measure.cpu_seconds for measure in measures) - used) < 0.1
    assert used >= 0.4


def test_a_step_that_runs_alone_gets_its_own_time() -> None:
    meter = Meter()
    burn(0.1)
    with meter.measure() as alone:
        burn(0.2)
    burn(0.1)
    with meter.measure() as idle:
        time.sleep(0.2)
    meter.close()
    assert 0.19 < alone.cpu_seconds < 0.3
    assert alone.wall_seconds >= 0.2
    assert idle.cpu_seconds < 0.1
    assert idle.wall_seconds >= 0.2


def test_memory_that_was_held_for_a_while_is_seen() -> None:
    meter = Meter()
    before = resident()
    with meter.measure() as measure:
        block = bytearray(b"x") * 200_000_000
        time.sleep(0.2)
        del block
    meter.close()
    assert measure.peak_memory > before + 150_000_000
