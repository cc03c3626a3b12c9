"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# no test is about time, and the machine may be busy with others
settings.register_profile("vertebra", deadline=None)
settings.load_profile("vertebra")
