"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# a property is about values: how long an example takes says something about the machine, and nothing about it
settings.register_profile("vertebra", deadline=None)
settings.load_profile("vertebra")
