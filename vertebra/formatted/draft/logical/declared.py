"""Types that the files themselves declare."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence

from vertebra.formatted.draft.decision import Alternative
from vertebra.formatted.draft.logical.epochs import seconds
from vertebra.formatted.draft.logical.matching import Joined
from vertebra.formatted.draft.logical.raw import RawFile
from vertebra.formatted.draft.logical.values import Reading, Values
from vertebra.formatted.formats.declared import Declared, agreed

_SURE = 0.99
_DAY = re.compile(r"[1-9]\d{3}-\d\d-\d\d")
_TIME = re.compile(r"[1-9]\d{3}-[^.]*(\.\d{1,6})?(Z|[+-][\d:]+)?")
_FITS: Mapping[str, Callable[[str], bool]] = {
    "double": lambda text: math.isfinite(float(text)),
    "date": lambda text: bool(_DAY.fullmatch(text)),
    "timestamp": lambda text: bool(_TIME.fullmatch(text)),
}
"""What a template's type does not take of what a file may hold under it: no number, years, digits of a second."""


def declared_of(shapes: Sequence[Sequence[RawFile]], one: Joined) -> Declared | None:
    """What all files that have a column declare it to be."""
    found = {
        file.types[at] if file.types else None
        for shape, at in zip(shapes, one.at, strict=True)
        if at is not None
        for file in shape
    }
    return agreed(found)


def declared(values: Values) -> Reading | None:
    """What the files declare."""
    said = values.declared
    if said is None:
        return None
    fits = _FITS.get(said.type)
    misfits = {text: count for text, count in values.counts.items() if fits and not fits(text)}
    settings = {"true": ("true",), "false": ("false",)} if said.type == "boolean" else {}
    epoch = seconds(values) if said.type == "integer" else None
    others = [{"type": epoch.type, "format": list(epoch.settings["format"])}] if epoch else []
    return Reading(
        said.type,
        _SURE,
        f"declared by the file: {said.told}",
        settings,
        tuple(values.counts)[:2],
        tuple(Alternative(other, 0.3, "the name says that it is a time") for other in others),
        misfits,
    )
