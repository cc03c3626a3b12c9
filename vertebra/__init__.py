"""Vertebra."""
