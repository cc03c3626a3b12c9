"""What the engine says may quote bytes of a file that are no UTF-8: it is told, and the file is read another way."""

from pathlib import Path

import pytest

from tests.formatted_place import check_accounts, delivered
from vertebra.engine import DuckDBEngine
from vertebra.errors import StepError

BITTEN = b'\x80[{"a": "x"},{"a": "y"}]'
READ = "from read_json('{}', format = 'array', records = 'true', auto_detect = false, columns = {{'a': 'VARCHAR'}})"


def test_a_message_that_is_no_text_is_told_in_four_lines(tmp_path: Path) -> None:
    path = tmp_path / "bitten.json"
    path.write_bytes(BITTEN)
    engine = DuckDBEngine(tmp_path / "scratch")
    with pytest.raises(StepError) as told:
        engine.arrow(READ.format(path))
    engine.close()
    assert told.value.what == "the engine stopped at a value"
    assert "\\x80" in told.value.why
    assert told.value.next == "look at the file: it holds bytes that are no UTF-8"


def test_such_a_file_is_read_record_by_record() -> None:
    with delivered("format: {json: {shape: array}}\ncolumns: [{name: a, type: text}]\n") as place:
        place.load({"bitten.json": BITTEN, "whole.json": BITTEN[1:]})
        check_accounts(place)
        assert place.values() == [("x",), ("y",)]  # of the file that is whole
        (finding,) = place.findings()
        assert (finding["type"], finding["raw"]) == ("damaged-json", BITTEN.decode("utf-8", "backslashreplace"))
