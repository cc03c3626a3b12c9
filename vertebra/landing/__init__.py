"""What is delivered is kept, byte for byte, under source, name and version; what was seen already is not read again."""

from vertebra.landing.candidate import Candidate
from vertebra.landing.verbs import land, look, push

__all__ = ["Candidate", "land", "look", "push"]
