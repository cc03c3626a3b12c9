"""Vertebra: a dataset version is an immutable set of files plus its record; every step publishes one more."""

from vertebra._version import __version__
from vertebra.backbone import Backbone, draft, open  # noqa: A004  `import vertebra as vb; vb.open("heating")`
from vertebra.frame import Frame

__all__ = ["Backbone", "Frame", "__version__", "draft", "open"]
