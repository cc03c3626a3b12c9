"""Time zones, from the one database that is pinned with the package: the machine's own may be years old."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@lru_cache(maxsize=64)
def time_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name.

    Raises
    ------
    ZoneInfoNotFoundError
        If there is no such zone.

    Examples
    --------
    >>> time_zone("Europe/Belgrade").key
    'Europe/Belgrade'
    """
    parts = name.split("/")
    try:
        if not all(part and not part.startswith(".") for part in parts):
            raise FileNotFoundError(name)
        with files("tzdata.zoneinfo").joinpath(*parts).open("rb") as handle:
            return ZoneInfo.from_file(handle, key=name)
    except (OSError, ValueError) as error:  # no file, a folder of zones, or a file that is no zone
        raise ZoneInfoNotFoundError(f"no time zone found with key {name}") from error
