"""Small drawings as inline SVG: text in, text out; colours are the page's."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_WRITTEN = 0.3  # a correlation from which on its number is written into its square
_FULL = 0.55  # and from which on it is written in white


def bars(counts: Sequence[float], titles: Sequence[str], *, width: int = 380, height: int = 96) -> str:
    """A histogram: one bar for each count; it can be stretched to any width.

    Parameters
    ----------
    counts : sequence of float
        At least 0.
    titles : sequence of str
        What is shown when the pointer rests on a bar.
    width, height : int
        In pixels.

    Examples
    --------
    >>> bars((1, 2), ("<a>", "b"), width=10, height=4).count("<rect")
    2
    """
    most = max(counts, default=0.0) or 1.0
    step = width / max(len(counts), 1)
    gap = 1 if step > 4 else 0
    drawn = []
    for number, (count, title) in enumerate(zip(counts, titles, strict=True)):
        tall = max(1.5, count / most * (height - 2)) if count else 0.0
        drawn.append(
            f'<rect x="{number * step:.2f}" y="{height - tall:.2f}" width="{max(step - gap, 0.6):.2f}" '
            f'height="{tall:.2f}" rx="1"><title>{escape(title)}</title></rect>'
        )
    base = f'<line x1="0" y1="{height}" x2="{width}" y2="{height}"/>'
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" preserveAspectRatio="none"'
    return f'<svg class="bars" {size} role="img">{"".join(drawn)}{base}</svg>'


def heat(names: Sequence[str], r: dict[tuple[str, str], float], *, side: int = 26) -> str:
    """Correlations as a half matrix of squares: the stronger, the fuller the colour; one colour for each sign.

    Examples
    --------
    >>> heat(("a", "b"), {("a", "b"): 0.5}).count("<rect")
    1
    """
    cut = [name if len(name) <= 28 else name[:27] + "…" for name in names]
    left = 8 + 7 * max((len(name) for name in cut), default=0)
    bottom = (len(names) - 1) * side
    drawn = []
    for row, name in enumerate(names):
        if row:
            y = (row - 1) * side
            drawn.append(f'<text x="{left - 8}" y="{y + side // 2 + 4}" text-anchor="end">{escape(cut[row])}</text>')
            pairs = enumerate(names[:row])
            drawn += [_square(left + n * side, y, side, (one, name), r.get((one, name))) for n, one in pairs]
        if row < len(names) - 1:
            x, y = left + row * side + side // 2 + 4, bottom + 8
            turned = f'transform="rotate(-90 {x} {y})" text-anchor="end"'
            drawn.append(f'<text x="{x}" y="{y}" {turned}>{escape(cut[row])}</text>')
    width, height = left + bottom, bottom + 16 + 6 * max((len(name) for name in cut[:-1]), default=0)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg class="heat" {size} role="img">{"".join(drawn)}</svg>'


def _square(x: int, y: int, side: int, names: tuple[str, str], r: float | None) -> str:
    title = f"{names[0]} and {names[1]}: " + ("none" if r is None else f"{r:+.3f}")
    kind = "none" if r is None else "plus" if r >= 0 else "minus"
    drawn = (
        f'<rect class="{kind}" x="{x + 1}" y="{y + 1}" width="{side - 2}" height="{side - 2}" rx="3" '
        f'fill-opacity="{0.06 + 0.94 * abs(r or 0.0):.2f}"><title>{escape(title)}</title></rect>'
    )
    if r is None or abs(r) < _WRITTEN:
        return drawn
    place = f'x="{x + side // 2}" y="{y + side // 2 + 4}" text-anchor="middle"'
    return drawn + f'<text class="{"in" if abs(r) > _FULL else "out"}" {place}>{f"{r:+.1f}".replace("0.", ".")}</text>'
