"""OpenSLO documents in config as code: read by their own rules, kept word for word, turned into
indicators, objectives and data sources."""

from __future__ import annotations

from slos.manifest.kinds import OPENSLO_KINDS
from slos.manifest.reading import read_openslo

__all__ = ["OPENSLO_KINDS", "read_openslo"]
