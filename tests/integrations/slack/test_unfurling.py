"""Links into AIRE: shown to a channel only as far as everybody in it may read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings

from accounts.models import User
from core.actor import program
from incidents import services
from incidents.models import Incident
from integrations.slack.events.unfurling import preview_of
from tests.cast import make_system
from tests.fakes.slack import FakeSlack
from tests.integrations.slack.door import post, worked

pytestmark = pytest.mark.django_db(transaction=True)
BASE = django_settings.AIRE_BASE_URL.rstrip("/")


@pytest.fixture
def ana(person: Callable[..., User], slack: FakeSlack) -> str:
    return slack.add_user(person("Ana").email)


@pytest.fixture
def incident(db: None) -> Incident:
    title = "<!channel> <https://evil|https://good> burns"
    return services.open_incident(title=title, severity="sev2", actor=program())


def share(slack: FakeSlack, *urls: str, by: str, **more: Any) -> list[dict[str, Any]]:
    links = [{"domain": "x", "url": url} for url in urls]
    event = {"type": "link_shared", "user": by, "channel": "C1", "message_ts": "1.1"}
    post(slack, "events", slack.event({**event, "links": links}, **more))
    worked()
    return slack.unfurls


def test_a_link_shows_what_it_leads_to_and_calls_nobody(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    url = f"{BASE}/incidents/{incident.ref}/"
    (shown,) = share(slack, url, f"{BASE}/incidents/INC-999/", by=ana)
    assert list(shown["unfurls"]) == [url]
    text = str(shown["unfurls"][url])
    assert incident.ref in text
    assert "<!channel>" not in text
    assert "<https://evil" not in text


def test_nothing_private_is_ever_shown_not_even_to_its_own_people(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    user = User.objects.get(name="Ana")
    services.add_member(incident=incident, user_id=user.pk, because="test")
    Incident.objects.filter(pk=incident.pk).update(private=True)
    assert Incident.objects.visible_to(user).exists()
    assert share(slack, f"{BASE}/incidents/{incident.ref}/", by=ana) == []


def test_nothing_is_shown_for_strangers_nor_where_others_read_along(
    slack: FakeSlack, ana: str, incident: Incident
) -> None:
    url = f"{BASE}/incidents/{incident.ref}/"
    stranger = slack.add_user("stranger@elsewhere.example")
    assert share(slack, url, by=stranger) == []
    assert share(slack, url, by=ana, is_ext_shared_channel=True) == []


def test_only_our_own_addresses_are_looked_at(person: Callable[..., User]) -> None:
    user, system = person("Ben"), make_system("support-assistant")
    assert preview_of(f"{BASE}/systems/{system.slug}/", user=user) is not None
    for url in (
        f"https://evil.example/systems/{system.slug}/",
        f"{BASE}@evil.example/systems/{system.slug}/",
        f"{BASE}.evil.example/systems/{system.slug}/",
        f"{BASE}/systems/{system.slug}/edit/",
        f"{BASE}/systems/../systems/{system.slug}/",
        "http://[::1",
        "javascript:1",
        "",
    ):
        assert preview_of(url, user=user) is None, url
