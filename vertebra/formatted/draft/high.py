"""The lines of files that are not ASCII alone: it is they that tell an encoding, wherever they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vertebra.formatted.draft.decision import Decision, Evidence
from vertebra.formatted.draft.encoding import Encoding, encoding_of, reads_better

_CHUNK = 1 << 22
_PART = 1 << 14  # bytes of lines that are taken of each chunk, so that late ones are seen, too
_MOST = 1 << 20  # bytes of lines that are looked at, of all files together
_LEAST = 1 << 12  # and of each


def high_lines(path: Path, most: int = _MOST) -> bytes:
    """Lines of a file with bytes outside of ASCII, some from each part of it."""
    found: list[bytes] = []
    size, rest = 0, b""
    with path.open("rb") as handle:
        while size < most and (chunk := handle.read(_CHUNK)):
            if (rest + chunk).isascii():
                rest = chunk[chunk.rfind(b"\n") + 1 :]
                continue
            lines = (rest + chunk).splitlines(keepends=True)
            rest = lines.pop() if len(chunk) == _CHUNK and len(lines) > 1 else b""
            part = 0
            for line in lines:
                if part < _PART and not line.isascii():
                    found.append(line)
                    part += len(line)
            size += part
        if not rest.isascii():
            found.append(rest)
    return b"".join(found)


@dataclass(frozen=True, slots=True)
class Written:
    """What files are written in.

    Parameters
    ----------
    together : Encoding or None
        All of them, where all are of one byte a letter; None where each is looked at by itself.
    own : mapping
        Each file that is not ASCII alone: what it is written in.
    lines : mapping
        Its lines that tell.
    """

    together: Encoding | None
    own: Mapping[Path, Encoding]
    lines: Mapping[Path, bytes]

    @classmethod
    def of(cls, paths: Sequence[Path]) -> Written:
        """Look at files, all of them from beginning to end."""
        most = max(_LEAST, _MOST // len(paths))
        lines = {path: high for path in paths if (high := high_lines(path, most))}
        own = {path: encoding_of(high) for path, high in lines.items()}
        wide = not own or any(one.name.startswith("utf") for one in own.values())
        return cls(None if wide else encoding_of(b"\n".join(lines.values())), own, lines)

    def held(self, decision: Decision) -> Decision:
        """A decision about an encoding, less sure where some files are written in another, as their letters tell."""
        if not decision.about.endswith(".encoding"):
            return decision
        known = {one.file for one in decision.evidence if one.text.startswith("here")}
        others = [p for p in self.own if p.name not in known and self._speaks_against(p, decision.value)]
        if not others:
            return decision
        evidence = [Evidence(path.name, 0, f"here it is {self.own[path].name!r}") for path in others[:20]]
        shown = ", ".join(path.name for path in others[:3]) + (
            f" and {len(others) - 3} more" if len(others) > 3 else ""
        )
        why = f"{decision.why}; not so in {shown}"
        sure = min(decision.confidence, 0.5)
        return replace(decision, confidence=sure, why=why, evidence=(*decision.evidence, *evidence))

    def _speaks_against(self, path: Path, value: str) -> bool:
        found = self.own[path].name
        if found == value:
            return False
        wide = found.startswith("utf") or value.startswith("utf")
        return wide or reads_better(self.lines[path], found, value)
