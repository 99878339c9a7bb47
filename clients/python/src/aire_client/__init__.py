"""A small client of AIRE: measurements, changes, alerts, reports and heartbeats in a line each."""

from aire_client.background import Background
from aire_client.calls import ChangeKind, Measurement, Severity, Status
from aire_client.client import Aire
from aire_client.errors import AireError, Refused, Unreachable
from aire_client.transport import Answer, Retry

__all__ = [
    "Aire",
    "AireError",
    "Answer",
    "Background",
    "ChangeKind",
    "Measurement",
    "Refused",
    "Retry",
    "Severity",
    "Status",
    "Unreachable",
]
__version__ = "0.1.0"
