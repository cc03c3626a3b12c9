"""Which file versions stand in a table, by the source's load rule."""

from __future__ import annotations

from collections.abc import Iterable

from vertebra.governance.files import FileVersion
from vertebra.project import Load


def wanted(files: Iterable[FileVersion], load: Load) -> tuple[FileVersion, ...]:
    """The file versions whose rows belong into the table, oldest delivery first.

    Parameters
    ----------
    files : iterable of FileVersion
        Every version of every file of the source.
    load : Load
        The rule.
    """
    ordered = sorted((file for file in files if not file.is_archive), key=lambda file: file.id)
    match load:
        case Load.APPEND | Load.UPSERT:
            return tuple(ordered)
        case Load.REPLACE:
            place = ordered[-1].place if ordered else ("", "")
            together = [file for file in ordered if place[1] and file.place[0] == place[0]]  # files of one archive
            return tuple(together or ordered[-1:])
        case _:
            newest = {file.name: file for file in ordered}
            return tuple(sorted(newest.values(), key=lambda file: file.id))
