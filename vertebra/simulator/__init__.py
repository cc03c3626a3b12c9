"""A seeded district-heating network: its deliveries are as spoiled as real ones, and the truth is known."""

from vertebra.simulator.bulk import bulk
from vertebra.simulator.defects import KINDS, Defects, Injected, Kind
from vertebra.simulator.deliveries import DeliveredFile, Deliveries
from vertebra.simulator.example import project_files
from vertebra.simulator.simulation import redeliver, simulate

__all__ = [
    "KINDS",
    "Defects",
    "DeliveredFile",
    "Deliveries",
    "Injected",
    "Kind",
    "bulk",
    "project_files",
    "redeliver",
    "simulate",
]
