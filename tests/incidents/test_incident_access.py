"""The glass that is broken leaves its pieces on the timeline and in the audit trail."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry, User
from tests.cast import sign_in
from tests.incidents.cast import make_incident

pytestmark = pytest.mark.django_db


def test_somebody_let_in_from_the_server_sees_it_and_it_is_on_record(
    owner: User, stranger: User
) -> None:
    incident = make_incident("Leak", by=owner, private=True)
    call_command("incident_access", incident.ref.lower(), add=stranger.email.upper())
    assert sign_in(stranger).get(f"/incidents/{incident.ref}/").status_code == 200
    assert "let Sam Stranger in" in incident.events.get(kind="access").text
    line = AuditEntry.objects.get(action="incident.grant", target_ref=incident.ref)
    assert line.detail["user"] == stranger.email


@pytest.mark.parametrize(("ref", "email"), [("INC-999", "sam.stranger@example.org"), ("x", "y")])
def test_a_wrong_reference_is_said(stranger: User, ref: str, email: str) -> None:
    with pytest.raises(CommandError, match="no incident"):
        call_command("incident_access", ref, add=email)


def test_somebody_who_is_not_there_is_said(db: None) -> None:
    with pytest.raises(CommandError, match="Nobody active"):
        call_command("incident_access", make_incident().ref, add="x@example.org")
