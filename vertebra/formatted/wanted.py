"""Which file versions stand in a table, by the source's load rule."""

from __future__ import annotations

from collections.abc import Iterable

from vertebra.governance.files import Named
from vertebra.project import Load


def wanted(files: Iterable[Named], load: Load) -> tuple[Named, ...]:
    """The file versions whose rows belong into the table, oldest delivery first.

    Parameters
    ----------
    files : iterable of Named
        Every version of every file of the source.
    load : Load
        The rule.
    """
    ordered = sorted((file for file in files if not file.is_archive), key=lambda file: file.id)
    match load:
        case Load.APPEND | Load.UPSERT:
            return tuple(ordered)
        case Load.REPLACE:
            archive = ordered[-1].archive if ordered else ""
            together = [file for file in ordered if archive and file.archive == archive]
            return tuple(together or ordered[-1:])
        case _:
            newest = {file.name: file for file in ordered}
            return tuple(sorted(newest.values(), key=lambda file: file.id))
