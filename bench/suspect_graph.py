"""Fills graphs of systems and times suspects in one process, run by `manage.py shell` for
`bench.suspects`."""

from __future__ import annotations

import json
import random
from datetime import timedelta

from django.test import Client

from accounts.models import User
from bench.postmortems import took
from bench.suspects import AROUND, CHANGES, SYSTEMS
from catalog.models import Change, System, SystemDependency
from core import clock
from core.actor import Actor, Via
from incidents import services
from incidents.models import Incident
from incidents.selectors.suspects import suspects_of

KINDS = [kind for kind, _ in Change.Kind.choices]


def main() -> None:
    """Prints p95 in ms of an incident's page and of its suspects."""
    user = User.objects.get(email="admin@example.org")
    actor = Actor(label=str(user), via=Via.WEB, user_id=user.pk)
    incident = _incident("small", AROUND, actor)
    client = Client()
    client.force_login(user)
    path = f"/incidents/{incident.ref}/"
    assert client.get(path).status_code == 200
    page = took(lambda: client.get(path))
    large = _incident("large", SYSTEMS, actor)
    systems = list(large.systems.all())
    assert len(suspects_of(user, large, systems, [])) == CHANGES
    suspects = took(lambda: suspects_of(user, large, systems, []))
    print(json.dumps({"page_ms": page, "suspects_ms": suspects}))


def _incident(name: str, count: int, actor: Actor) -> Incident:
    """About a system that depends on `count` others, each of which depends on the next and on one
    more; the changes lie all over the month before."""
    draw = random.Random(count)
    made = System.objects.bulk_create(
        System(slug=f"{name}-{number}", name=f"{name} {number}", kind="llm")
        for number in range(count + 1)
    )
    top, below = made[0], made[1:]
    edges = {(top.pk, system.pk) for system in draw.sample(below, min(50, count))}
    edges |= {(one.pk, other.pk) for one, other in zip(made, below, strict=False)}
    edges |= {(one.pk, draw.choice(below).pk) for one in made}
    SystemDependency.objects.bulk_create(
        SystemDependency(system_id=one, depends_on_id=other) for one, other in edges if one != other
    )
    now = clock.now()
    reached = [top, *(below if count <= AROUND else draw.sample(below, AROUND))]
    Change.objects.bulk_create(
        Change(
            system=top if number % 2 else draw.choice(reached), kind=draw.choice(KINDS),
            version=f"v{number}", summary=f"Change {number} of the answer path",
            occurred_at=now - timedelta(minutes=draw.uniform(1, 30 * 24 * 60)),
        )
        for number in range(2 * CHANGES)
    )  # fmt: skip
    return services.open_incident(
        title="Answers are no longer grounded", severity="sev3", actor=actor, systems=[top],
        page=False,
    )  # fmt: skip
