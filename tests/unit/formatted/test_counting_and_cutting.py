"""Two implementations of one grammar hold each other to account (G2): `count` and `formats.spans`."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.strategies import delimited, dialects, sectioned
from vertebra.formatted import count
from vertebra.formatted.count import Count, count_records
from vertebra.formatted.formats import spans
from vertebra.formatted.formats.fields import split
from vertebra.formatted.formats.sections import body_spans, opening
from vertebra.formatted.formats.spans import Dialect, Span, Stretch
from vertebra.project import CsvFormat

QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def counted(folder: Path, data: bytes, format_: CsvFormat, encoding: str = "utf-8") -> Count:
    path = folder / "file.csv"
    path.write_bytes(data)
    return count_records(path, format_, encoding)


def cut(data: bytes, format_: CsvFormat, wanted: list[int] | None = None, encoding: str = "utf-8") -> list[Span]:
    dialect = Dialect.of(format_, encoding)
    return list(body_spans(data, dialect, format_, opening(data, dialect, format_), wanted))


@QUIET
@given(
    data=st.one_of(delimited(), st.binary(max_size=60), st.text('ab,"\n\r\\# ', max_size=40).map(str.encode)),
    format_=st.one_of(dialects(), sectioned()),
    windows=st.tuples(*[st.sampled_from([1, 2, 3, 5, 8, 16, 64, 1 << 17])] * 4),
    picked=st.sets(st.integers(1, 12)),
)
@example(data=b'"a\nb",c\r\n\r\nd', format_=CsvFormat(header=0), windows=(1, 1, 1, 1), picked={2})
@example(data=b"a\r\rb\r\n\nc\n\r", format_=CsvFormat(header=1), windows=(2, 1, 2, 1), picked={1})
def test_both_find_the_same_records_whatever_the_windows(
    tmp_path_factory: pytest.TempPathFactory,
    data: bytes,
    format_: CsvFormat,
    windows: tuple[int, int, int, int],
    picked: set[int],
) -> None:
    """Windows are as small as one byte, so that every boundary falls between any two bytes."""
    folder = tmp_path_factory.getbasetemp()
    with (
        patch.object(count, "_WINDOW", windows[0]),
        patch.object(count, "_CAREFUL", windows[1]),
        patch.object(spans, "_STRETCH", windows[2]),
        patch.object(spans, "_STEP", windows[3]),
    ):
        total = counted(folder, data, format_)
        found = cut(data, format_)
        chosen = cut(data, format_, sorted(picked))
    assert [span.record for span in found] == list(range(1, total.data + 1))
    assert chosen == [span for span in found if span.record in picked]
    assert all(span.line == 1 + len(re.findall(rb"\r\n|\n|\r", data[: span.start])) for span in found)
    assert all(
        before.end <= span.start < span.end for before, span in zip([Span(0, 0, 0, 0), *found], found, strict=False)
    )
    assert cut(data, format_) == found
    # a comment sign somewhere in a window makes it be gone through carefully, so `orderly` depends on the windows
    assert replace(counted(folder, data, format_), orderly=total.orderly) == total


@QUIET
@given(data=delimited(), format_=dialects())
def test_an_orderly_file_has_only_whole_records(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, format_: CsvFormat
) -> None:
    """What `count` calls orderly the engine's reader may be given: no record of it is damaged for `spans` either."""
    if counted(tmp_path_factory.getbasetemp(), data, format_).orderly:
        assert all(span.whole for span in cut(data, format_))


