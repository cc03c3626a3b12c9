"""The page: one file, nothing from outside, and no value of the data is read as HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from tests.small_project import SmallProject
from vertebra.profile import Comparison, Profile, compare, make
from vertebra.profile.page import page

VOID = {"meta", "line", "rect", "br"}


class Reader(HTMLParser):
    """Holds what a browser would: elements with their attributes, and that each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID or tag == "rect":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def pages(place: SmallProject, before: str, now: str) -> tuple[Profile, Comparison]:
    made = []
    for name, sql in (("before", before), ("t", now)):
        version = place.table(name, f"select *, 0 as _file, row_number() over () as _record from ({sql})")
        found = make(place.ws, version, every=False)
        made.append((found.part, found.profile))
    return made[1][1], compare(made[0], made[1])


HOSTILE = '<script src="http://evil.example/x.js">alert(1)</script>&"'


def test_names_values_and_descriptions_are_escaped(place: SmallProject) -> None:
    name = HOSTILE.replace('"', '""')
    sql = f"""select '{HOSTILE}' || i % 2 as "{name}", i as n, i * 2 as m from range(9) t(i)"""
    found, comparison = pages(place, sql, sql)
    first = replace(found.columns[0], description=HOSTILE, unit=HOSTILE)
    found = replace(found, dataset=HOSTILE, columns=(first, *found.columns[1:]))
    html = page(found, comparison, 1, (HOSTILE,))
    reader = read(html)
    assert not any(tag in {"script", "link", "img", "iframe"} for tag, _ in reader.seen)
    assert HOSTILE in reader.text
    assert not any(name.startswith("on") for _, attrs in reader.seen for name in attrs)


def test_nothing_comes_from_outside(place: SmallProject) -> None:
    found, comparison = pages(
        place,
        "select i as n, i * 2 as m, 'x' as s from range(50) t(i)",
        "select i + 1 as n, 1 as m, 'y' as s from range(50) t(i)",
    )
    html = page(found, comparison, 1)
    for _, attrs in read(html).seen:
        for attribute in ("src", "href", "xlink:href", "data", "action"):
            assert (attrs.get(attribute) or "#").startswith("#")
    assert not re.search(r"https?:|url\(|@import", html)


def test_every_column_has_a_row_and_a_card_that_it_leads_to(place: SmallProject) -> None:
    names = [f"column_{i}_" + "x" * 100 for i in range(120)]
    sql = f"select {', '.join(f'i + {n} as {name}' for n, name in enumerate(names))} from range(5) t(i)"
    found, _ = pages(place, sql, sql)
    reader = read(page(found, None, 1))
    cards = {attrs["id"] for tag, attrs in reader.seen if tag == "section"}
    assert len(cards) == 120
    assert {str(attrs["href"])[1:] for tag, attrs in reader.seen if tag == "a"} == cards


def test_the_page_says_what_is_sampled_and_what_moved(place: SmallProject) -> None:
    found, comparison = pages(
        place, "select i % 1000 as n from range(30000) t(i)", "select 500 + i % 1000 as n from range(30000) t(i)"
    )
    text = read(page(found, comparison, 3, ("measured now",))).text
    assert f"are of a sample of {found.looked:,} rows" in text
    assert "much drift" in text
    assert "measured now" in text


def test_an_empty_table_has_a_page(place: SmallProject) -> None:
    found, comparison = pages(place, "select 1 as a where false", "select 1 as a where false")
    assert "The table is empty." in read(page(found, comparison, 1)).text
