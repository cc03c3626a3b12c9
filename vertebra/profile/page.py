"""A profile as one page: a single HTML file without any link to the outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from itertools import pairwise

from vertebra.profile import svg, words
from vertebra.profile.compare import ColumnChange, Comparison
from vertebra.profile.facts import ColumnProfile, Frequent, Histogram, Profile

_TOP = 8  # frequent values of a card
_RIGHT = {"nulls", "different", "smallest", "median", "largest", "mean", "PSI", "KS", "JS"}


def page(found: Profile, comparison: Comparison | None, release: int, notes: Sequence[str] = ()) -> str:
    """The page of a profile.

    Parameters
    ----------
    found : Profile
        What is known.
    comparison : Comparison or None
        What differs from an earlier version.
    release : int
        In which release the dataset was looked up.
    notes : sequence of str
        What was done otherwise than asked.

    Returns
    -------
    str
        HTML; every name and value in it is escaped.
    """
    style = files("vertebra.profile").joinpath("page.css").read_text(encoding="utf-8")
    changes = {change.name: change for change in comparison.columns} if comparison else {}
    body = "".join(
        (
            _head(found, release, notes),
            _difference(found, comparison) if comparison else "",
            _overview(found, changes),
            _correlations(found),
            _cards(found, changes),
        )
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(found.dataset)}, release {release}</title><style>\n{style}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def _cards(found: Profile, changes: dict[str, ColumnChange]) -> str:
    cards = "".join(_card(found, column, changes.get(column.name)) for column in found.columns)
    return f'<h2>Columns</h2><div class="cards">{cards}</div>' if cards else ""


def _head(found: Profile, release: int, notes: Sequence[str]) -> str:
    facts = (
        (f"{found.rows:,}", "rows"),
        (f"{len(found.columns):,}", "columns"),
        (f"{found.files:,}", "files"),
        (_size(found.size), "on disk"),
        (str(release), "release"),
        (str(found.version), "version"),
    )
    tiles = "".join(f"<div><b>{escape(number)}</b><span>{escape(noun)}</span></div>" for number, noun in facts)
    told = "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
    made = f"recorded {found.made_at:%Y-%m-%d %H:%M:%S} UTC" if found.made_at else "not recorded"
    return (
        f'<header><h1>{escape(found.dataset)}</h1><p class="quiet">{escape(found.zone)}, {made}</p></header>'
        f'<div class="tiles">{tiles}</div><p>{escape(_sentence(words.measured(found)))}</p>'
        f"<p>{escape(_sentence(words.key(found.key, found)))}</p>{told}"
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _size(size: int) -> str:
    value, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):  # noqa: B007  the unit that fits
        if value < 1000:
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"


def _overview(found: Profile, changes: dict[str, ColumnChange]) -> str:
    heads = ["column", "type", "nulls", "different", "smallest", "median", "largest", "mean", "shape"]
    heads += ["drift"] * bool(changes)
    rows = []
    for number, column in enumerate(found.columns):
        cells = [
            f'<td class="name"><a href="#c{number}">{escape(column.name)}</a></td>',
            f'<td class="quiet">{escape(column.type)}</td>',
            f'<td class="right">{_nulls(column, found.rows)}</td>',
            f'<td class="right">{words.counted(column.distinct, exact=column.distinct_exact)}</td>',
            *(f'<td class="right">{_value(column, text, 28)}</td>' for text in _ends(column)),
            f'<td class="right">{words.number(column.mean)}</td>',
            f"<td>{_small(column)}</td>",
        ]
        if changes:
            cells.append(f"<td>{_badge(changes.get(column.name))}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    if not rows:
        return ""
    return f'<h2>Overview</h2><div class="wide"><table>{_header(heads)}<tbody>{"".join(rows)}</tbody></table></div>'


def _header(heads: Iterable[str]) -> str:
    cells = (f"<th{' class=right' if head in _RIGHT else ''}>{escape(head)}</th>" for head in heads)
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def _ends(column: ColumnProfile) -> tuple[str | None, str | None, str | None]:
    return column.low, (column.quantiles or {}).get("0.5"), column.high


def _value(column: ColumnProfile, text: str | None, longest: int = 60) -> str:
    shown = words.value(column, text)
    return escape(shown if len(shown) <= longest else shown[: longest - 1] + "…")


def _nulls(column: ColumnProfile, rows: int) -> str:
    return escape(words.share(column.nulls, rows))


def _small(column: ColumnProfile) -> str:
    if column.histogram is not None:
        return svg.bars(column.histogram.counts, _titles(column, column.histogram), width=120, height=26)
    if column.top:
        counts = [one.count for one in column.top]
        return svg.bars(counts, [f"{one.value}: {one.count:,.0f}" for one in column.top], width=120, height=26)
    return ""


def _titles(column: ColumnProfile, found: Histogram) -> list[str]:
    edges = [words.value(column, edge) for edge in found.edges]
    names = edges if found.single else [f"{a} to {b}" for a, b in pairwise(edges)]
    return [f"{name}: {count:,.0f}" for name, count in zip(names, found.counts, strict=True)]


def _badge(change: ColumnChange | None) -> str:
    if change is None:
        return ""
    word = change.drift.word if change.drift else ("much" if change.change in {"came", "gone", "retyped"} else "none")
    return f'<span class="badge {word}">{escape(words.changed(change))}</span>'


def _difference(found: Profile, comparison: Comparison) -> str:
    rows = []
    for change in comparison.columns:
        drift = change.drift
        cells = [
            f'<td class="name">{escape(change.name)}</td>',
            f'<td class="right">{f"{drift.psi:.3f}" if drift else ""}</td>',
            f'<td class="right">{f"{drift.ks:.3f}" if drift and drift.ks is not None else ""}</td>',
            f'<td class="right">{f"{drift.js:.3f}" if drift else ""}</td>',
            f'<td class="right">{_two(change, "nulls")}</td>',
            f'<td class="right">{_two(change, "mean")}</td>',
            f"<td>{_badge(change)}</td>",
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    heads = ("column", "PSI", "KS", "JS", "nulls", "mean", "so")
    return (
        f"<h2>Drift</h2><p>{escape(_sentence(words.difference(comparison, found)))} PSI: population stability index, "
        "under 0.1 little, over 0.25 much. KS: largest distance of the cumulative shares. JS: Jensen-Shannon "
        f'divergence in bits.</p><div class="wide"><table>{_header(heads)}<tbody>{"".join(rows)}</tbody></table></div>'
    )


def _two(change: ColumnChange, what: str) -> str:
    texts = [words.number(getattr(side, what)) if side else "" for side in (change.before, change.now)]
    return escape(texts[1] if texts[0] == texts[1] else f"{texts[0] or 'none'} → {texts[1] or 'none'}")


def _correlations(found: Profile) -> str:
    if not found.correlations:
        return ""
    pairs = {(one.one, one.other): one.r for one in found.correlations}
    return (
        "<h2>Correlations</h2><p>Pearson's r of "
        f"{len(found.correlated)} columns of numbers, over the rows in which both have a value.</p>"
        f'<div class="wide">{svg.heat(found.correlated, pairs)}</div>'
    )


def _card(found: Profile, column: ColumnProfile, change: ColumnChange | None) -> str:
    number = found.columns.index(column)
    unit = f" [{column.unit}]" if column.unit else ""
    parts = [
        f'<h3>{escape(column.name)}<span class="quiet">{escape(unit)}</span></h3>',
        f'<p class="quiet">{escape(column.type)}{_unique(column)} {_badge(change)}</p>',
        f"<p>{escape(column.description)}</p>" if column.description else "",
        _there(column, found.rows),
        _shape(column, change),
        _facts(column),
        _list("Frequent values", column.top, column.values, exact=column.top_exact) if column.kind != "other" else "",
        _list("Patterns", column.patterns, column.values, exact=column.patterns_exact),
    ]
    return f'<section class="card" id="c{number}">{"".join(parts)}</section>'


def _unique(column: ColumnProfile) -> str:
    return {"yes": ", identifies every row", "likely": ", may identify every row"}.get(column.unique, "")


def _there(column: ColumnProfile, rows: int) -> str:
    """How many values there are, as a bar."""
    full = 100 * column.values / rows if rows else 0
    nulls = f"{words.share(column.nulls, rows) or '0%'} null"
    different = f"{words.counted(column.distinct, exact=column.distinct_exact)} different"
    odd = [
        f"{count:,} {name}"
        for count, name in (
            (column.nan, "NaN"),
            (column.positive_infinity, "infinite"),
            (column.negative_infinity, "negative infinite"),
        )
        if count
    ]
    return (
        f'<div class="there"><i style="width:{full:.2f}%"></i></div>'
        f'<p class="small">{column.values:,} values, {nulls}, {", ".join([different, *odd])}</p>'
    )


def _shape(column: ColumnProfile, change: ColumnChange | None) -> str:
    if column.histogram is None:
        return ""
    drawn = _drawn(column, column.histogram)
    before = change.before if change and change.drift else None
    if before is not None and before.histogram is not None:
        drawn += f'<p class="small quiet">before</p><div class="before">{_drawn(before, before.histogram, 48)}</div>'
    return drawn


def _drawn(column: ColumnProfile, found: Histogram, height: int = 96) -> str:
    ends = "".join(f"<span>{_value(column, found.edges[place])}</span>" for place in (0, -1))
    outside = ", ".join(
        f"{count:,.0f} {word}"
        for count, word in ((found.below, "further down"), (found.above, "further up"))
        if count >= 1
    )
    told = f'<p class="small quiet">not shown: {outside}</p>' if outside else ""
    return svg.bars(found.counts, _titles(column, found), height=height) + f'<div class="ends">{ends}</div>{told}'


def _facts(column: ColumnProfile) -> str:
    pairs: list[tuple[str, str]] = []
    if column.low is not None:
        pairs += [("smallest", _value(column, column.low)), ("largest", _value(column, column.high))]
    if column.mean is not None:
        pairs.append(("share of true" if column.kind == "boolean" else "mean", words.number(column.mean)))
    if column.deviation is not None:
        pairs.append(("deviation", words.number(column.deviation)))
    names = {"0.01": "1%", "0.05": "5%", "0.25": "25%", "0.5": "median", "0.75": "75%", "0.95": "95%", "0.99": "99%"}
    pairs += [(names[share], _value(column, text)) for share, text in (column.quantiles or {}).items()]
    if column.lengths is not None:
        pairs.append(("characters", f"{column.lengths.shortest:,} to {column.lengths.longest:,}"))
        pairs.append(("on average", words.number(column.lengths.mean)))
    shown = "".join(f"<div><dt>{name}</dt><dd>{text}</dd></div>" for name, text in pairs)
    return f"<dl>{shown}</dl>" if shown else ""


def _list(title: str, found: Sequence[Frequent], values: int, *, exact: bool) -> str:
    """Frequent values with a bar each."""
    if not found or (found[0].count <= 1 < values and len(found) > 1):
        return ""
    most = found[0].count
    rows = "".join(
        f'<li><span class="text">{_blank(one.value)}</span>'
        f'<span class="bar"><i style="width:{100 * one.count / most:.1f}%"></i></span>'
        f'<span class="right">{words.counted(one.count, exact=exact)}</span>'
        f'<span class="right quiet">{escape(words.share(one.count, values))}</span></li>'
        for one in found[:_TOP]
    )
    return f"<h4>{escape(title)}</h4><ul>{rows}</ul>"


def _blank(text: str) -> str:
    """A text that can be seen, an empty one too."""
    return escape(text if len(text) <= 80 else text[:79] + "…") if text.strip() else f"<em>{len(text)} spaces</em>"
