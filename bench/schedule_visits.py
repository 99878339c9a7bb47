"""Makes a schedule of 100 people and visits its page, run by `manage.py shell` for
`bench.schedules`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from django.test import Client

from accounts.models import User
from accounts.services import save_user
from bench.visits import visit
from core import clock
from core.actor import Actor, Via
from oncall import services

PEOPLE = 100
OFF = 40
ACTOR = Actor(label="bench", via=Via.APPLY)
BEGIN = datetime(2025, 1, 6, 9, tzinfo=UTC)


def main() -> None:
    """Prints status, number of queries and p95 in ms of the page and of the API's shifts."""
    addresses = [f"p{number}@example.org" for number in range(PEOPLE)]
    people = [
        save_user(
            email=email,
            name=email.partition("@")[0],
            role="responder",
            time_zone="Europe/Berlin",
            actor=ACTOR,
        )
        for email in addresses
    ]
    base = {"starts": BEGIN, "handoff": "09:00"}
    night = {"weekdays": ["mon", "tue", "wed", "thu", "fri"], "start": "22:00", "end": "06:00"}
    services.save_schedule(
        slug="hundred",
        name="Hundred",
        time_zone="Europe/Berlin",
        holidays_move_cover=True,
        rotations=[
            {"name": "Daily", "users": addresses, "shift_length": "1d", **base},
            {
                "name": "Nights",
                "users": addresses[::-1],
                "shift_length": "12h",
                "restrictions": [night],
                **base,
            },
        ],
        actor=ACTOR,
    )
    for number, person in enumerate(people):
        services.set_holiday_place(user=person, country="DE", actor=ACTOR)
        if number < OFF:
            starts = clock.now() + timedelta(days=2 * number)
            services.add_time_off(
                user=person, starts=starts, ends=starts + timedelta(days=3), actor=ACTOR
            )
    client = Client()
    client.force_login(User.objects.get(email="admin@example.org"))
    paths = ("/on-call/schedules/hundred/", "/api/v1/schedules/hundred/shifts/")
    print(json.dumps({path: visit(client, path) for path in paths}))
