"""The verbs of the alerts room: the only writers of sources, keys, routes, silences and replays."""

from __future__ import annotations

from alerts.services.keys import revoke_source_key, rotate_source_key
from alerts.services.noise import (
    create_inhibition,
    delete_inhibition,
    save_inhibition,
    save_noise_settings,
)
from alerts.services.receipts import (
    replay_receipt,
    replay_set_aside,
    resolve_silent,
    send_test,
)
from alerts.services.redaction import reveal_raw, save_redaction
from alerts.services.reports import report_problem
from alerts.services.routes import create_route, delete_route, save_route
from alerts.services.silences import create_silence, edit_silence, expire_silence
from alerts.services.sources import create_source, delete_source, save_source, switch_source

__all__ = [
    "create_inhibition",
    "create_route",
    "create_silence",
    "create_source",
    "delete_inhibition",
    "delete_route",
    "delete_source",
    "edit_silence",
    "expire_silence",
    "replay_receipt",
    "replay_set_aside",
    "report_problem",
    "resolve_silent",
    "reveal_raw",
    "revoke_source_key",
    "rotate_source_key",
    "save_inhibition",
    "save_noise_settings",
    "save_redaction",
    "save_route",
    "save_source",
    "send_test",
    "switch_source",
]
