"""The demo's postmortems: in every state, dated as they happened, and nobody is told of them."""

from __future__ import annotations

import pytest

from aire_web.demo.documents import write_documents
from aire_web.demo.organisation import make_organisation
from aire_web.demo.past import write_past
from core import clock, outbox
from core.models import OutboxTask
from incidents.models import IncidentCause
from notifications.models import Delivery
from postmortems.lifecycle import POSTMORTEM
from postmortems.models import Postmortem, Reminder, SectionRevision
from postmortems.reminding import remind_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def documents() -> int:
    make_organisation()
    write_past()
    return write_documents()


def test_there_is_one_in_every_state_and_nobody_is_told(documents: int) -> None:
    states = set(Postmortem.objects.values_list("status", flat=True))
    assert states == {state.name for state in POSTMORTEM.states}
    outbox.run_due()
    assert remind_due() == 0
    assert not OutboxTask.objects.exists()
    assert not Delivery.objects.exists()
    assert not Reminder.objects.filter(state="pending", due_at__lt=clock.now()).exists()


def test_they_were_written_when_it_is_said_that_they_were(documents: int) -> None:
    now = clock.now()
    assert documents == Postmortem.objects.count() == 10
    for row in Postmortem.objects.select_related("incident"):
        assert row.created_at == row.incident.resolved_at
        known = [row.created_at, row.submitted_at, row.approved_at, row.published_at]
        stamps = [stamp for stamp in known if stamp is not None]
        assert stamps == sorted(stamps)
        assert stamps[-1] <= now
        first = SectionRevision.objects.filter(section__postmortem=row).order_by("created_at")[0]
        assert first.created_at == row.created_at


def test_what_was_ruled_out_is_there_to_be_read(documents: int) -> None:
    assert IncidentCause.objects.filter(confidence="ruled-out").exists()
