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
    ordered = sorted(files, key=lambda file: file.id)
    match load:
        case Load.APPEND | Load.UPSERT:
            return tuple(ordered)
        case Load.REPLACE:
            return tuple(ordered[-1:])
        case _:
            newest = {file.name: file for file in ordered}
            return tuple(sorted(newest.values(), key=lambda file: file.id))
