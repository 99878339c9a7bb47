"""Reads of the on-call room."""

from __future__ import annotations

from catalog.models import System
from oncall.models import EscalationPolicy


def policy_for_system(system: System) -> EscalationPolicy | None:
    """The policy that pages for a system when no route says otherwise."""
    return EscalationPolicy.objects.filter(system_policies__system=system).first()
