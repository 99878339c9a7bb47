"""The verbs of playbooks: the only writers of this room."""

from __future__ import annotations

from playbooks.services.connections import remove_connection, save_connection
from playbooks.services.playbooks import remove_playbook, save_playbook
from playbooks.services.runs import (
    answer_approval,
    answer_check,
    begin_run,
    confirm_helped,
    go_on,
    settle_step,
    start_run,
    stop_run,
    undo_run,
)

__all__ = [
    "answer_approval",
    "answer_check",
    "begin_run",
    "confirm_helped",
    "go_on",
    "remove_connection",
    "remove_playbook",
    "save_connection",
    "save_playbook",
    "settle_step",
    "start_run",
    "stop_run",
    "undo_run",
]
