"""Making, changing and dropping routes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from accounts.audit import record
from alerts.matchers import MatcherError, parse_matchers
from alerts.models import SEVERITIES, Route
from alerts.services.checks import Errors, check_name, check_slug, system_named
from alerts.signals import MAX_LABEL_NAME
from core.actor import Actor
from core.errors import Conflict, Invalid
from oncall.models import EscalationPolicy

ORDER = range(-(2**31), 2**31)
MAX_GROUP_BY = 20
MAX_FOLD = 86_400
MAX_CAUSE_HINT = 80


def save_route(
    *,
    slug: str,
    name: str,
    actor: Actor,
    order: int = 100,
    match: Sequence[str] = (),
    system_slug: str | None = None,
    severity: str = "",
    policy_slug: str | None = None,
    group_by: Sequence[str] = (),
    open_incident: str = "always",
    fold_within: int = 0,
    cause_hint: str = "",
    enabled: bool = True,
) -> Route:
    """Make a route or set all of its fields."""
    fields: dict[str, Any] = {
        "name": name.strip()[:120],
        "order": order,
        "match": list(match),
        "severity": severity,
        "group_by": list(group_by),
        "open_incident": open_incident,
        "fold_within": fold_within,
        "cause_hint": cause_hint,
        "enabled": enabled,
    }
    errors = _problems(slug, fields)
    fields["system"] = system_named(system_slug, errors)
    fields["escalation_policy"] = _policy(policy_slug, errors)
    if errors:
        raise Invalid("The route was not saved.", errors=errors)
    with transaction.atomic():
        route, made = Route.objects.update_or_create(slug=slug, defaults=fields)
        action = "route.create" if made else "route.update"
        record(actor=actor, action=action, target_kind="route", target_ref=slug)
    return route


def create_route(*, slug: str, **fields: Any) -> Route:
    """`save_route`, but refuses a short name that is taken instead of changing that route."""
    with transaction.atomic():
        if Route.objects.filter(slug=slug).exists():
            raise Conflict(f"There is a route {slug!r} already.")
        return save_route(slug=slug, **fields)


def delete_route(*, route: Route, actor: Actor) -> None:
    with transaction.atomic():
        record(actor=actor, action="route.delete", target_kind="route", target_ref=route.slug)
        route.delete()


def _problems(slug: str, fields: dict[str, Any]) -> Errors:
    errors: Errors = {}
    check_slug(slug, errors)
    check_name(fields["name"], "route", errors)
    try:
        parse_matchers(fields["match"])
    except MatcherError as error:
        errors["match"] = [f"{error}."]
    if fields["order"] not in ORDER:
        errors["order"] = ["Give a whole number of at most nine digits."]
    if fields["severity"] and fields["severity"] not in dict(SEVERITIES):
        errors["severity"] = ["Choose sev1, sev2, sev3 or sev4, or leave it to the alert."]
    if fields["open_incident"] not in Route.OpenIncident.values:
        errors["open_incident"] = ["Choose always, page or never."]
    if not 0 <= fields["fold_within"] <= MAX_FOLD:
        errors["fold_within"] = ["Choose between 0 (never) and one day."]
    names = fields["group_by"]
    if len(names) > MAX_GROUP_BY or not all(0 < len(name) <= MAX_LABEL_NAME for name in names):
        errors["group_by"] = [f"Name at most {MAX_GROUP_BY} labels."]
    if len(fields["cause_hint"]) > MAX_CAUSE_HINT:
        errors["cause_hint"] = [f"At most {MAX_CAUSE_HINT} characters."]
    return errors


def _policy(slug: str | None, errors: Errors) -> EscalationPolicy | None:
    if not slug:
        return None
    policy = EscalationPolicy.objects.filter(slug=slug).first()
    if policy is None:
        errors["escalation_policy"] = [f"There is no escalation policy {slug!r}."]
    return policy
