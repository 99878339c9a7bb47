"""The verbs of the slos room: the only writers of indicators, objectives and measurements."""

from __future__ import annotations

from slos.recording import Recorded, record_points
from slos.services.corrections import (
    correct_budget,
    exempt,
    withdraw_correction,
    withdraw_exemption,
)
from slos.services.indicators import (
    delete_data_source,
    delete_sli,
    save_data_source,
    save_sli,
)
from slos.services.objectives import (
    create_slo,
    delete_slo,
    present_definition,
    save_slo,
    switch_slo,
)

__all__ = [
    "Recorded",
    "correct_budget",
    "create_slo",
    "delete_data_source",
    "delete_sli",
    "delete_slo",
    "exempt",
    "present_definition",
    "record_points",
    "save_data_source",
    "save_sli",
    "save_slo",
    "switch_slo",
    "withdraw_correction",
    "withdraw_exemption",
]
