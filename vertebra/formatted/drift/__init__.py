"""Files that are not as their template says: the template follows them, says so, and can be taken back."""

from vertebra.formatted.drift.evolve import WRITTEN, about, evolved
from vertebra.formatted.drift.loaded import Loaded, as_declared

__all__ = ["WRITTEN", "Loaded", "about", "as_declared", "evolved"]
