"""What every format of files keeps, whatever it reads."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vertebra.engine import DuckDBEngine
from vertebra.errors import StepError
from vertebra.formatted.formats.port import Format, Layout, Opened, Problem, RawRecord, Streamed
from vertebra.formatted.formats.registry import format_of
from vertebra.project import Source, read_source

QUIET = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
Reading = tuple[dict[int, tuple[str | None, ...]], dict[int, str]]


class FormatContract:
    """Subclass it with `template` and the files that it draws; every file is one that somebody might deliver."""

    template: ClassVar[str]
    """A source with the columns `a`, `b`, `c`, all of them text."""

    textual: ClassVar[bool] = True
    """Is a file text, so that records have bytes and lines of their own? Otherwise they are shown as JSON."""

    files: ClassVar[st.SearchStrategy[bytes]]
    """Files, sound and damaged."""

    single_line: ClassVar[bool] = False
    """Is a record one line, so that no value holds a line break?"""

    @abstractmethod
    def sound(self, rows: list[tuple[str, str, str]]) -> bytes:
        """A sound file with these records."""

    @abstractmethod
    def foreign(self) -> bytes:
        """A file that the template cannot read at all, or whose records are all rejected."""

    @pytest.fixture(scope="class")
    @classmethod
    def source(cls, tmp_path_factory: pytest.TempPathFactory) -> Source:
        path = tmp_path_factory.mktemp("source") / "s.yaml"
        path.write_text(f"source: s\n{cls.template}")
        return read_source(path)

    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
        made = DuckDBEngine(tmp_path_factory.mktemp("scratch"), memory="500MB", threads=2)
        yield made
        made.close()

    @pytest.fixture(scope="class")
    @classmethod
    def folder(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        return tmp_path_factory.mktemp("files")

    @QUIET
    @given(data=st.data())
    def test_every_record_is_read_or_rejected_and_none_twice(
        self, source: Source, folder: Path, data: st.DataObject
    ) -> None:
        form, file, layout = self.given(source, folder, data.draw(self.files))
        count = form.count(file, source)
        assert min(count.data, count.header, count.blank, count.comment) >= 0
        if isinstance(layout, Problem):
            assert layout.fatal
            assert layout.reason
            return
        rows, rejects = drawn(form.stream(file, source, layout))
        assert sorted([*rows, *rejects]) == list(range(1, count.data + 1))

    @QUIET
    @given(data=st.data())
    def test_records_are_found_again(self, source: Source, folder: Path, data: st.DataObject) -> None:
        body = data.draw(self.files)
        form, file, layout = self.given(source, folder, body)
        if isinstance(layout, Problem) and not self.textual:
            return  # nothing of it can be shown
        number = form.count(file, source).data
        found = list(form.find(file, source, range(1, number + 1)))
        assert [one.record for one in found] == list(range(1, number + 1))
        chosen = sorted(data.draw(st.sets(st.integers(1, number + 2))))
        assert list(form.find(file, source, chosen)) == [one for one in found if one.record in chosen]
        if not self.textual:
            assert all((one.line, one.start, one.end) == (one.record, 0, 0) for one in found)
            return
        assert [body[one.start : one.end].decode("utf-8", "backslashreplace") for one in found] == [
            one.raw for one in found
        ]
        assert all(
            before.end <= one.start < one.end
            for before, one in zip([RawRecord(0, 0, 0, 0, ""), *found], found, strict=False)
        )
        assert [one.line for one in found] == sorted(one.line for one in found)

    @QUIET
    @given(data=st.data())
    def test_some_records_are_read_as_all_are(self, source: Source, folder: Path, data: st.DataObject) -> None:
        form, file, layout = self.given(source, folder, data.draw(self.files))
        if isinstance(layout, Layout):
            rows, rejects = drawn(form.stream(file, source, layout))
            only = sorted(data.draw(st.sets(st.integers(1, len(rows) + len(rejects) + 2))))
            some, refused = drawn(form.stream(file, source, layout, only))
            assert some == {record: row for record, row in rows.items() if record in only}
            assert refused == {record: why for record, why in rejects.items() if record in only}

    @QUIET
    @given(data=st.data())
    def test_the_fast_way_reads_what_the_careful_way_reads(
        self, source: Source, folder: Path, engine: DuckDBEngine, data: st.DataObject
    ) -> None:
        form, file, layout = self.given(source, folder, data.draw(self.files))
        count = form.count(file, source)
        query = form.direct(file, source, layout, count) if isinstance(layout, Layout) else ""
        if not query or isinstance(layout, Problem):
            return
        try:
            table = engine.arrow(f"select * from {query}")
        except StepError:
            return  # it refuses the file, which is read the careful way then
        if table.num_rows == count.data:  # otherwise it is found out by that
            stream = form.stream(file, source, layout)
            rows, rejects = drawn(stream)
            assert not rejects
            assert [tuple(row.values()) for row in table.to_pylist()] == list(rows.values())
            passed = list(form.overlooked(file, source, layout, count))
            assert passed == [one for one in stream.problems if one.type == "surplus-fields"]

    def test_a_sound_file_is_read_whole(self, source: Source, folder: Path) -> None:
        wanted = [
            ("1", "x y", "é"),
            ("2", "a,b", 'say "so"'),
            ("3", "line" if self.single_line else "line\nbreak", "'"),
        ]
        form, file, layout = self.given(source, folder, self.sound(wanted))
        assert isinstance(layout, Layout)
        assert not layout.warnings
        rows, rejects = drawn(form.stream(file, source, layout))
        at = [int(layout.raw[name][1:]) - 1 for name in ("a", "b", "c")]
        assert [tuple(row[place] for place in at) for row in rows.values()] == wanted
        assert not rejects

    def test_what_cannot_be_read_is_told(self, source: Source, folder: Path) -> None:
        form, file, layout = self.given(source, folder, self.foreign())
        if isinstance(layout, Layout):
            rows, rejects = drawn(form.stream(file, source, layout))
            assert not rows
            assert rejects

    @pytest.mark.parametrize("body", [b"", b"\xef\xbb\xbf", b"\n", b"\r\n\r\n", b" ", b"\0", b"\xff\xfe\xfd"])
    def test_files_with_next_to_nothing_in_them(self, source: Source, folder: Path, body: bytes) -> None:
        form, file, layout = self.given(source, folder, body)
        count = form.count(file, source)
        if isinstance(layout, Layout):
            rows, rejects = drawn(form.stream(file, source, layout))
            assert len(rows) + len(rejects) == count.data

    @staticmethod
    def given(source: Source, folder: Path, body: bytes) -> tuple[Format, Opened, Layout | Problem]:
        path = folder / "file"
        path.write_bytes(body)
        form, file = format_of(source), Opened(path, path, "utf-8", "utf-8")
        return form, file, form.layout(file, source)


def drawn(stream: Streamed) -> Reading:
    """All that a stream gives: rows and reasons of rejection by record."""
    rows: dict[int, tuple[str | None, ...]] = {}
    for batch in stream.batches:
        assert batch.schema == stream.schema
        for row in batch.to_pylist():
            record: Any = row.pop("_record")
            assert record not in rows
            rows[record] = tuple(row.values())
    rejects = {row["record"]: row["reason"] for row in stream.rejects.arrow().to_pylist()}
    assert len(rejects) == stream.rejects.count
    assert all(rejects.values())
    assert list(rows) == sorted(rows), "rows come in the order of their records"
    return rows, rejects
