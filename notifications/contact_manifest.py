"""Addresses, rules and rooms as documents. Addresses come from the environment only; browsers that
subscribed to pushes are not in documents, since nobody can type them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Annotated, ClassVar, Self

from django.db.models import QuerySet
from pydantic import AfterValidator, Field, model_validator

from accounts.manifest import handle_of
from accounts.models import User
from core.actor import Actor
from core.clock import WEEKDAYS
from core.manifest import (
    Email,
    Kind,
    Line,
    Name,
    Reference,
    Resource,
    Seconds,
    Spec,
    WallTime,
    Weekday,
)
from core.secrets import SecretUnreadable
from core.yaml import Path as FilePath
from notifications.channels import BadAddress, channels
from notifications.contact_services import (
    remove_contact_method,
    remove_named_contact,
    save_contact_of,
    save_named_contact,
    save_quiet_hours,
    save_rules,
)
from notifications.models import ContactMethod, NotificationRule, QuietHours
from notifications.rules import MAX_AFTER_SECONDS, MAX_RULES, Urgency
from notifications.rules import Line as RuleLine


def _channel(text: str) -> str:
    found = channels.get(text)
    if found is None:
        raise ValueError(f"there is no channel {text}")
    return text


ChannelName = Annotated[Line, AfterValidator(_channel)]


class ContactMethodSpec(Spec):
    """`address` comes from the environment and counts as verified: whoever applies vouches."""

    user: Email
    channel: ChannelName


class ContactMethodKind(Kind[ContactMethodSpec]):
    name: ClassVar[str] = "ContactMethod"
    secrets: ClassVar[frozenset[str]] = frozenset({"address"})
    keeps_display_name = False

    @property
    def spec(self) -> type[ContactMethodSpec]:
        return ContactMethodSpec

    def present(self) -> dict[str, Resource[ContactMethodSpec]]:
        found = ContactMethod.objects.exclude(user=None).exclude(channel__in=_untyped())
        return {
            row.handle: Resource(
                name=row.handle,
                display_name=row.handle,
                spec=ContactMethodSpec.model_construct(user=_email(row), channel=row.channel),
            )
            for row in found.select_related("user").order_by("user__email", "id")
        }

    def references(self, resource: Resource[ContactMethodSpec]) -> Iterator[Reference]:
        yield Reference("User", resource.spec.user, ("user",))

    def save(self, resource: Resource[ContactMethodSpec], *, actor: Actor) -> None:
        save_contact_of(
            handle=resource.name,
            user=_person(resource.spec.user),
            channel=resource.spec.channel,
            address=resource.secrets.get("address"),
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        row = ContactMethod.objects.select_related("user").get(handle=identity)
        assert row.user is not None
        remove_contact_method(user=row.user, contact_id=row.pk, actor=actor)
        return "delete"

    def has_secret(self, identity: str, field_name: str, raw: str) -> bool:
        return _has_address(ContactMethod.objects.filter(handle=identity).first(), raw)


class RuleSpec(Spec):
    """`contact` is the name of a ContactMethod; without one the account's own address is used."""

    channel: ChannelName
    after: Annotated[Seconds, Field(le=MAX_AFTER_SECONDS)] = 0
    contact: Name | None = None


class QuietHoursSpec(Spec):
    """In the person's own zone; a night belongs to the day on which it begins."""

    start: WallTime
    end: WallTime
    weekdays: Annotated[list[Weekday], Field(min_length=1)] = list(WEEKDAYS)


Rules = Annotated[list[RuleSpec], Field(max_length=MAX_RULES)]


class NotificationRulesSpec(Spec):
    """What is left out has its default: everything at once, no quiet hours."""

    user: Email
    high: Rules = []
    low: Rules = []
    quiet_hours: QuietHoursSpec | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.high or self.low or self.quiet_hours):
            raise ValueError("say high, low or quietHours")
        return self


