"""The causes of the incident on its document, and in what is exported. Reads only."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from incidents.models import IncidentCause
from incidents.selectors.causes import causes_of
from postmortems.drafting import plain
from postmortems.models import Postmortem
from postmortems.parts import Exported, Part


def _render(postmortem: Postmortem, user: User, request: HttpRequest) -> SafeString | str:
    context = {
        "incident": postmortem.incident,
        "causes": causes_of(postmortem.incident),
        "may_write": user.can_respond,
    }
    return render_to_string("postmortems/causes_part.html", context, request=request)


def _read(postmortem: Postmortem, user: User) -> tuple[Sequence[str], object]:
    causes = causes_of(postmortem.incident)
    return [_line(one) for one in causes], [_data(one) for one in causes]


def _line(one: IncidentCause) -> str:
    explains = f": {plain(one.explains)}" if one.explains.strip() else ""
    return (
        f"- {plain(one.cause.name)} ({one.get_role_display().lower()}, "
        f"{one.get_confidence_display().lower()}){explains}"
    )


def _data(one: IncidentCause) -> dict[str, str]:
    return {
        "cause": one.cause.slug,
        "role": one.role,
        "confidence": one.confidence,
        "evidence": one.evidence,
        "explains": one.explains,
    }


PART = Part("causes", _render, place="main")
EXPORTED = Exported("causes", "Causes", _read)
