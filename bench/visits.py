"""Visits each page in one process, run by `manage.py shell` for `bench.lists`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client

from accounts.models import User
from alerts.models import Alert
from bench.report import percentile
from incidents.models import Incident

VISITS = 20


def main() -> None:
    """Prints status, number of queries and p95 in ms of each page."""
    client = Client()
    client.force_login(User.objects.get(email="admin@example.org"))
    print(json.dumps({name: visit(client, path) for name, path in _pages(client).items()}))


def _pages(client: Client) -> dict[str, str]:
    incident = Incident.objects.filter(private=False).order_by("-id").first()
    alert = Alert.objects.order_by("-listed_at").first()
    assert incident is not None
    assert alert is not None
    return {
        "/": "/",
        "/incidents/": "/incidents/",
        "/incidents/ second page": _after(client, "/api/v1/incidents/", "/incidents/"),
        "/incidents/ of one system": "/incidents/?system=support-assistant",
        "/incidents/ by text": "/incidents/?q=drift",
        "/incidents/INC-…/": f"/incidents/{incident.ref}/",
        "/alerts/": "/alerts/",
        "/alerts/ firing": "/alerts/?status=firing",
        "/alerts/ by text": "/alerts/?q=condition",
        "/alerts/…/": f"/alerts/{alert.pk}/",
        "/systems/": "/systems/",
        "/systems/…/": "/systems/support-assistant/",
        "/api/v1/incidents/": "/api/v1/incidents/",
        "/api/v1/alerts/": "/api/v1/alerts/",
    }


def _after(client: Client, api: str, page: str) -> str:
    """The address of the page's second part, by the cursor that the API gives."""
    answer = client.get(api)
    following = answer.json().get("next") if answer.status_code == 200 else None
    return f"{page}?{following.partition('?')[2]}" if following else page


def visit(client: Client, path: str) -> dict[str, Any]:
    counter = _Counter()
    took, cpu = [], []
    status = 0
    for number in range(VISITS + 2):
        counter.count = 0
        began, used = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(counter):
            status = client.get(path).status_code
        if number >= 2:
            took.append(1000 * (time.perf_counter() - began))
            cpu.append(1000 * (time.process_time() - used))
    return {
        "status": status,
        "queries": counter.count,
        "p95_ms": percentile(took, 0.95),
        "python_ms": percentile(cpu, 0.5),
    }


class _Counter:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)