class NotificationRulesKind(Kind[NotificationRulesSpec]):
    """Known by the person; what somebody has set for pushes to browsers stays."""

    name: ClassVar[str] = "NotificationRules"
    keeps_display_name = False
    service_fields: ClassVar[dict[str, FilePath]] = {
        "starts": ("spec", "quietHours", "start"),
        "ends": ("spec", "quietHours", "end"),
    }

    @property
    def spec(self) -> type[NotificationRulesSpec]:
        return NotificationRulesSpec

    def identity(self, resource: Resource[NotificationRulesSpec]) -> str:
        return resource.spec.user

    def present(self) -> dict[str, Resource[NotificationRulesSpec]]:
        people: dict[int, User] = {}
        lines: dict[tuple[int, str], list[RuleSpec]] = {}
        for row in _written_rules().select_related("user", "contact"):
            people[row.user_id] = row.user
            line = RuleSpec.model_construct(
                channel=row.channel,
                after=row.after_seconds,
                contact=row.contact.handle if row.contact else None,
            )
            lines.setdefault((row.user_id, row.urgency), []).append(line)
        quiet = {}
        for hours in QuietHours.objects.select_related("user"):
            people[hours.user_id], quiet[hours.user_id] = hours.user, _quiet(hours)
        found = {}
        for user in sorted(people.values(), key=lambda user: user.email):
            spec = NotificationRulesSpec.model_construct(
                user=user.email.lower(),
                high=lines.get((user.pk, Urgency.HIGH), []),
                low=lines.get((user.pk, Urgency.LOW), []),
                quiet_hours=quiet.get(user.pk),
            )
            name = handle_of(user)
            found[spec.user] = Resource(name=name, display_name=name, spec=spec)
        return found

    def references(self, resource: Resource[NotificationRulesSpec]) -> Iterator[Reference]:
        yield Reference("User", resource.spec.user, ("user",))
        for field in ("high", "low"):
            for number, line in enumerate(getattr(resource.spec, field)):
                if line.contact is not None:
                    yield Reference("ContactMethod", line.contact, (field, number, "contact"))

    def save(self, resource: Resource[NotificationRulesSpec], *, actor: Actor) -> None:
        spec, user = resource.spec, _person(resource.spec.user)
        for urgency, lines in ((Urgency.HIGH, spec.high), (Urgency.LOW, spec.low)):
            _save_lines(user, urgency, lines, actor)
        hours = spec.quiet_hours
        save_quiet_hours(
            user=user,
            starts=time.fromisoformat(hours.start) if hours else None,
            ends=time.fromisoformat(hours.end) if hours else None,
            weekdays=[WEEKDAYS.index(day) for day in hours.weekdays] if hours else [],
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        user = _person(identity)
        for urgency in Urgency:
            _save_lines(user, urgency, [], actor)
        save_quiet_hours(user=user, starts=None, ends=None, weekdays=[], actor=actor)
        return "delete"


def _save_lines(user: User, urgency: Urgency, lines: list[RuleSpec], actor: Actor) -> None:
    own = {row.handle: row.pk for row in ContactMethod.objects.filter(user=user)}
    pushes = NotificationRule.objects.filter(
        user=user, urgency=urgency, channel__in=_untyped()
    ).order_by("position")
    wanted = [RuleLine(row.channel, row.after_seconds, row.contact_id) for row in pushes]
    wanted += [
        # Somebody else's address is nobody's here: the service says so.
        RuleLine(line.channel, line.after, own.get(line.contact, 0) if line.contact else None)
        for line in lines
    ]
    save_rules(user=user, urgency=urgency, lines=wanted, actor=actor)


class RoomSpec(Spec):
    """An address of nobody in particular that policies page by name; it comes from the
    environment."""

    channel: ChannelName


class RoomKind(Kind[RoomSpec]):
    name: ClassVar[str] = "Room"
    secrets: ClassVar[frozenset[str]] = frozenset({"address"})
    service_fields: ClassVar[dict[str, FilePath]] = {"slug": ()}

    @property
    def spec(self) -> type[RoomSpec]:
        return RoomSpec

    def present(self) -> dict[str, Resource[RoomSpec]]:
        found = ContactMethod.objects.filter(user=None, webhook=None).order_by("slug")
        return {
            str(row.slug): Resource(
                name=str(row.slug),
                display_name=row.label,
                spec=RoomSpec.model_construct(channel=row.channel),
            )
            for row in found
        }

    def save(self, resource: Resource[RoomSpec], *, actor: Actor) -> None:
        save_named_contact(
            slug=resource.name,
            channel=resource.spec.channel,
            address=resource.secrets.get("address"),
            label=resource.display_name,
            may_wait=True,
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        remove_named_contact(slug=identity, actor=actor)
        return "delete"

    def has_secret(self, identity: str, field_name: str, raw: str) -> bool:
        return _has_address(ContactMethod.objects.filter(slug=identity).first(), raw)


def _untyped() -> list[str]:
    return [one.name for one in channels if one.form is not None and not one.form.typed]


def _written_rules() -> QuerySet[NotificationRule]:
    rules = NotificationRule.objects.exclude(channel__in=_untyped())
    return rules.order_by("user__email", "urgency", "position")


def _quiet(hours: QuietHours) -> QuietHoursSpec:
    return QuietHoursSpec.model_construct(
        start=f"{hours.starts:%H:%M}",
        end=f"{hours.ends:%H:%M}",
        weekdays=[WEEKDAYS[day] for day in hours.weekdays],
    )


def _person(email: str) -> User:
    return User.objects.get(email__iexact=email)


def _email(row: ContactMethod) -> str:
    assert row.user is not None
    return row.user.email.lower()


def _has_address(row: ContactMethod | None, raw: str) -> bool:
    """In the form in which the channel keeps it."""
    found = channels.get(row.channel) if row else None
    if row is None or found is None or found.form is None:
        return False
    try:
        return row.address == found.form.check(raw.strip())[0]
    except (BadAddress, SecretUnreadable):
        return False
