"""How files of one kind are written: which format, and all that its declaration says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vertebra.formatted.draft.decision import Decision, Evidence
from vertebra.formatted.draft.delimited import delimited, tried_of
from vertebra.formatted.draft.high import Written
from vertebra.formatted.draft.sample import Sample, sample_of
from vertebra.formatted.draft.structured.fields import Fields
from vertebra.formatted.draft.widths import widths
from vertebra.project import FileFormat

_OF_MANY = 1 << 20  # bytes up to which each of many files is looked at in full
_WHOLE = 2 << 20  # and of a few
_LOOKED = 3  # files of one kind that are looked at in full


@dataclass(frozen=True, slots=True)
class Physical:
    """How files of one kind are written.

    Parameters
    ----------
    format : FileFormat
        Ready to stand in a `Source`.
    names : tuple of str
        Column names as the file has them; none where it has none.
    width : int
        Columns of most records.
    decisions : tuple of Decision
        How all of it was found.
    fields : Fields or None
        What nested records hold.
    """

    format: FileFormat
    names: tuple[str, ...]
    width: int
    decisions: tuple[Decision, ...]
    fields: Fields | None = None


def detect(paths: Sequence[Path]) -> Physical:
    """Find out how files of one kind are written.

    Parameters
    ----------
    paths : sequence of Path
        The files: the first, the middle and the last of them are looked at in full. Where they differ, the decision of
        the first stands, less surely, and names the others. What tells an encoding is looked at in all of them.
    """
    chosen = dict.fromkeys((paths[0], paths[len(paths) // 2], paths[-1]))
    written = Written.of(paths) if len(paths) > 1 else Written(None, {}, {})
    whole = _OF_MANY if len(paths) > _LOOKED else _WHOLE  # of many a draft reads the records anyway
    found = [(path, _one(sample_of(path, whole, written.together))) for path in list(chosen)[:_LOOKED]]
    first = found[0][1]
    return replace(first, decisions=tuple(written.held(_held(one, found)) for one in first.decisions))


def _one(sample: Sample) -> Physical:
    """One file, by the first detector that does not reject it."""
    return next(result for detector in DETECTORS if (result := detector(sample)) is not None)


def _held(decision: Decision, found: Sequence[tuple[Path, Physical]]) -> Decision:
    """A decision, as far as it holds for the other files, too."""
    others = []
    for path, one in found[1:]:
        value = next((other.value for other in one.decisions if other.about == decision.about), None)
        if value != decision.value:
            others.append(Evidence(path.name, 0, f"here it is {value!r}"))
    if not others:
        return decision
    why = f"{decision.why}; not so in {', '.join(one.file for one in others)}"
    evidence = (*decision.evidence, *others)
    return replace(decision, confidence=min(decision.confidence, 0.5), why=why, evidence=evidence)


def _fixed(sample: Sample) -> Physical | None:
    found = widths(sample, tried_of(sample))
    if found is None:
        return None
    return Physical(found.format, found.names, len(found.format.edges), found.decisions)


def _delimited(sample: Sample) -> Physical:
    found = delimited(sample)
    return Physical(found.format, found.names, found.table.width, found.decisions)


DETECTORS: tuple[Callable[[Sample], Physical | None], ...] = (_fixed, _delimited)
"""In this order; the last takes every text."""
