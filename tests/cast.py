"""The fixed cast of every test: the owner (admin), a teammate (responder), a stranger (viewer),
their team and one system. Plain functions make more of each; all of them go through services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Role, Team, User
from accounts.services import create_api_key, save_team, save_user
from catalog.models import System
from catalog.services import save_system
from core.actor import Actor, Via

TESTER = Actor(label="A test", via=Via.APPLY)


def make_user(name: str, role: str = Role.VIEWER, /, **more: Any) -> User:
    """Somebody without a password: tests sign in with `sign_in`, which needs none."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    wanted = {"email": email, "name": name, "role": role, "time_zone": "UTC", "actor": TESTER}
    return save_user(**{**wanted, **more})


def make_team(slug: str, *members: User, name: str = "") -> Team:
    emails = [member.email for member in members]
    return save_team(slug=slug, name=name or slug.capitalize(), member_emails=emails, actor=TESTER)


def make_system(slug: str, **more: Any) -> System:
    wanted = {"slug": slug, "name": slug.replace("-", " ").capitalize(), "kind": "llm"}
    return save_system(**{**wanted, "actor": TESTER, **more})


def actor_of(user: User, via: Via = Via.WEB) -> Actor:
    return Actor(label=str(user), via=via, user_id=user.pk)


def sign_in(user: User, **options: Any) -> Client:
    """A browser in which this person is signed in."""
    client = Client(**options)
    client.force_login(user)
    return client


def api_client(user: User, *scopes: str) -> APIClient:
    """A script with an API key of this person; both scopes unless some are named."""
    _, raw = create_api_key(
        user=user, name="test", scopes=scopes or ("read", "write"), actor=actor_of(user)
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {raw}")
    return client


@pytest.fixture
def owner(db: None) -> User:
    return make_user("Olga Owner", Role.ADMIN)


@pytest.fixture
def teammate(db: None) -> User:
    return make_user("Tariq Teammate", Role.RESPONDER)


@pytest.fixture
def stranger(db: None) -> User:
    return make_user("Sam Stranger", Role.VIEWER)


@pytest.fixture
def team(owner: User, teammate: User) -> Team:
    return make_team("assistants", owner, teammate, name="Assistants")


@pytest.fixture
def system(team: Team, owner: User) -> System:
    return make_system(
        "checkout-assistant",
        name="Checkout assistant",
        tier=1,
        team_slug=team.slug,
        owners={"engineering": owner.email},
    )


@pytest.fixture
def as_role(db: None) -> Callable[[str], Client]:
    """`as_role("manager")`: a browser signed in as somebody with exactly this role."""
    return lambda role: sign_in(make_user(f"Some {role}", role))
