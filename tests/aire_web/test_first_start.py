"""The first start of an empty database, and all later ones."""

from __future__ import annotations

import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from aire_web.management.commands import first_start
from catalog.models import System
from incidents.models import Incident
from tests.cast import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path, monkeypatch) -> Path:
    settings.AIRE_HOME = tmp_path
    monkeypatch.setenv("DEMO", "0")
    return tmp_path


@pytest.fixture
def named(monkeypatch) -> None:
    monkeypatch.setattr(first_start.env, "admin_email", "Ana@example.org")
    monkeypatch.setattr(first_start.env, "admin_password", "a long enough secret")


def start() -> str:
    out = StringIO()
    call_command("first_start", stdout=out)
    return out.getvalue()


def test_an_admin_is_made_whose_password_is_told_and_kept(home: Path) -> None:
    said = start()
    user = User.objects.get()
    email, password = (home / "first_password").read_text().split()
    assert user.email == email
    assert user.role == "admin"
    assert user.check_password(password)
    assert f"sign in as {email} / {password}" in said
    assert stat.S_IMODE((home / "first_password").stat().st_mode) == 0o600


def test_every_installation_has_a_password_of_its_own(home: Path) -> None:
    start()
    first = (home / "first_password").read_text()
    User.objects.all().delete()
    start()
    assert (home / "first_password").read_text() != first


def test_a_later_start_says_where_the_password_is_and_changes_nothing(home: Path) -> None:
    start()
    before = list(User.objects.values())
    said = start()
    assert f"the first password is in {home / 'first_password'}" in said
    assert (home / "first_password").read_text().split()[1] not in said
    assert list(User.objects.values()) == before


def test_a_password_that_was_changed_is_not_kept_any_longer(home: Path) -> None:
    start()
    user = User.objects.get()
    user.set_password("something else entirely")
    user.save()
    assert "password" not in start()
    assert not (home / "first_password").exists()


def test_the_named_admin_signs_in_with_their_own_password(named: None, home: Path) -> None:
    said = start()
    user = User.objects.get()
    assert (user.email, user.role) == ("ana@example.org", "admin")
    assert user.check_password("a long enough secret")
    assert "a long enough secret" not in said
    assert not (home / "first_password").exists()


def test_a_weak_password_stops_the_start(named: None, monkeypatch) -> None:
    monkeypatch.setattr(first_start.env, "admin_password", "password")
    with pytest.raises(CommandError, match="AIRE_ADMIN_PASSWORD: "):
        start()
    assert not User.objects.exists()


def test_an_admin_named_later_is_made_once_and_never_changed_back(named: None) -> None:
    make_user("Somebody", "admin")
    start()
    user = User.objects.get(email="ana@example.org")
    user.role = "viewer"
    user.save()
    start()
    assert User.objects.get(email="ana@example.org").role == "viewer"


def test_the_demo_comes_with_an_empty_database(monkeypatch) -> None:
    monkeypatch.delenv("DEMO")
    said = start()
    assert System.objects.exclude(slug__startswith="case-").count() == 8
    assert f"with {Incident.objects.count()} incidents" in said
    assert "sign in as mira.lindqvist@larkmoor.example / " in said


def test_the_demo_stays_away_where_somebody_is(monkeypatch) -> None:
    monkeypatch.delenv("DEMO")
    make_user("Somebody", "admin")
    start()
    assert not System.objects.exists()


def test_production_has_no_demo_and_prints_no_password(settings, home: Path, monkeypatch) -> None:
    settings.PRODUCTION = True
    monkeypatch.delenv("DEMO")
    said = start()
    assert not System.objects.exists()
    assert (home / "first_password").read_text().split()[1] not in said
    assert "the first password is in" in said
