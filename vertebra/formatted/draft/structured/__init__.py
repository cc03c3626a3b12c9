"""Files that are no delimited text: which format they have, by their content, and which columns a template names."""

from vertebra.formatted.draft.structured.recognise import recognised
from vertebra.formatted.draft.structured.structure import Structure, structure_of

__all__ = ["Structure", "recognised", "structure_of"]
