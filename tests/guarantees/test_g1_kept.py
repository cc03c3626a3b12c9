"""G1, kept: the bytes of every delivery are kept unchanged under source, name and version.

The same bytes again are recorded as a duplicate, not a version; changed bytes under a known name are a new version;
a file still being written is never taken.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.drawing import cases
from tests.landing_place import Killed, killed, place

NAMES = st.sampled_from(["a.csv", "b.csv", "L4/a.csv", "L4/2021/ü x.csv"])
BYTES = st.one_of(st.sampled_from([b"", b"A", b"B", b"a;b\r\n1;2\r\n"]), st.binary(max_size=300))


class Deliveries(RuleBasedStateMachine):
    """Anything that people do to a folder of deliveries, with landings and deaths between."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="vertebra-g1-"))
        self.at = place(self.folder / "project")
        self.lies: dict[str, bytes] = {}  # what lies at the origin
        self.touched: set[str] = set()  # what was written or moved there since the last landing
        self.history: dict[str, list[bytes]] = {}  # what must be kept
        self.duplicates: Counter[str] = Counter()

    def teardown(self) -> None:
        self.at.ws.close()
        shutil.rmtree(self.folder)

    def arrives(self, name: str, data: bytes) -> None:
        versions = self.history.setdefault(name, [])
        if versions and versions[-1] == data:
            self.duplicates[name] += 1
        else:
            versions.append(data)

    def landed(self) -> None:
        for name in self.touched & set(self.lies):
            self.arrives(name, self.lies[name])
        self.touched.clear()

    @rule(name=NAMES, data=BYTES)
    def write(self, name: str, data: bytes) -> None:
        self.at.deliver(name, data)
        self.lies[name] = data
        self.touched.add(name)

    @rule(data=st.data())
    @precondition(lambda self: bool(self.lies))
    def write_the_same_again(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.lies)))
        self.write(name, self.lies[name])

    @rule(data=st.data())
    @precondition(lambda self: bool(self.history))
    def write_what_an_older_version_was(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.history)))
        self.write(name, data.draw(st.sampled_from(self.history[name])))

    @rule(data=st.data(), to=NAMES)
    @precondition(lambda self: bool(self.lies))
    def rename(self, data: st.DataObject, to: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.lies)))
        if name == to:
            return
        (self.at.origin / to).parent.mkdir(parents=True, exist_ok=True)
        (self.at.origin / name).replace(self.at.origin / to)
        self.lies[to] = self.lies.pop(name)
        self.touched.discard(name)
        self.touched.add(to)

    @rule(data=st.data())
    @precondition(lambda self: bool(self.lies))
    def delete(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.lies)))
        (self.at.origin / name).unlink()
        del self.lies[name]

    @rule(name=st.sampled_from(["a.csv", "b.csv"]), data=BYTES)
    def push(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.write_bytes(data)
        self.at.push(path)
        self.arrives(name, data)

    @rule()
    def land(self) -> None:
        self.at.land()
        self.landed()

    @rule(nth=st.integers(1, 12), after=st.booleans())
    def land_and_die_and_land(self, nth: int, after: bool) -> None:  # noqa: FBT001  Hypothesis passes arguments by name
        try:
            with killed(nth, after=after):
                self.at.land()
        except Killed:
            self.at.land()
        self.landed()

    @invariant()
    def every_version_is_kept_unchanged_and_numbered_without_a_gap(self) -> None:
        expected = {
            (name, number, data)
            for name, versions in self.history.items()
            for number, data in enumerate(versions, start=1)
        }
        state = self.at.state()
        assert set(state) == expected
        assert len(state) == len(expected)

    @invariant()
    def the_newest_is_what_was_delivered_last(self) -> None:
        assert self.at.newest() == {name: versions[-1] for name, versions in self.history.items()}

    @invariant()
    def duplicates_are_recorded_and_nothing_else(self) -> None:
        deliveries = Counter(self.at.deliveries())
        assert {name: n for (name, what), n in deliveries.items() if what == "duplicate"} == dict(self.duplicates)
        assert {name: n for (name, what), n in deliveries.items() if what == "version"} == {
            name: len(versions) for name, versions in self.history.items()
        }

    @invariant()
    def nothing_lies_about(self) -> None:
        assert self.at.temporal() == []
        assert self.at.orphans() == set()

    @invariant()
    def what_is_left_to_land_is_what_was_touched(self) -> None:
        assert {name for name, _ in self.at.look()} == self.touched & set(self.lies)


Deliveries.TestCase.settings = settings(
    max_examples=cases(20, 100),
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestDeliveries = Deliveries.TestCase


def test_a_file_still_being_written_is_never_taken(tmp_path: Path) -> None:
    at = place(tmp_path / "project", settle=1)
    path = at.origin / "growing.csv"
    lines = [b"%d;x\n" % number for number in range(60)]

    def write() -> None:
        with path.open("wb", buffering=0) as sink:
            for line in lines:
                sink.write(line)
                time.sleep(0.01)

    path.touch()
    writer = threading.Thread(target=write)
    writer.start()
    receipt = at.land()
    assert (receipt.rows, at.versions()) == (0, ())
    assert receipt.fallbacks == ("deliveries/growing.csv was left where it is: it is still being written",)
    assert at.deliveries() == [("growing.csv", "left")]
    writer.join()
    assert at.land().rows == 1
    assert at.state() == [("growing.csv", 1, b"".join(lines))]
    at.ws.close()
