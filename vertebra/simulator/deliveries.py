"""What was delivered, and how a file gets into its folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vertebra.errors import StorageError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from vertebra.simulator.defects import Injected


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One file as it was written.

    Parameters
    ----------
    path : str
        Path in the deliveries' folder, with slashes.
    kind : str
        `meters`, `weather` or `bulk`.
    device : str
        Device; empty for weather.
    month : str
        `yyyy-mm`.
    rows : int
        Records, without the header line.
    size : int
        Bytes.
    sha256 : str
        Of the bytes, in hexadecimal digits.
    """

    path: str
    kind: Literal["meters", "weather", "bulk"]
    device: str
    month: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Deliveries:
    """One round of deliveries and the truth about it.

    Parameters
    ----------
    folder : Path
        Where the files lie.
    files : tuple of DeliveredFile
        In the order of devices and months, weather last.
    injected : tuple of Injected
        Every defect in these files; a file that is held back is listed as `late-file`.
    """

    folder: Path
    files: tuple[DeliveredFile, ...]
    injected: tuple[Injected, ...]

    @property
    def rows(self) -> int:
        """Records in all files."""
        return sum(file.rows for file in self.files)


def deliver(
    folder: Path,
    path: str,
    content: bytes,
    *,
    kind: Literal["meters", "weather", "bulk"],
    device: str,
    month: str,
    rows: int,
    correct: bool = False,
) -> DeliveredFile:
    """Write one file, whole or not at all.

    A file that stands with the same bytes is left as it is, time stamp included.

    Raises
    ------
    UsageError
        When a file of that name stands with other bytes, and this is no correction.
    StorageError
        When it cannot be written.
    """
    target = folder / path
    try:
        standing = target.read_bytes() if target.exists() else None
        if standing is not None and standing != content and not correct:
            raise UsageError(
                f"{path} is there already, with other content",
                where=str(target),
                why="the simulator does not write over deliveries that it would not make",
                next_="give an empty folder, or remove that one",
            )
        if standing != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            part.write_bytes(content)
            part.replace(target)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written",
            where=str(target),
            why=error.strerror or type(error).__name__,
            next_="make room or give a folder that you may write to",
        ) from error
    return DeliveredFile(path, kind, device, month, rows, len(content), hashlib.sha256(content).hexdigest())
