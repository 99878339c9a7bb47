"""Reads what a page or the API was asked for: period, team, cut. Shared by both."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from accounts.models import Team, User
from accounts.selectors import visible_teams
from core import clock
from core.errors import Invalid
from reports.period import read_period
from reports.scope import Scope
from reports.shapes import Report

MAX_WORDS = 40


def scope_of(user: User, asked: Mapping[str, str], report: Report | None = None) -> Scope:
    """Raises `Invalid` naming the parameter that cannot be read."""
    words = asked.get("period", "")[:MAX_WORDS]
    period = read_period(words, now=clock.now(), zone=timezone.get_current_timezone())
    return Scope(
        user=user,
        period=period,
        team=team_named(user, asked.get("team", "")),
        by=_cut(report, asked.get("by", "")) if report else "",
    )


def team_named(user: User, slug: str) -> Team | None:
    slug = slug.replace("\x00", "").strip()[:63]
    if not slug:
        return None
    team = visible_teams(user).filter(slug=slug).first()
    if team is None:
        sentence = f"There is no team “{slug}”."
        raise Invalid(sentence, errors={"team": [sentence]})
    return team


def _cut(report: Report, by: str) -> str:
    if not report.by:
        return ""
    if not by:
        return next(iter(report.by))
    if by not in report.by:
        sentence = f"Choose one of: {', '.join(report.by)}."
        raise Invalid(f"This report cannot be cut that way. {sentence}", errors={"by": [sentence]})
    return by
