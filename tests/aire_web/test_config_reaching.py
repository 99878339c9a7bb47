"""How people are reached and when they are away, as documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from aire_web.config.export import export_yaml
from aire_web.models import ManagedDocument
from core.actor import program
from notifications.contact_services import add_contact_method, save_rules
from notifications.models import ContactMethod, NotificationRule, QuietHours
from notifications.reach import reachable, ways_for
from notifications.rules import Line
from oncall.models import Schedule, TimeOff
from tests.aire_web.documents import ON_CALL, PEOPLE, apply, refused, verbs

pytestmark = pytest.mark.django_db
ENV = {
    "BEN_TOPIC": "https://ntfy.example.org/ben-pages-4711",
    "ROOM_URL": "https://chat.example.org/hooks/abcdefghijklmnopqrstuvwxyz",
}
REACHING = """\
apiVersion: aire/v1
kind: ContactMethod
metadata: {name: ben-hook}
spec: {user: ben@example.org, channel: mattermost, address: "${BEN_TOPIC}"}
---
apiVersion: aire/v1
kind: NotificationRules
metadata: {name: ben}
spec:
  user: ben@example.org
  high: [{channel: mattermost, contact: ben-hook}, {channel: email, after: 2m}]
  low: [{channel: email}]
  quietHours: {start: "22:00", end: "07:00", weekdays: [mon, tue, wed, thu, fri]}
---
apiVersion: aire/v1
kind: Room
metadata: {name: war-room, displayName: War room}
spec: {channel: mattermost, address: "${ROOM_URL}"}
---
apiVersion: aire/v1
kind: TimeOff
metadata: {name: ben}
spec:
  user: ben@example.org
  holidays: {country: de, subdivision: by}
  periods:
    - {starts: 2026-07-01T00:00:00Z, ends: 2026-07-15T00:00:00Z, reason: Summer}
"""
KINDS = ("ContactMethod", "NotificationRules", "Room", "TimeOff")


def exported() -> str:
    return "---\n".join(export_yaml(only=kind) for kind in KINDS)


def test_ways_rules_rooms_and_time_off_are_made_once_and_come_back_without_their_secrets() -> None:
    outcome = apply(PEOPLE, REACHING, env=ENV)
    assert [str(refusal) for refusal in outcome.refusals] == []
    ben = User.objects.get(email="ben@example.org")
    contact = ContactMethod.objects.get(user=ben)
    assert (contact.address.reveal(), contact.verified_at is None) == (ENV["BEN_TOPIC"], False)
    rules = NotificationRule.objects.filter(user=ben, urgency="high")
    assert [(row.channel, row.after_seconds) for row in rules] == [
        ("mattermost", 0),
        ("email", 120),
    ]
    assert QuietHours.objects.get().weekdays == [0, 1, 2, 3, 4]
    assert ben.holiday_place.subdivision == "BY"
    assert set(verbs(apply(PEOPLE, REACHING, env=ENV)).values()) == {"unchanged"}
    text = exported()
    assert not any(secret in text for secret in ENV.values())
    assert set(verbs(apply(text)).values()) == {"unchanged"}


def test_elsewhere_an_address_that_is_not_given_waits_and_reaches_nobody() -> None:
    apply(PEOPLE, REACHING, env=ENV)
    text = exported()
    for model in (NotificationRule, ContactMethod, QuietHours, TimeOff, ManagedDocument):
        model.objects.all().delete()
    assert apply(text).applied
    assert exported() == text
    ben = User.objects.get(email="ben@example.org")
    assert "mattermost" not in {way.channel.name for way in ways_for([ben])[ben.pk]}
    assert set(ContactMethod.objects.values_list("verified_at", flat=True)) == {None}
    outcome = apply(PEOPLE, REACHING, env=ENV)
    assert verbs(outcome)["ContactMethod ben-hook"] == "update"
    assert "mattermost" in {way.channel.name for way in ways_for([ben])[ben.pk]}


def test_a_rule_may_name_ones_own_addresses_only_and_an_address_is_never_written_out() -> None:
    theirs = REACHING.split("---\n")[1].replace("ben@", "ada@").replace("name: ben", "name: ada")
    assert "which of your addresses" in refused(PEOPLE, REACHING, theirs, env=ENV)[0]
    plain = REACHING.replace('"${BEN_TOPIC}"', "https://chat.example.org/hooks/plain")
    assert "from the environment only" in refused(PEOPLE, plain, env=ENV)[0]
    wrong = {**ENV, "BEN_TOPIC": "not an address"}
    assert refused(PEOPLE, REACHING, env=wrong)
    nowhere = REACHING.replace("country: de", "country: zz")
    assert "No holidays are known" in refused(PEOPLE, nowhere, env=ENV)[0]


def test_a_browser_that_subscribed_is_in_no_document_and_keeps_its_rule() -> None:
    apply(PEOPLE)
    ben = User.objects.get(email="ben@example.org")
    push = add_contact_method(
        user=ben,
        channel="web_push",
        address='{"endpoint": "https://push.example.org/1", "keys": {"p256dh": '
        '"BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",'
        ' "auth": "tBHItJI5svbpez7KI4CCXg"}}',
        actor=program("A test"),
    )
    lines = [Line("web_push", 0, push.pk), Line("email", 60)]
    save_rules(user=ben, urgency="high", lines=lines, actor=program("A test"))
    assert "web_push" not in exported()
    assert apply(PEOPLE, REACHING, env=ENV).applied
    kept = NotificationRule.objects.filter(user=ben, urgency="high").values_list(
        "channel", flat=True
    )
    assert list(kept) == ["web_push", "mattermost", "email"]


def test_what_the_files_no_longer_name_goes_and_what_was_set_on_pages_stays() -> None:
    apply(PEOPLE, REACHING, env=ENV)
    ben = User.objects.get(email="ben@example.org")
    without = REACHING.split("  periods:")[0]
    assert set(verbs(apply(PEOPLE, without, env=ENV)).values()) == {"unchanged"}
    assert ben.time_off.count() == 1
    outcome = apply(PEOPLE, prune=True)
    assert outcome.applied
    assert not ben.time_off.exists()
    assert not ContactMethod.objects.exists()
    assert not NotificationRule.objects.exists()
    assert reachable([ben]) == {ben.pk}


def test_overrides_that_are_named_as_none_are_taken_away() -> None:
    apply(PEOPLE, ON_CALL)
    none = ON_CALL.replace("  overrides:\n", "  overrides: []\n").replace(
        "    - {user: ada@example.org, starts: 2025-02-01T00:00:00Z, ends: 2025-02-02T00:00:00Z}\n",
        "",
    )
    outcome = apply(PEOPLE, none)
    assert [str(refusal) for refusal in outcome.refusals] == []
    assert not Schedule.objects.get().overrides.exists()
    assert set(verbs(apply(PEOPLE, none)).values()) == {"unchanged"}


def test_what_a_calendar_brought_is_in_no_document_and_stays() -> None:
    apply(PEOPLE)
    ben = User.objects.get(email="ben@example.org")
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    for starts, days in ((summer, 14), (summer + timedelta(days=60), 1)):
        ends = starts + timedelta(days=days)
        TimeOff.objects.create(user=ben, starts=starts, ends=ends, calendar_uid="one@example.org")
    assert "2026-07" not in exported()
    assert apply(PEOPLE, REACHING, env=ENV).applied
    assert set(ben.time_off.values_list("calendar_uid", "reason")) == {
        ("", "Summer"),
        ("one@example.org", ""),
    }
    assert set(verbs(apply(PEOPLE, REACHING, env=ENV)).values()) == {"unchanged"}
