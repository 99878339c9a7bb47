"""The top of an incident's page: what is wrong, where, what changed, what is likely, what helps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from alerts.models import Alert
from catalog.models import Change, System, SystemPart
from core import clock
from incidents.models import IncidentAlert
from incidents.selectors import incident_page
from incidents.services import attach_cause
from taxonomy.models import Cause
from tests.cast import actor_of, sign_in
from tests.incidents.cast import make_incident, move

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>"


def shown(user: User, ref: str) -> str:
    return sign_in(user).get(f"/incidents/{ref}/").content.decode()


def test_the_blocks_stand_in_the_order_of_the_questions_one_has_at_night(
    teammate: User, system: System
) -> None:
    Change.objects.create(
        system=system, kind="prompt", summary="Shorter", version="v32", occurred_at=clock.now()
    )
    page = shown(teammate, make_incident(systems=[system]).ref)
    heads = ["Now", "Affected systems", "Who is on it", "What changed", "Likely causes"]
    places = [page.index(f"<h2>{head}</h2>") for head in heads]
    places += [page.index(f'id="{block}"') for block in ("triage-panel", "timeline")]
    assert places == sorted(places)


def test_versions_stand_beside_the_system_the_latest_change_first(
    teammate: User, system: System
) -> None:
    now = clock.now()
    for kind, version, ago in (("model", "m-7", 9), ("prompt", "p-31", 1), ("guardrail", "", 2)):
        SystemPart.objects.create(
            system=system, kind=kind, name=kind, version=version, since=now - timedelta(days=ago)
        )
    page = incident_page(teammate, make_incident(systems=[system]).ref)
    assert [part.version for part in page.systems[0].parts.all()] == ["p-31", "m-7"]


def test_what_a_version_is_called_is_only_text(teammate: User, system: System) -> None:
    SystemPart.objects.create(
        system=system, kind="model", name=EVIL, version=EVIL, served="other", since=clock.now()
    )
    page = shown(teammate, make_incident(systems=[system]).ref)
    assert EVIL not in page
    assert "other answers" in page


def test_the_alert_speaks_until_somebody_writes_an_update(
    teammate: User, make_alert: Callable[..., Alert]
) -> None:
    incident = make_incident("Grounding fell")
    alert = make_alert(annotations={"description": f"71 % of answers are grounded {EVIL}"})
    IncidentAlert.objects.create(incident=incident, alert=alert)
    page = shown(teammate, incident.ref)
    assert "71 % of answers are grounded" in page
    assert EVIL not in page
    move(incident, "acknowledged", by=teammate, note="I am on it")
    assert "71 % of answers are grounded" not in shown(teammate, incident.ref)


def test_a_likely_cause_says_why_and_what_helps_until_one_is_named(
    teammate: User, system: System
) -> None:
    incident = make_incident(systems=[system])
    incident.cause_hint = "drift.covariate"
    incident.save()
    cause = Cause.objects.get(slug="drift.covariate")
    page = shown(teammate, incident.ref)
    assert "The route of its alerts hints at drift.covariate." in page
    assert cause.immediate_mitigations[0] in page
    attach_cause(incident_id=incident.pk, cause="drift.concept", actor=actor_of(teammate))
    page = shown(teammate, incident.ref)
    assert "Likely causes" not in page
    assert cause.immediate_mitigations[0] not in page


def test_a_title_that_repeats_an_alert_is_not_a_second_reason(
    teammate: User, system: System, make_alert: Callable[..., Alert]
) -> None:
    title = "The objective burns"
    incident = make_incident(title, systems=[system])
    assert incident_page(teammate, incident.ref).likely == []
    IncidentAlert.objects.create(incident=incident, alert=make_alert(title=title))
    assert incident_page(teammate, incident.ref).likely == []


def test_a_cause_that_was_retired_is_not_likely_any_more(teammate: User, system: System) -> None:
    incident = make_incident(systems=[system])
    incident.cause_hint = "drift.covariate"
    incident.save()
    assert incident_page(teammate, incident.ref).likely[0].cause.slug == "drift.covariate"
    Cause.objects.filter(slug="drift.covariate").update(retired=True)
    likely = incident_page(teammate, incident.ref).likely
    assert "drift.covariate" not in [one.cause.slug for one in likely]


def test_nobody_guesses_about_what_is_over(teammate: User, system: System) -> None:
    incident = make_incident(systems=[system])
    incident.cause_hint = "drift.covariate"
    incident.save()
    move(incident, "acknowledged")
    move(incident, "mitigated")
    move(incident, "resolved", note="Rolled back")
    assert incident_page(teammate, incident.ref).likely == []
