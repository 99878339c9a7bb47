"""Socket Mode over a real websocket: the same desk, acknowledged, reconnecting."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from accounts.models import User
from core.actor import program
from core.models import EngineBeat
from incidents import services
from integrations.slack.front.socket_mode import SocketListener
from integrations.slack.health.selectors import health
from integrations.slack.inbox.models import SlackRequest
from integrations.slack.models import SlackFault
from tests.fakes.slack import FakeSlack
from tests.integrations.slack.door import worked

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def listening() -> Iterator[None]:
    """`manage.py slack_socket`, in a thread of this process."""
    made: list[SocketListener] = []
    ready = threading.Event()

    async def listen() -> None:
        made.append(SocketListener())
        ready.set()
        await made[0].run()

    thread = threading.Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        made[0].stop()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def socket(slack: FakeSlack, settings: Any) -> FakeSlack:
    settings.AIRE_SLACK_APP_TOKEN = slack.app_token
    return slack


def test_commands_presses_and_events_are_acknowledged_and_done(
    socket: FakeSlack, person: Callable[..., User]
) -> None:
    ana = socket.add_user(person("Ana").email)
    incident = services.open_incident(title="It burns", severity="sev2", actor=program())
    with listening():
        socket.socket.wait_for_hellos(1)
        command = socket.command_payload(f"ack {incident.ref}", by=ana)
        first = socket.socket.send("slash_commands", command)
        assert socket.socket.ack(first) == {}
        # Slack sends it again when an acknowledgement got lost; it is the same command.
        again = socket.socket.send("slash_commands", command, retry_attempt=1)
        assert socket.socket.ack(again) == {}
        opened = socket.event_payload({"type": "app_home_opened", "user": ana, "tab": "home"})
        assert socket.socket.ack(socket.socket.send("events_api", opened)) == {}
        odd = socket.socket.send("interactive", {"type": "\ud800 nonsense"})
        assert socket.socket.ack(odd) == {}
    assert SlackRequest.objects.count() == 2
    worked()
    incident.refresh_from_db()
    assert incident.status == "acknowledged"
    assert len(socket.answers_to(ana)) == 1
    assert ana in socket.homes


def test_it_comes_back_when_slack_hangs_up_or_asks_for_a_new_connection(
    socket: FakeSlack, person: Callable[..., User]
) -> None:
    ana = socket.add_user(person("Ana").email)
    with listening():
        socket.socket.wait_for_hellos(1)
        socket.socket.refresh()
        socket.socket.wait_for_hellos(2)
        socket.socket.cut()
        socket.socket.wait_for_hellos(3)
        envelope = socket.socket.send("slash_commands", socket.command_payload("help", by=ana))
        assert socket.socket.ack(envelope) == {}
        assert EngineBeat.objects.filter(kind="slack-socket").exists()
        assert health().hears


def test_a_refused_app_token_is_shown_to_admins(socket: FakeSlack, settings: Any) -> None:
    settings.AIRE_SLACK_APP_TOKEN = "xapp-wrong"
    with listening():
        deadline = time.monotonic() + 20
        while not SlackFault.objects.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    (fault,) = health().faults
    assert (fault.code, fault.subject) == ("socket_refused", "invalid_auth")
    assert "AIRE_SLACK_APP_TOKEN" in fault.mend
    assert not health().hears
