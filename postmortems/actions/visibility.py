"""What other rooms may show of follow-ups: lines of the audit trail."""

from __future__ import annotations

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User
from postmortems.models import Action


def hidden_audit_lines(user: User) -> Q:
    """Lines about follow-ups of private incidents that this person may not see."""
    seen = Action.objects.visible_to(user).values("pk")
    hidden = Action.objects.exclude(pk__in=seen).annotate(
        name=Concat(Value("ACT-"), Cast("pk", CharField()))
    )
    return Q(target_kind="action", target_ref__in=hidden.values("name"))
