"""The tables of the slos room, one noun a file."""

from __future__ import annotations

from slos.models.counts import Arrival, DayCount, HourCount, Measurement, Series, StaleHour, Track
from slos.models.documents import OpenSloDocument
from slos.models.intake import Poll, SeenEvent, Stream, Tally, Unmatched
from slos.models.policy import Exemption, Obligation
from slos.models.sli import DataSource, Sli, SliEvaluator
from slos.models.slo import Correction, Slo, SloDefinition
from slos.models.state import BudgetDay, RuleState, SloState

__all__ = [
    "Arrival",
    "BudgetDay",
    "Correction",
    "DataSource",
    "DayCount",
    "Exemption",
    "HourCount",
    "Measurement",
    "Obligation",
    "OpenSloDocument",
    "Poll",
    "RuleState",
    "SeenEvent",
    "Series",
    "Sli",
    "SliEvaluator",
    "Slo",
    "SloDefinition",
    "SloState",
    "StaleHour",
    "Stream",
    "Tally",
    "Track",
    "Unmatched",
]
