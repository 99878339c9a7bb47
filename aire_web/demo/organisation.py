"""Applies the files under `demo/organisation` with the code of `manage.py apply`."""

from __future__ import annotations

from django.conf import settings

from aire_web.config.applying import apply_files
from aire_web.config.files import find_files
from core.actor import Via, program

ADMIN = "mira.lindqvist@larkmoor.example"


def make_organisation() -> int:
    """Answers how many documents were applied. The files are our own: a refusal is a bug."""
    files, refusals = find_files([str(settings.BASE_DIR / "demo" / "organisation")])
    outcome = apply_files(files, env={}, actor=program("The demo", Via.APPLY))
    if refusals or not outcome.applied:
        told = "; ".join(str(refusal) for refusal in [*refusals, *outcome.refusals])
        raise ValueError(f"The demo's own files are refused: {told}")
    return len(outcome.plan.saves)
