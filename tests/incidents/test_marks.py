"""What rows of the list show: news for the reader, alerts of the last day; and the impact."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from alerts.models import Alert
from core import clock
from incidents import selectors, services
from incidents.models import Incident, IncidentAlert, IncidentSeen
from incidents.timeline import add_event
from tests.alerts.scene import make_alert, make_source
from tests.cast import TESTER, sign_in
from tests.incidents.cast import make_incident

pytestmark = pytest.mark.django_db


def unread(user: User, incident: Incident) -> bool:
    return selectors.row_marks(user, [incident])[incident.pk].unread


def test_what_came_since_somebody_looked_is_new_to_them_alone(owner: User, teammate: User) -> None:
    incident = make_incident("Slow")
    services.mark_seen(incident=incident, user=owner)
    services.mark_seen(incident=incident, user=teammate)
    assert not unread(owner, incident)
    Incident.objects.filter(pk=incident.pk).update(status="acknowledged")
    with_time_between(incident, owner)
    add_event(incident=incident, kind="note", text="Look", actor=TESTER)
    assert unread(owner, incident)
    services.mark_seen(incident=incident, user=owner)
    with_time_between(incident, teammate)
    assert unread(teammate, incident)


def with_time_between(incident: Incident, user: User) -> None:
    """In one transaction the database's clock stands still: they looked a minute ago."""
    from_then = clock.now() - timedelta(minutes=1)
    IncidentSeen.objects.filter(incident=incident, user=user).update(at=from_then)


def test_history_that_nobody_has_read_is_no_news(owner: User) -> None:
    active, over = make_incident("Now"), make_incident("Then")
    Incident.objects.filter(pk=over.pk).update(status="resolved")
    assert unread(owner, active)
    assert not unread(owner, over)


def test_opening_the_page_takes_the_mark_away(owner: User) -> None:
    incident = make_incident("Slow")
    browser = sign_in(owner)
    assert "New since you looked" in browser.get("/incidents/").content.decode()
    browser.get(f"/incidents/{incident.ref}/")
    assert "New since you looked" not in browser.get("/incidents/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_alerts_are_counted_by_the_hour(owner: User) -> None:
    incident = make_incident("Slow")
    source = make_source()
    for number, hours in enumerate((0, 0, 3, 30)):
        alert = make_alert(source, title=f"Alert {number}")
        came = clock.now() - timedelta(hours=hours, minutes=5)
        Alert.objects.filter(pk=alert.pk).update(first_seen_at=came)
        IncidentAlert.objects.filter(alert=alert).delete()
        IncidentAlert.objects.create(incident=incident, alert=alert)
    counts = selectors.row_marks(owner, [incident])[incident.pk].alerts
    assert (sum(counts), counts[-1], counts[-4]) == (3, 2, 1)


def test_a_page_of_rows_costs_two_queries(owner: User, django_assert_num_queries: object) -> None:
    incidents = [make_incident(f"Case {number}") for number in range(5)]
    with django_assert_num_queries(2):  # type: ignore[operator]
        selectors.row_marks(owner, incidents)
    assert selectors.row_marks(owner, []) == {}


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ({}, "so far"),
        ({"onset_at": timedelta(hours=-2)}, "For 2 h so far"),
        ({"onset_at": timedelta(hours=-2), "mitigated_at": timedelta(hours=-1)}, "Lasted 1 h"),
    ],
)
def test_the_page_says_how_long_the_impact_lasted(
    owner: User, times: dict[str, timedelta], words: str
) -> None:
    incident = make_incident("Slow")
    Incident.objects.filter(pk=incident.pk).update(
        **{name: clock.now() + ago for name, ago in times.items()}
    )
    page = sign_in(owner).get(f"/incidents/{incident.ref}/").content.decode()
    assert words in page
