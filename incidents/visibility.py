"""Which subjects of the paging rooms are incidents that somebody may see."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from incidents.models import Incident


def visible_subjects(user: User, subject_keys: Sequence[str]) -> set[str]:
    """Those of `incident:<id>` keys that this person may see."""
    ids = {
        int(key.removeprefix("incident:")): key
        for key in subject_keys
        if key.startswith("incident:") and key.removeprefix("incident:").isdigit()
    }
    seen = Incident.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
    return {ids[pk] for pk in seen}
