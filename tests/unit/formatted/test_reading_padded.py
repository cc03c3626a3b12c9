"""The quick ways of the careful reader give what the slow one gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.format_contract import drawn
from tests.strategies import delimited, sectioned
from vertebra.formatted.formats.batches import Batches
from vertebra.formatted.formats.csv_reading import Reading
from vertebra.formatted.formats.fields import split
from vertebra.formatted.formats.port import Opened, Streamed
from vertebra.formatted.formats.rejects import Rejects
from vertebra.formatted.formats.sections import body_spans, opening
from vertebra.formatted.formats.spans import Dialect
from vertebra.project import CsvFormat


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.one_of(delimited(), st.text(' ab,"\n\r', max_size=60).map(str.encode)), format_=sectioned())
def test_both_ways_are_the_same(tmp_path_factory: pytest.TempPathFactory, data: bytes, format_: CsvFormat) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "padded"
    path.write_bytes(data)
    batches = Batches(3)
    reading = Reading(Opened(path, path, "utf-8", "utf-8"), format_, 3, batches, Rejects())
    rows, rejects = drawn(Streamed(reading.draw(None), batches.schema, reading.rejects))
    dialect = Dialect.of(format_, "utf-8")
    spans = {span.record: span for span in body_spans(data, dialect, format_, opening(data, dialect, format_))}
    assert sorted([*rows, *rejects]) == sorted(spans)
    for record, row in rows.items():
        fields = split(data[spans[record].start : spans[record].end].decode(), format_)
        assert [value or "" for value in row] == fields[:3]
        assert not any(field and field not in format_.nulls for field in fields[3:])
