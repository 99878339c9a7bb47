"""Which severities page, and how they compare. Pure."""

from __future__ import annotations

from alerts.signals import Severity

PAGING = frozenset({Severity.SEV1, Severity.SEV2, Severity.SEV3})
"""SEV4 is recorded and shown, but wakes nobody."""

UNKNOWN = Severity.SEV3
"""What an alert counts as whose sender says nothing that is understood: it pages (fail open)."""


def worst(first: str, second: str) -> str:
    """The more severe of two; severities sort by their names."""
    return min(first, second)


def pages(severity: str) -> bool:
    return severity in PAGING