@pytest.mark.parametrize(
    ("data", "settings_", "expected"),
    [
        (b"", {}, Count(0, orderly=True)),
        (b"\xef\xbb\xbf", {}, Count(0, orderly=True)),
        (b"a,b\n", {}, Count(0, header=1, orderly=True)),
        (b"a,b\n1,2\n3,4", {}, Count(2, header=1, orderly=True)),
        (b"a,b\r\n1,2\r\n", {}, Count(1, header=1, orderly=True)),
        (b"a,b\r1,2\r", {}, Count(1, header=1, orderly=False)),
        (b"a,b\n1,2\r\n3,4\n", {}, Count(2, header=1, orderly=False)),
        (b"\n\na,b\n\n1,2\n\n", {}, Count(1, header=1, blank=4, orderly=True)),
        (b"# x\na,b\n#y\n1,2\n", {"comment": "#"}, Count(1, header=1, comment=2, orderly=True)),
        (b'a,b\n"x\ny",2\n', {}, Count(1, header=1, orderly=True)),
        (b'a,b\n"x ""y""\n",2\n', {}, Count(1, header=1, orderly=True)),
        (b'a,b\n"x,2\n3,4\n', {}, Count(2, header=1, orderly=False)),
        (b'a,b\n5" pipe,2\n3,4\n', {}, Count(2, header=1, orderly=False)),
        (b'a,b\n"x" ,2\n3,4\n', {}, Count(2, header=1, orderly=False)),
        (b'a,b\n "x\n",2\n', {}, Count(2, header=1, orderly=False)),
        (b'a,b\n"x\\"\n",2\n', {"escape": "\\"}, Count(1, header=1, orderly=False)),
        (b"a,b\n'x\n',2\n", {"quote": "'", "escape": "'"}, Count(1, header=1, orderly=True)),
        (b'a,b\n"x\n",2\n', {"quote": "", "escape": ""}, Count(2, header=1, orderly=True)),
        (b"t\nu\na,b\n1,2\n", {"header": 3}, Count(1, header=3, orderly=True)),
        (b"t\nu\n", {"header": 3}, Count(0, header=2, orderly=True)),
    ],
)
def test_golden_counts(tmp_path: Path, data: bytes, settings_: dict[str, object], expected: Count) -> None:
    format_ = replace(CsvFormat(), **settings_)  # type: ignore[arg-type]
    assert counted(tmp_path, data, format_) == expected
    assert len(cut(data, format_)) == expected.data


def test_a_count_says_what_is_skipped() -> None:
    assert Count(3, header=1, blank=2).skipped() == {"header": 1, "blank": 2}
    assert Count(3, header=1, blank=2, comment=4).records == 10
    assert Count(3).skipped() == {}


def test_delimiters_beyond_ascii_are_found_in_the_encoding_of_the_file(tmp_path: Path) -> None:
    format_ = CsvFormat(delimiter="¦", quote="«", escape="«", header=0)
    text = "a¦«b\nc«¦d\n\ne¦f¦g\n"
    for encoding in ("utf-8", "latin-1"):
        data = text.encode(encoding)
        assert counted(tmp_path, data, format_, encoding) == Count(2, blank=1, orderly=encoding == "latin-1")
        assert [data[s.start : s.end].decode(encoding) for s in cut(data, format_, None, encoding)] == [
            "a¦«b\nc«¦d",
            "e¦f¦g",
        ]


def test_long_quoted_fields_and_stray_quotes_do_not_make_the_rest_slow_or_wrong(tmp_path: Path) -> None:
    format_ = CsvFormat(header=0)
    long = b'1,"' + b"x\n" * 300_000 + b'",2\n'
    data = (b"1,2,3\n" * 50_000 + long + b'5" pipe,2,3\n') * 3
    assert counted(tmp_path, data, format_) == Count(3 * 50_002, orderly=False)
    found = cut(data, format_)
    assert len(found) == 3 * 50_002
    assert found[50_000].end - found[50_000].start == len(long) - 1
    assert found[-1].line == 3 * (50_000 + 300_001 + 1)


def test_stretches_are_cut_as_a_whole() -> None:
    data = b'1,2\n3,4\n"5,6\n7,8\n'  # the quote is never closed
    dialect = Dialect.of(CsvFormat(header=0), "utf-8")
    kinds = [type(piece) for piece in spans.pieces(data, dialect, spans.beginning(data))]
    assert kinds[0] is Stretch
    assert Span in kinds


@pytest.mark.parametrize(
    ("text", "settings_", "fields"),
    [
        ("a,b", {}, ["a", "b"]),
        ('"a,b","c ""d"""', {}, ["a,b", 'c "d"']),
        ('"",,"x"', {}, ["", "", "x"]),
        (',"",', {}, ["", "", ""]),
        ('5" pipe,x', {}, ['5" pipe', "x"]),
        ('"a\nb",c', {}, ["a\nb", "c"]),
        ('"a\\"b\\\\",c\\,d', {"escape": "\\"}, ['a"b\\', "c\\", "d"]),
        ('"ab",c', {"escape": ""}, ["ab", "c"]),
        ("'a,b',c", {"quote": "'", "escape": "'"}, ["a,b", "c"]),
        ('"a;b";c', {"delimiter": ";"}, ["a;b", "c"]),
    ],
)
def test_golden_fields(text: str, settings_: dict[str, object], fields: list[str]) -> None:
    assert split(text, replace(CsvFormat(), **settings_)) == fields  # type: ignore[arg-type]
