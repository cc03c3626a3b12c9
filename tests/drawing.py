"""How many cases are drawn: few in the normal run, which stays under ten minutes, many in the long one."""

from __future__ import annotations

import os

LONG = bool(os.environ.get("VERTEBRA_LONG"))


def cases(normal: int, long: int) -> int:
    """So many in this run."""
    return long if LONG else normal
