"""The verbs for people and teams: the only writers of both. Keys are in `key_services`."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q

from accounts import audit
from accounts.checks import Findings
from accounts.events import UserDeactivated
from accounts.key_services import (
    create_api_key,
    revoke_all_keys,
    revoke_api_key,
    save_api_key,
)
from accounts.models import Role, Team, TeamMembership, User
from core import outbox
from core.actor import Actor
from core.clock import zone_names
from core.errors import Conflict, NotFound

__all__ = [
    "create_api_key",
    "deactivate_user",
    "delete_team",
    "revoke_api_key",
    "save_api_key",
    "save_team",
    "save_user",
    "set_own_profile",
]

RESERVED_TEAM_SLUGS = frozenset({"new"})
THEMES = ("", "light", "dark")


def clean_email(value: str) -> str:
    """Addresses are compared without regard to case, so they are kept in lower case."""
    return value.strip().lower()


@transaction.atomic
def save_user(
    *,
    email: str,
    name: str,
    role: str,
    time_zone: str,
    password: str | None = None,
    is_active: bool = True,
    actor: Actor,
) -> User:
    """Create the person with this address, or bring them to exactly this state.

    `password=None` leaves the password as it is; somebody new then has none and signs in after a
    reset by mail. The last active admin stays an active admin.
    """
    findings = Findings()
    email = _checked_email(email, findings)
    before = _locked_with_admins(email)
    user = before or User(email=email)
    was = _state(user) if before else {}
    _keep_an_admin(user, role=role, is_active=is_active, findings=findings)
    user.name = findings.line("name", name, limit=120, required=True)
    user.role = _checked_role(role, findings)
    user.time_zone = _checked_zone(time_zone, findings)
    user.is_active = is_active
    new_password = _set_password(user, password, findings)
    findings.raise_any()
    changed = {
        field: value for field, value in _state(user).items() if was.get(field, ...) != value
    }
    if not changed and not new_password:
        return user
    _store(user)
    if was.get("is_active") and not is_active:
        _end_access(user, actor=actor)
    audit.record(
        actor=actor,
        action="user.update" if was else "user.create",
        target_kind="user",
        target_ref=user.email,
        **changed,
        **({"password": "set"} if new_password else {}),
    )
    return user


def deactivate_user(*, user: User, actor: Actor) -> User:
    """Shut somebody out at once: no session, key or password of theirs works again, not even when
    they come back. History keeps naming them."""
    return save_user(
        email=user.email,
        name=user.name,
        role=user.role,
        time_zone=user.time_zone,
        is_active=False,
        actor=actor,
    )


@transaction.atomic
def set_own_profile(
    *,
    user: User,
    name: str,
    time_zone: str,
    theme: str,
    single_keys: bool | None = None,
    actor: Actor,
) -> User:
    """What everyone may change about themselves. `single_keys` are shortcuts of one key without
    Ctrl or Cmd (WCAG 2.1.4: there is a way to switch them off); None leaves them as they are."""
    findings = Findings()
    user = User.objects.select_for_update().get(pk=user.pk)
    was = (user.name, user.time_zone, user.theme, user.single_keys)
    user.name = findings.line("name", name, limit=120, required=True)
    user.time_zone = _checked_zone(time_zone, findings)
    if theme not in THEMES:
        findings.add("theme", "Choose light, dark or the system's theme.")
    user.theme = theme
    if single_keys is not None:
        user.single_keys = single_keys
    findings.raise_any()
    if was == (user.name, user.time_zone, user.theme, user.single_keys):
        return user
    user.save(update_fields=["name", "time_zone", "theme", "single_keys"])
    audit.record(
        actor=actor,
        action="user.set_profile",
        target_kind="user",
        target_ref=user.email,
        name=user.name,
        time_zone=user.time_zone,
        theme=user.theme,
        single_keys=user.single_keys,
    )
    return user


@transaction.atomic
def save_team(*, slug: str, name: str, member_emails: Iterable[str], actor: Actor) -> Team:
    """Create the team with this slug, or bring it to exactly this name and these members."""
    findings = Findings()
    slug = findings.slug("slug", slug, reserved=RESERVED_TEAM_SLUGS)
    name = findings.line("name", name, limit=120, required=True)
    members = _members(member_emails, findings)
    findings.raise_any()
    team, created = Team.objects.select_for_update().get_or_create(
        slug=slug, defaults={"name": name}
    )
    had = set(TeamMembership.objects.filter(team=team).values_list("user_id", flat=True))
    wanted = {member.pk for member in members}
    if not created and team.name == name and had == wanted:
        return team
    team.name = name
    team.save(update_fields=["name"])
    TeamMembership.objects.filter(team=team).exclude(user_id__in=wanted).delete()
    TeamMembership.objects.bulk_create(
        TeamMembership(team=team, user_id=user_id) for user_id in sorted(wanted - had)
    )
    audit.record(
        actor=actor,
        action="team.create" if created else "team.update",
        target_kind="team",
        target_ref=slug,
        name=name,
        members=sorted(member.email for member in members),
    )
    return team


@transaction.atomic
def delete_team(*, slug: str, actor: Actor) -> None:
    """Remove a team that nothing names any more."""
    team = Team.objects.select_for_update().filter(slug=slug).first()
    if team is None:
        raise NotFound(f"There is no team “{slug}”.")
    try:
        team.delete()
    except ProtectedError as error:
        raise Conflict(
            f"“{team.name}” still owns systems or is named elsewhere. Give those to another team "
            "first."
        ) from error
    audit.record(actor=actor, action="team.delete", target_kind="team", target_ref=slug)


def _locked_with_admins(email: str) -> User | None:
    """The person with this address, locked together with every active admin, in one order: two
    admins who demote each other at once then meet here, and one of them stays."""
    rows = (
        User.objects.select_for_update()
        .filter(Q(email__iexact=email) | Q(role=Role.ADMIN, is_active=True))
        .order_by("pk")
    )
    return next((user for user in rows if user.email.lower() == email), None)


def _keep_an_admin(user: User, *, role: str, is_active: bool, findings: Findings) -> None:
    is_admin = not user._state.adding and user.has_role(Role.ADMIN)
    if not is_admin or (role == Role.ADMIN and is_active):
        return
    if not User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=user.pk).exists():
        findings.add(
            "role" if is_active else "is_active",
            "This is the last active admin. Make somebody else an admin first.",
        )


def _end_access(user: User, *, actor: Actor) -> None:
    # Sessions carry a hash of the password: without one, none of them is valid ever again.
    user.set_unusable_password()
    user.save(update_fields=["password"])
    revoke_all_keys(user=user, actor=actor)
    outbox.publish(UserDeactivated(user_id=user.pk))


def _state(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "role": user.role,
        "time_zone": user.time_zone,
        "is_active": user.is_active,
    }


def _store(user: User) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Conflict(f"Somebody else has just added {user.email}. Try again.") from error


def _set_password(user: User, password: str | None, findings: Findings) -> bool:
    if password is None:
        if user._state.adding:
            user.set_unusable_password()
        return False
    if "\x00" in password or len(password) > 1024:
        findings.add("password", "This cannot be used as a password.")
        return False
    if not user._state.adding and user.check_password(password):
        return False
    try:
        validate_password(password, user)
    except ValidationError as error:
        for sentence in error.messages:
            findings.add("password", sentence)
        return False
    user.set_password(password)
    return True


def _checked_email(value: str, findings: Findings) -> str:
    email = clean_email(findings.line("email", value, limit=254))
    try:
        validate_email(email)
    except ValidationError:
        findings.add("email", "This is not a mail address.")
    return email


def _checked_role(value: str, findings: Findings) -> str:
    if value not in Role.values:
        findings.add("role", f"Choose one of {', '.join(Role.values)}.")
        return Role.VIEWER
    return value


def _checked_zone(value: str, findings: Findings) -> str:
    if value not in zone_names():
        findings.add("time_zone", "This time zone is not known. An example: Europe/Berlin.")
        return "UTC"
    return value


def _members(emails: Iterable[str], findings: Findings) -> list[User]:
    wanted = {clean_email(email) for email in emails}
    by_email = {user.email.lower(): user for user in User.objects.filter(email__in=sorted(wanted))}
    for email in sorted(wanted - by_email.keys()):
        findings.add("members", f"Nobody here has the address {email[:254]}.")
    return list(by_email.values())
