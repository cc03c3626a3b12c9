"""Seconds and milliseconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from vertebra.formatted.draft.decision import Alternative
from vertebra.formatted.draft.logical.values import Reading, Values


def seconds(values: Values) -> Reading | None:
    """Seconds or milliseconds since 1970: only where the name says that it is a time."""
    if not values.named("epoch", "unix", "timestamp", "ts", "time", "unixtime", "posix", "created", "updated"):
        return None
    texts = [text.strip() for text in values.counts]
    if not texts or not all(re.fullmatch(r"\d{9,13}", text) for text in texts):
        return None
    for unit, low, high in (("epoch", 100_000_000, 2_500_000_000), ("epoch_ms", 100_000_000_000, 2_500_000_000_000)):
        if all(low <= int(text) <= high for text in texts) and values.total == sum(values.counts.values()):
            what = "seconds" if unit == "epoch" else "milliseconds"
            why = f"the name says that it is a time, and as {what} since 1970 all lie between 1973 and 2049"
            day = datetime.fromtimestamp(int(texts[0]) / (1 if unit == "epoch" else 1000), UTC).date().isoformat()
            other = Alternative({"type": "integer"}, 0.1, "a number of something else")
            return Reading("timestamp", 0.9, f"{why}: {day}, …", {"format": (unit,)}, tuple(texts[:2]), (other,))
    return None
