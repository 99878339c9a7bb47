"""Who works on several incidents locks them by id: with two of them nobody waits in a circle."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from alerts.events import AlertsAcknowledged, AlertsFiring, AlertsHeld, AlertsResolved
from alerts.models import Alert
from incidents import handlers, hushing
from incidents.models import Incident, IncidentAlert
from tests.incidents.cast import make_incident, move

pytestmark = pytest.mark.django_db(transaction=True)


class Hearing(threading.Thread):
    """Hears something on a connection and in a transaction of its own."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self.work = work
        self.pid = 0
        self.raised: list[BaseException] = []

    def run(self) -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    self.pid = cursor.fetchone()[0]
                self.work()
        except BaseException as error:
            self.raised.append(error)
        finally:
            connection.close()

    def until_it_waits(self) -> None:
        deadline = time.monotonic() + 20
        while not self._waits():
            assert self.is_alive(), self.raised
            assert time.monotonic() < deadline, "it did not come to wait for a lock"
            time.sleep(0.02)

    def _waits(self) -> bool:
        with connection.cursor() as cursor:
            # Within a transaction the view is a picture of its first look.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s",
                           [self.pid])  # fmt: skip
            row = cursor.fetchone()
        return bool(row and row[0] == "Lock")


def hear(what: str, incidents: list[Incident], ids: list[str]) -> None:
    if what == "firing":
        events = zip(incidents, ids, strict=True)
        handlers.take_firing([AlertsFiring(one.grouping_key or "", [pk]) for one, pk in events])
    elif what == "held":
        hushing.on_alerts_held(AlertsHeld(ids))
    elif what == "resolved":
        handlers.on_alerts_resolved(AlertsResolved(ids))
    else:
        handlers.on_alerts_acknowledged(AlertsAcknowledged(ids))


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("hears", ["firing", "held", "resolved", "acknowledged"])
def test_who_waits_for_the_first_incident_holds_no_later_one(
    make_alert: Callable[..., Alert], hears: str, turned: bool
) -> None:
    # The group keys speak for the other order, and one way round so do the alerts.
    first, second = make_incident(grouping_key="z"), make_incident(grouping_key="a")
    both = [first, second] if turned else [second, first]
    status = {"held": "silenced", "resolved": "resolved"}.get(hears, "firing")
    alerts = [make_alert(status=status, group_key=one.grouping_key) for one in both]
    ids = [str(alert.pk) for alert in alerts]
    if hears != "firing":
        for alert, incident in zip(alerts, both, strict=True):
            IncidentAlert.objects.create(alert=alert, incident=incident)
    other = Hearing(lambda: hear(hears, both, ids))
    with transaction.atomic():
        Incident.objects.select_for_update().get(pk=first.pk)
        other.start()
        other.until_it_waits()
        # As merging does, which would now be the second of two that wait for each other.
        Incident.objects.select_for_update(nowait=True).get(pk=second.pk)
    other.join(20)
    assert other.raised == []
    told = {"firing": 2, "resolved": 2, "held": 0, "acknowledged": 0}[hears]
    assert sum(one.events.filter(kind="alert").count() for one in (first, second)) == told
    if hears in ("resolved", "acknowledged"):
        assert {one.status for one in Incident.objects.all()} == {hears}


def test_an_incident_that_ends_while_its_lock_is_waited_for_is_not_joined(
    make_alert: Callable[..., Alert],
) -> None:
    first = make_incident(grouping_key="g")
    alert = make_alert(group_key="g")
    other = Hearing(lambda: hear("firing", [first], [str(alert.pk)]))
    with transaction.atomic():
        move(first, "resolved", note="Looks well.")
        other.start()
        other.until_it_waits()
    other.join(20)
    assert other.raised == []
    assert alert.incident_link.incident == Incident.objects.exclude(pk=first.pk).get()
