"""What this room adds to the page of a cause: playbooks for it, and what carries its mitigations
out."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from playbooks.facts import helps_of
from playbooks.matching import Facts, fit
from playbooks.models import Playbook
from playbooks.selectors import MOST, Proposal
from playbooks.services.playbooks import spec_of
from taxonomy.models import Cause


def playbooks_for_cause(cause: Cause, user: User, request: HttpRequest) -> SafeString | str:
    """Whatever system they are for. One query."""
    facts = Facts(causes={cause.slug: "as it says"}, helps=helps_of([cause]))
    found = []
    for playbook in Playbook.objects.visible_to(user).filter(enabled=True)[:MOST]:
        spec = spec_of(playbook.definition)
        anywhere = spec.model_copy(update={"systems": [], "system_kinds": []})
        if (how := fit(anywhere, facts)) is not None:
            found.append(Proposal(playbook, spec, how))
    if not found:
        return ""
    return render_to_string("playbooks/cause_panel.html", {"found": found}, request=request)
