"""The evaluation cases of the incident on its document, with how they stand. Reads only."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from incidents.evidence.cases import cases_of
from postmortems.drafting import plain
from postmortems.models import Postmortem
from postmortems.parts import Exported, Part


def _render(postmortem: Postmortem, user: User, request: HttpRequest) -> SafeString | str:
    found = cases_of(postmortem.incident)
    if not found:
        return ""
    context = {"incident": postmortem.incident, "cases": found}
    return render_to_string("postmortems/cases_part.html", context, request=request)


def _read(postmortem: Postmortem, user: User) -> tuple[Sequence[str], object]:
    found = cases_of(postmortem.incident)
    lines = [
        f"- {case.ref} {plain(case.title)}: {case.get_case_state_display().lower()}"
        for case in found
    ]
    data = [{"case": case.ref, "title": case.title, "state": case.case_state,
             "commit": case.case_commit} for case in found]  # fmt: skip
    return lines, data


PART = Part("cases", _render, place="main")
EXPORTED = Exported("cases", "Evaluation cases", _read)
