"""Bytes and tables under one root: a local folder now, an object store by another URL."""

from vertebra.storage.delta import DeltaTables, Snapshot
from vertebra.storage.local import LocalStorage
from vertebra.storage.port import Received, Storage

__all__ = ["DeltaTables", "LocalStorage", "Received", "Snapshot", "Storage"]
