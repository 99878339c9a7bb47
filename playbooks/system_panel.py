"""The block on a system's page: the playbooks that are made for it or for its kind."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from catalog.models import System
from catalog.panels import Panel
from playbooks.models import Playbook
from playbooks.selectors import MOST, shown

SHOWN = 10


def _render(system: System, user: User, request: HttpRequest) -> SafeString | str:
    """Those for every system are left out: they say nothing of this one."""
    playbooks = list(Playbook.objects.visible_to(user).filter(enabled=True)[:MOST])
    found = [
        one
        for one in shown(playbooks)
        if system.slug in one.spec.systems
        or (not one.spec.systems and system.kind in one.spec.system_kinds)
    ]
    return render_to_string("playbooks/system_panel.html", {"found": found[:SHOWN]})


PLAYBOOKS_PANEL = Panel("playbooks", "Playbooks", _render)
