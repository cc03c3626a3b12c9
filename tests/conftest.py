"""What holds for every test."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from hypothesis import settings

from vertebra.formatted import formats

# no test is about time, and the machine may be busy with others
settings.register_profile("vertebra", deadline=None)
settings.load_profile("vertebra")

# What a run imports in a thread of its own is imported before: CPython 3.11 can lose count of how deep a syntax tree is
# ("AST constructor recursion depth mismatch") where pytest compiles a module beside that thread.
for _name in ("deltalake", "duckdb", "pyarrow", "vertebra.formatted.load", "vertebra.profile"):
    import_module(_name)
for _module in pkgutil.iter_modules(formats.__path__, f"{formats.__name__}."):
    import_module(_module.name)
