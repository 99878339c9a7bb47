"""The registry of source formats, filled by wiring from the integrations."""

from __future__ import annotations

from alerts.signals import SourceFormat
from core.registry import Registry

formats: Registry[SourceFormat] = Registry("source format")

own_formats: Registry[SourceFormat] = Registry("format of our own")
"""What AIRE itself sends as: read like any other, but nobody makes a source that speaks it."""


def reader_of(name: str) -> SourceFormat | None:
    return formats.get(name) or own_formats.get(name)
