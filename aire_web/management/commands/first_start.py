"""`manage.py first_start`: an empty database gets an admin and, unless DEMO=0, the demo."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Role, User
from accounts.services import save_user
from aire_web.demo.cases import write_cases
from aire_web.demo.clocks import write_clocks
from aire_web.demo.covers import make_covers
from aire_web.demo.documents import write_documents
from aire_web.demo.evidence import write_evidence
from aire_web.demo.kpis import count_past
from aire_web.demo.measurements import measure_past
from aire_web.demo.mitigations import write_mitigations
from aire_web.demo.notes import write_notes
from aire_web.demo.organisation import ADMIN, make_organisation
from aire_web.demo.past import write_past
from aire_web.demo.quiet import write_quiet
from aire_web.demo.reports import write_reports
from aire_web.env import environment as env
from aire_web.first_run.services import leave
from core.actor import Via, program
from core.errors import Invalid

ACTOR = program("First start", Via.APPLY)
LOCAL_ADMIN = "admin@localhost"


class Command(BaseCommand):
    help = "Makes the admin and the demo of an empty database; otherwise only says how to sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            self._make_named_admin()
            self._say(self._known_sign_in())
            return
        with transaction.atomic():
            if wants_demo():
                make_organisation()
                incidents, cases = write_past(), write_cases()
                write_documents()
                write_clocks()
                write_quiet()
                write_mitigations()
                write_reports()
                write_evidence()
                measure_past()
                count_past()
                make_covers()
                write_notes()
                self.stdout.write(
                    f"The demo company Larkmoor is there, with {incidents + cases} incidents, "
                    f"{cases} of them public cases."
                )
            email = env.admin_email or (ADMIN if wants_demo() else LOCAL_ADMIN)
            password = env.admin_password or secrets.token_urlsafe(12)
            _make_admin(email, password)
            if wants_demo():
                # The demo is about what burns, not about what an empty installation lacks.
                leave(user=User.objects.get(email__iexact=email))
            if not env.admin_password:
                # Before the commit: a password that nobody was told would lock everybody out.
                _keep(email, password)
        self._say(_sign_in(email, password))

    def _make_named_admin(self) -> None:
        """Named after the first start: made once, and never changed back."""
        email, password = env.admin_email, env.admin_password
        if email and password and not User.objects.filter(email__iexact=email).exists():
            _make_admin(email, password)

    def _known_sign_in(self) -> str:
        """Where the generated password is, for as long as it still opens."""
        if not password_file().exists():
            return ""
        email, _, password = password_file().read_text().strip().partition("\n")
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None or not user.check_password(password):
            password_file().unlink(missing_ok=True)
            return ""
        return f" and sign in as {email}; the first password is in {password_file()}"

    def _say(self, how: str) -> None:
        self.stdout.write(f"Open {settings.AIRE_BASE_URL}{how}")


def wants_demo() -> bool:
    """In production only when it is asked for."""
    asked = os.environ.get("DEMO", "").strip().lower()
    if settings.PRODUCTION:
        return asked in ("1", "true", "yes")
    return asked not in ("0", "false", "no")


def password_file() -> Path:
    return Path(settings.AIRE_HOME) / "first_password"


def _sign_in(email: str, password: str) -> str:
    if env.admin_password:
        return f" and sign in as {email} with the password of AIRE_ADMIN_PASSWORD"
    if settings.PRODUCTION:  # the output of production ends in logs
        return f" and sign in as {email}; the first password is in {password_file()}"
    return f" and sign in as {email} / {password}"


def _make_admin(email: str, password: str) -> None:
    known = User.objects.filter(email__iexact=email).first()
    try:
        save_user(
            email=email,
            name=known.name if known else email.partition("@")[0],
            role=Role.ADMIN,
            time_zone=known.time_zone if known else "UTC",
            password=password,
            actor=ACTOR,
        )
    except Invalid as error:
        told = " ".join(sentence for lines in error.errors.values() for sentence in lines)
        raise CommandError(f"AIRE_ADMIN_EMAIL, AIRE_ADMIN_PASSWORD: {told}") from error


def _keep(email: str, password: str) -> None:
    path = password_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{email}\n{password}\n")
    draft.replace(path)
