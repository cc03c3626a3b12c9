"""Which rows of the delivered files should stand, told by how the files differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from statistics import median

from vertebra.formatted.draft.decision import Alternative, Decision, Evidence
from vertebra.formatted.draft.logical.raw import Raw, RawFile
from vertebra.formatted.draft.logical.verify import tried

_PAIRS = 8
_LARGE = 4 << 20  # bytes of a file that is not read whole for this
_SAME, _SOME = 0.5, 0.05


def load_rule(raw: Raw, *, key: bool) -> Decision:
    """The natural load rule of a source."""
    files = raw.files
    generations = Counter(file.given.name.rsplit("/", 1)[-1] for file in files)
    again = [name for name, count in generations.items() if count > 1]
    if again:
        return _of_generations(raw, files, again)
    if len(files) == 1:
        why = "there is one file: how deliveries follow each other is not seen"
        return Decision(
            "load", "latest", 0.7, why, alternatives=(Alternative("replace", 0.2), Alternative("append", 0.1))
        )
    shares = _shares(raw, pairwise_of(files))
    if not shares:
        return Decision(
            "load", "latest", 0.8, "each file has a name of its own", alternatives=(Alternative("append", 0.1),)
        )
    share = median(shares)
    shown = (Evidence(files[0].given.name, 0, f"{share:.0%} of its records are in the next file, too"),)
    if share >= _SAME:
        others = (Alternative("latest", 0.3, "every file stands"),)
        return Decision("load", "replace", 0.7, "each file repeats most records of the one before", shown, others)
    if share >= _SOME and key:
        others = (Alternative("latest", 0.4),)
        return Decision("load", "upsert", 0.6, "files repeat some records of those before", shown, others)
    return Decision("load", "latest", 0.95, "files with names of their own hold records of their own", shown)


def _of_generations(raw: Raw, files: Sequence[RawFile], again: Sequence[str]) -> Decision:
    """Files that were delivered again under their name: does the newer repeat the older?"""
    pairs = []
    for name in again:
        own = [file for file in files if file.given.name.rsplit("/", 1)[-1] == name]
        pairs += list(pairwise(own))
    shares = _shares(raw, pairs[:_PAIRS])
    shown = tuple(Evidence(name, 0, "stands in several folders") for name in again[:3])
    if shares and median(shares) < _SOME:
        why = "files that come again under their name hold other records"
        return Decision("load", "append", 0.8, why, shown, (Alternative("latest", 0.2),))
    why = "files come again under their name and repeat what the older one held: push them in their order"
    return Decision("load", "latest", 0.85, why, shown, (Alternative("append", 0.1),))


def pairwise_of(files: Sequence[RawFile]) -> list[tuple[RawFile, RawFile]]:
    """Files beside each other in the order of their names, evenly chosen."""
    pairs = list(pairwise(sorted(files, key=lambda file: file.given.name)))
    step = max(1, len(pairs) // _PAIRS)
    return pairs[::step][:_PAIRS]


def _shares(raw: Raw, pairs: Sequence[tuple[RawFile, RawFile]]) -> list[float]:
    """For each pair the share of the smaller file's records that are in the other, too."""
    found = []
    for left, right in pairs:
        if max(left.opened.text.stat().st_size, right.opened.text.stat().st_size) > _LARGE or left.names != right.names:
            continue
        row = tried(raw, partial(_common, raw, left, right))[0]
        if row["a"] and row["b"]:
            found.append(row["both"] / min(row["a"], row["b"]))
    return found


def _common(raw: Raw, left: RawFile, right: RawFile) -> str:
    """SQL of how many different records two files have, and how many both of them."""
    names = ", ".join(f"c{number}" for number in range(1, left.layout.width + 1))
    one, two = (next(raw.relations([file]))[0] for file in (left, right))
    return (
        f"with a as (select distinct hash({names}) as h from {one}), "
        f"b as (select distinct hash({names}) as h from {two}) "
        "select (select count(*) from a) as a, (select count(*) from b) as b, "
        "(select count(*) from a semi join b using (h)) as both"
    )
