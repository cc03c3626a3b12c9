"""A load that is to stop with too much in quarantine is judged when its template does not change any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formatted_place import Delivered, check_accounts, delivered
from tests.unit.formatted.test_changed_template import changed
from tests.unit.formatted.test_drift import JANUARY, days, standing, template
from vertebra.errors import StepError
from vertebra.step import Outcome

STOPS = template(more="stop_above: 1%")
WIDER = b"station,day,level\n" + days(2, [f"S1,{{day}},{n}.5" for n in range(20)])
OTHERWISE = WIDER.replace(b"level", b"level,gust").replace(b".5\n", b".5,7\n").replace(b",", b";")


def stands(place: Delivered) -> tuple[int, list[str]]:
    return place.head("things").id, standing(place)


def test_what_a_wider_type_mends_does_not_stop_a_load(tmp_path: Path) -> None:
    with delivered(STOPS, tmp_path) as place:
        place.load({"2024-01.csv": JANUARY})
        receipt = place.load({"2024-02.csv": WIDER})
        assert receipt.notes[0].startswith("things: level holds '0.5', '1.5'")
        assert [(a.file, a.formatted, a.quarantined) for a in receipt.accounts if a.table == "things"] == [
            ("2024-02.csv", 20, 0),
        ]
        assert sorted(row["level"] for row in place.rows())[:2] == [0.5, 1.5]
        assert standing(place) == ["type-widened"]
        assert place.findings() == []
        check_accounts(place)
        assert place.format().outcome is Outcome.NONE


def test_several_rounds_end_as_those_that_are_published_one_by_one(tmp_path: Path) -> None:
    found = []
    for number, words in enumerate((STOPS, template())):
        with delivered(words, tmp_path / str(number)) as place:
            place.load({"2024-01.csv": JANUARY})
            place.load({"2024-02.csv": OTHERWISE})
            check_accounts(place)
            found.append((place.values(), standing(place), place.kinds()))
    assert found[0] == found[1]
    assert {"file-format", "type-widened", "column-added"} == set(found[0][1])


def test_what_no_change_mends_stops_it_and_nothing_of_it_stands(tmp_path: Path) -> None:
    with delivered(STOPS, tmp_path) as place:
        place.load({"2024-01.csv": JANUARY})
        before = stands(place)
        broken = OTHERWISE.replace(b"2024-02-05", b"who knows")
        with pytest.raises(StepError, match=r"1 of .* records of this load are in quarantine: nothing of it is pub"):
            place.load({"2024-02.csv": broken})
        assert stands(place) == before
        with pytest.raises(StepError):
            place.format()
        assert stands(place) == before
        place.load({"2024-02.csv": OTHERWISE})
        assert len(place.rows()) == 40
        assert place.findings() == []
        check_accounts(place)


def test_a_change_that_makes_the_template_what_it_was_is_recorded(tmp_path: Path) -> None:
    files = {"2024-02.csv": b"station,day,level,gust\n" + days(2, [f"S1,{{day}},{n},7" for n in range(20)])}
    with delivered(f"{STOPS}  - {{name: gust, optional: true, type: integer}}\n", tmp_path) as place:
        place.load(files)
        first, version = place.values(), place.head("things").id
        changed(place, STOPS)
        assert place.format().outcome is Outcome.NONE
        assert standing(place) == ["column-added"]
        assert (place.values(), place.head("things").id) == (first, version)
        check_accounts(place)
        assert place.format().outcome is Outcome.NONE


def test_what_a_round_wrote_that_is_not_published_is_taken_away(tmp_path: Path) -> None:
    with delivered(STOPS, tmp_path) as place:
        place.load({"2024-01.csv": JANUARY})
        before = written(place)
        place.load({"2024-02.csv": WIDER.replace(b",0.5\n", b",7\n")})  # a record fits before the type is wider
        assert len(written(place) - before) == 1


def written(place: Delivered) -> set[str]:
    """The folders that loads wrote rows and findings into."""
    root = Path(place.ws.storage.root)
    zones = (root / zone / "things" for zone in ("formatted", "quarantine"))
    return {path.parent.name for zone in zones for path in zone.glob("*/*.parquet")}
