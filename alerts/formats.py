"""The registry of source formats, filled by wiring from the integrations."""

from __future__ import annotations

from alerts.signals import SourceFormat
from core.registry import Registry

formats: Registry[SourceFormat] = Registry("source format")
