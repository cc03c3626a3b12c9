"""Files: the same bytes from the same seed, in the layout of the real ones; late and corrected ones."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from vertebra.errors import StorageError, UsageError
from vertebra.simulator import Defects, redeliver, simulate

if TYPE_CHECKING:
    from pathlib import Path

    from vertebra.simulator import Deliveries

# Of the default simulation with seed 7, worked out on x86-64 with Python 3.11 and numpy 2.4.
GOLDEN_SPOILED = "12da8711f0c033371e2fe17696a68af213e3584a111812eb91160aa2e1cd4fd5"
GOLDEN_SOUND = "fcae0564fa73382fc428f957075be8c3a0c3dc0f07165a3be519f4d200d1eb59"

METER_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(,-?\d{1,3}\.\d){6},\d{1,6}\.\d{1,5},(\d{1,4}\.\d)?")
WEATHER_LINE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:00:00,-?\d{1,2}\.\d{1,2},\d{2,3}\.\d{1,15},\d{1,2}\.\d{1,2},\d{3,4}\.\d{1,2}"
)


def digest(made: Deliveries) -> str:
    listed = "\n".join(f"{file.path} {file.sha256}" for file in made.files)
    return hashlib.sha256(listed.encode()).hexdigest()


def test_bytes_are_the_golden_ones(spoiled: Deliveries, sound: Deliveries) -> None:
    assert digest(spoiled) == GOLDEN_SPOILED
    assert digest(sound) == GOLDEN_SOUND


def test_the_list_of_files_is_true(spoiled: Deliveries) -> None:
    on_disk = sorted(path.relative_to(spoiled.folder).as_posix() for path in spoiled.folder.rglob("*.*"))
    assert on_disk == sorted(file.path for file in spoiled.files)
    for file in spoiled.files:
        content = (spoiled.folder / file.path).read_bytes()
        assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert file.rows == content.count(b"\n") - 1
    assert spoiled.rows == sum(file.rows for file in spoiled.files)


def test_another_seed_makes_other_files(tmp_path: Path) -> None:
    made = [simulate(tmp_path / str(seed), devices=1, months=1, seed=seed) for seed in (1, 2)]
    assert made[0].files[0].sha256 != made[1].files[0].sha256


def test_more_devices_and_months_leave_the_others_as_they_are(tmp_path: Path) -> None:
    few = simulate(tmp_path / "few", devices=1, months=4, seed=5)
    many = {file.path: file for file in simulate(tmp_path / "many", devices=3, months=9, seed=5).files}
    assert len(many) > len(few.files)
    assert [many[file.path] for file in few.files if file.path in many] == list(few.files)


def test_the_same_files_again_are_left_as_they_are(tmp_path: Path) -> None:
    made = simulate(tmp_path, devices=1, months=1, seed=5)
    first = (tmp_path / made.files[0].path).stat()
    assert simulate(tmp_path, devices=1, months=1, seed=5) == made
    again = (tmp_path / made.files[0].path).stat()
    assert (again.st_mtime_ns, again.st_ino) == (first.st_mtime_ns, first.st_ino)


def test_other_deliveries_are_not_written_over(tmp_path: Path) -> None:
    simulate(tmp_path, devices=1, months=1, seed=5)
    with pytest.raises(UsageError) as caught:
        simulate(tmp_path, devices=1, months=1, seed=6)
    assert caught.value.what == "meters/S1/S1_2022-01.csv is there already, with other content"
    assert caught.value.next == "give an empty folder, or remove that one"


def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "meters").write_text("a file in the way")
    with pytest.raises(StorageError) as caught:
        simulate(tmp_path, devices=1, months=1, seed=5)
    assert caught.value.what == "meters/S1/S1_2022-01.csv cannot be written"
    assert caught.value.why == "Not a directory"


def test_rounds_bring_what_was_late_and_correct_what_was_there(tmp_path: Path) -> None:
    first = simulate(tmp_path, seed=5, months=8)
    late = [one for one in first.injected if one.kind == "late-file"]
    assert [one.device for one in late] == ["S1", "S2"]
    assert not any((tmp_path / one.file).exists() for one in late)
    corrected = []
    for number in (1, 2, 3):
        before = {path: path.read_text().splitlines() for path in tmp_path.rglob("*.csv")}
        made = redeliver(tmp_path, seed=5, months=8, round=number)
        assert [file.path for file in made.files[:-1]] == [one.file for one in late[number - 1 : number]]
        target = tmp_path / made.files[-1].path
        old, new = before.pop(target), target.read_text().splitlines()
        changed = [line for line in new if line not in set(old)]
        record = made.injected[-1]
        assert (record.kind, record.file) == ("corrected-file", made.files[-1].path)
        assert len(changed) == record.readings > 0
        assert changed[0].startswith(record.last)
        assert changed[-1].startswith(record.first)
        assert [line[:19] for line in old] == [line[:19] for line in new]
        assert all(path.read_text().splitlines() == lines for path, lines in before.items())
        corrected.append(made.files[-1].path)
    assert all((tmp_path / one.file).exists() for one in late)
    assert len({file.path for file in first.files} & set(corrected)) >= 1


def test_a_round_again_changes_nothing(tmp_path: Path) -> None:
    simulate(tmp_path, seed=5, months=5)
    once = redeliver(tmp_path, seed=5, months=5, round=1)
    assert redeliver(tmp_path, seed=5, months=5, round=1) == once


def test_what_was_never_delivered_cannot_be_corrected(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        redeliver(tmp_path, seed=5, months=1, devices=1, round=1)
    assert caught.value.what == "meters/S1/S1_2022-01.csv was not delivered, so it cannot be corrected"
    assert caught.value.next == "call simulate with the same arguments first"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"devices": 0}, "0 devices cannot be simulated"),
        ({"months": -1}, "-1 months cannot be simulated"),
        ({"step_minutes": 7}, "7 is no step between readings"),
        ({"defects": Defects(finer_steps=((1, 45),))}, "45 is no step between readings"),
        ({"start": "2022-1"}, '"2022-1" is no month'),
    ],
)
def test_what_cannot_be_simulated_is_refused(tmp_path: Path, wrong: dict[str, int], what: str) -> None:
    with pytest.raises(UsageError) as caught:
        simulate(tmp_path, seed=1, **wrong)  # type: ignore[arg-type]  # that is the point
    assert caught.value.what == what
    assert list(tmp_path.iterdir()) == []


def test_round_0_is_no_redelivery(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="0 is no round of redelivery"):
        redeliver(tmp_path, seed=1, round=0)


def test_simulated_files_have_the_layout(spoiled: Deliveries) -> None:
    for file in spoiled.files:
        check_layout((spoiled.folder / file.path).read_bytes(), weather=file.kind == "weather")


def test_real_files_have_the_same_layout(repository: Path, spoiled: Deliveries) -> None:
    places = (repository / "examples/heating/deliveries", repository.parent / "shared/data/heating")
    real = next((place for place in places if (place / "meters").is_dir()), None)
    if real is None:
        pytest.skip("the real deliveries are neither in examples/heating nor in ../shared")
    for name in ("meters", "weather"):
        paths = sorted((real / name).rglob("*.csv"))
        headers = {path.read_bytes().split(b"\n", 1)[0] for path in paths}
        simulated = {path.read_bytes().split(b"\n", 1)[0] for path in (spoiled.folder / name).rglob("*.csv")}
        assert headers == simulated
        for path in paths:
            check_layout(path.read_bytes(), weather=name == "weather")


def check_layout(content: bytes, *, weather: bool) -> None:
    assert content.endswith(b"\n")
    assert b"\r" not in content
    lines = content.decode("ascii").splitlines()[1:]
    pattern = WEATHER_LINE if weather else METER_LINE
    assert [line for line in lines if not pattern.fullmatch(line)] == []
    times = [line[:19] for line in lines]
    assert times == sorted(set(times), reverse=not weather)
