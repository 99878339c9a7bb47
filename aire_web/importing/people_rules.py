"""How people of the other tool wish to be paged, as rules of their own here. Whoever has rules here
already keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import User
from aire_web.importing.converted import LeftOut, Way
from core.actor import Actor
from notifications.channels import channels
from notifications.contact_services import add_contact_method, save_rules
from notifications.models import NotificationRule
from notifications.rules import MAX_RULES, Line, Urgency


@dataclass(frozen=True, slots=True)
class RuleLine:
    verb: str
    user: User
    urgency: str
    ways: Sequence[Way]

    def __str__(self) -> str:
        through = ", ".join(way.channel for way in self.ways)
        return f"{self.verb:<10} rules {self.user.email} ({self.urgency}: {through})"


def plan_rules(
    rules: Mapping[tuple[str, str], Sequence[Way]], left_out: list[LeftOut]
) -> list[RuleLine]:
    """For people who are here (also those who have just come)."""
    people = {user.email.lower(): user for user in User.objects.filter(is_active=True)}
    have = set(NotificationRule.objects.values_list("user_id", "urgency"))
    lines = []
    for (email, urgency), ways in sorted(rules.items()):
        user = people.get(email)
        if user is None:
            continue
        usable = []
        for way in ways[:MAX_RULES]:
            if way.channel in channels:
                usable.append(way)
            else:
                reason = f"This AIRE has no channel {way.channel}; set one up and import again."
                left_out.append(LeftOut("notification rule", email, reason))
        if usable:
            verb = "unchanged" if (user.pk, urgency) in have else "create"
            lines.append(RuleLine(verb, user, urgency, tuple(usable)))
    return lines


def save_planned(lines: Sequence[RuleLine], *, actor: Actor) -> None:
    for line in lines:
        if line.verb == "create":
            wanted = [_line(line.user, way, actor) for way in line.ways]
            save_rules(user=line.user, urgency=Urgency(line.urgency), lines=wanted, actor=actor)


def _line(user: User, way: Way, actor: Actor) -> Line:
    """Addresses that the other tool has verified count as verified."""
    if not way.address:
        return Line(way.channel, way.after_seconds)
    contact = add_contact_method(
        user=user, channel=way.channel, address=way.address, actor=actor, verified=True
    )
    return Line(way.channel, way.after_seconds, contact.pk)
