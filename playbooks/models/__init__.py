"""Playbooks, what they act through, and their runs. Rules live elsewhere."""

from __future__ import annotations

from playbooks.models.playbook import Connection, Playbook
from playbooks.models.run import Approval, PlaybookRun, RunStep

__all__ = ["Approval", "Connection", "Playbook", "PlaybookRun", "RunStep"]
