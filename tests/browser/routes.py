"""Every address that Django serves and what a browser finds there: the table, no tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.urls import URLPattern, URLResolver, get_resolver

Kind = Literal["page", "public", "part", "leads", "action", "other"]


@dataclass(frozen=True)
class Route:
    """`facts` says which existing object stands for each argument of the pattern.

    page: a whole page; public: one for people who are not signed in; part: a piece of a page;
    leads: a GET leads elsewhere; action: only POST; other: not for people's eyes.
    """

    kind: Kind
    facts: dict[str, str]
    query: str = ""


def page(query: str = "", **facts: str) -> Route:
    return Route("page", facts, query)


def public(**facts: str) -> Route:
    return Route("public", facts)


def part(query: str = "", **facts: str) -> Route:
    return Route("part", facts, query)


def leads(**facts: str) -> Route:
    return Route("leads", facts)


def action(**facts: str) -> Route:
    return Route("action", facts)


def other(query: str = "", **facts: str) -> Route:
    return Route("other", facts, query)


PROPOSING = """
    FROM incidents_incidentcause i JOIN taxonomy_cause c ON c.id = i.cause_id
   WHERE i.confidence <> 'ruled-out' AND c.follow_up_actions @> '[{"type": "prevent"}]'
     AND i.incident_id NOT IN (SELECT incident_id FROM postmortems_action)
   ORDER BY i.id LIMIT 1"""

# name of a fact -> the object that stands for it, from what the demo and the desk made.
FACTS = {
    "incident": "SELECT 'INC-' || id FROM incidents_incident"
    " WHERE status = 'acknowledged' ORDER BY id LIMIT 1",
    "paged": "SELECT 'INC-' || id FROM incidents_incident WHERE title LIKE 'Browser burns%%'",
    "task": "SELECT min(id) FROM incidents_incidenttask",
    "drill": "SELECT min(id) FROM incidents_drill",
    "scenario": "SELECT 'capacity'",
    "check": "SELECT 'kill-switch'",
    "action": "SELECT 'ACT-' || min(id) FROM postmortems_action",
    # The first cause that still proposes something, and its incident.
    "proposal": f"SELECT c.slug || ':prevent:1' {PROPOSING}",
    "proposing": f"SELECT 'INC-' || i.incident_id {PROPOSING}",
    "tracker": "SELECT slug FROM postmortems_tracker LIMIT 1",
    "caused": "SELECT 'INC-' || incident_id FROM incidents_incidentcause ORDER BY id LIMIT 1",
    "attached": "SELECT min(id) FROM incidents_incidentcause",
    "clock": "SELECT id FROM postmortems_regulatoryclock WHERE state = 'running' LIMIT 1",
    "report": "SELECT 'breakage'",
    "set-aside": "SELECT id FROM alerts_receipt WHERE state = 'set_aside' LIMIT 1",
    "alert": "SELECT id FROM alerts_alert WHERE title LIKE 'Browser burns%%'",
    "source": "SELECT slug FROM alerts_source WHERE slug = 'prometheus'",
    "key": "SELECT min(id) FROM alerts_sourcekey",
    "route": "SELECT slug FROM alerts_route ORDER BY id LIMIT 1",
    "mapped": "SELECT slug FROM alerts_source WHERE format = 'generic' ORDER BY id LIMIT 1",
    "silence": "SELECT id FROM alerts_silence ORDER BY slug LIMIT 1",
    "inhibition": "SELECT slug FROM alerts_inhibition LIMIT 1",
    "system": "SELECT slug FROM catalog_system WHERE slug = 'support-assistant'",
    "page": "SELECT id FROM oncall_page LIMIT 1",
    "schedule": "SELECT slug FROM oncall_schedule ORDER BY id LIMIT 1",
    "policy": "SELECT slug FROM oncall_escalationpolicy ORDER BY id LIMIT 1",
    "cause": "SELECT slug FROM taxonomy_cause ORDER BY id LIMIT 1",
    "person": "SELECT min(id) FROM accounts_user",
    "api-key": "SELECT min(id) FROM accounts_apikey",
    "team": "SELECT slug FROM accounts_team ORDER BY id LIMIT 1",
    "postmortem": "SELECT 'PM-' || id FROM postmortems_postmortem WHERE status = 'in_review'",
    "published": "SELECT 'PM-' || min(postmortem_id) FROM postmortems_addendum",
    "comment": "SELECT id FROM postmortems_comment LIMIT 1",
    "template": "SELECT 'hallucination'",
    "summary": "SELECT 'summary'",
    "md": "SELECT 'md'",
    "uuid": "SELECT '00000000-0000-7000-8000-000000000000'",
    # These need no object: any number will do.
    "1": "SELECT 1",
    "a": "SELECT 'a'",
    "github": "SELECT 'github'",
    "slo": "SELECT slug FROM slos_slo ORDER BY id LIMIT 1",
    "any-id": "SELECT gen_random_uuid()",
}

ROUTES = {
    "now": page(),
    "live-me": part(),
    "first-run": page(),
    "first-run-leave": action(),
    "first-run-team": page(),
    "first-run-system": page(),
    "first-run-source": page(),
    "first-run-source-test": action(slug="source"),
    "first-run-source-tried": leads(slug="source"),
    "first-run-on-call": page(),
    "first-run-test-page": page(),
    "first-run-test-page-deliveries": leads(),
    "manifest": other(),
    "service-worker": other(),
    "offline": page(),
    "search": page("?q=assistant"),
    "search-palette": part("?q=assistant"),
    "design": page(),
    "incidents:list": page(),
    "incidents:declare": page(),
    "incidents:detail": page(ref="incident"),
    "incidents:acknowledge": page(ref="paged"),
    "incidents:transition": page("?to=cancelled", ref="paged"),
    "incidents:note": page(ref="incident"),
    "incidents:task": page(ref="incident"),
    "incidents:task-done": action(ref="incident", pk="task"),
    "incidents:times": page(ref="incident"),
    "incidents:severity": page(ref="incident"),
    "incidents:edit": page(ref="incident"),
    "incidents:suspects": page(ref="caused"),
    "incidents:drills:list": page(),
    "incidents:drills:start": page(name="scenario"),
    "incidents:drills:detail": page(pk="drill"),
    "incidents:drills:end": action(pk="drill"),
    "incidents:drills:debrief": action(pk="drill"),
    "incidents:causes": page(ref="caused"),
    "incidents:cause-new": page(ref="caused"),
    "incidents:cause-edit": page(ref="caused", pk="attached"),
    "incidents:cause-remove": action(ref="caused", pk="attached"),
    "incidents:merge": page(ref="incident"),
    "incidents:role": page(ref="incident"),
    "incidents:private": action(ref="incident"),
    "incidents:member": page(ref="incident"),
    "incidents:page": page(ref="incident"),
    "chatops:command": page(ref="incident"),
    "postmortems:list": page(),
    "postmortems:agenda": page(),
    "postmortems:start": page(incident_ref="incident"),
    "postmortems:template-list": page(),
    "postmortems:template-new": page(),
    "postmortems:template-detail": page(slug="template"),
    "postmortems:template-edit": page(slug="template"),
    "postmortems:template-retire": action(slug="template"),
    "postmortems:detail": page(ref="postmortem"),
    "postmortems:transition": page("?to=changes_requested", ref="postmortem"),
    "postmortems:assign": page(ref="postmortem"),
    "postmortems:rename": page(ref="postmortem"),
    "postmortems:set-aside": page(ref="postmortem"),
    "postmortems:take-up": action(ref="postmortem"),
    "postmortems:section": page(ref="postmortem", key="summary"),
    "postmortems:section-preview": action(ref="postmortem", key="summary"),
    "postmortems:section-keep": action(ref="postmortem", key="summary"),
    "postmortems:section-accept": action(ref="postmortem", key="summary"),
    "postmortems:section-history": page(ref="postmortem", key="summary"),
    "postmortems:comment": page(ref="postmortem", key="summary"),
    "postmortems:comment-resolve": action(ref="postmortem", comment_id="comment"),
    "postmortems:reviewers": page(ref="postmortem"),
    "postmortems:take-off": action(ref="postmortem", user_id="person"),
    "postmortems:evidence": page(ref="postmortem"),
    "postmortems:uncite": action(ref="postmortem", number="1"),
    "postmortems:attach": action(ref="postmortem"),
    "postmortems:file": leads(ref="postmortem", attachment_id="uuid"),
    "postmortems:detach": action(ref="postmortem", attachment_id="uuid"),
    "postmortems:addendum": page(ref="published"),
    "postmortems:read": action(ref="published"),
    "postmortems:external": page(ref="published"),
    "postmortems:export": other(ref="published", form="md"),
    "actions:list": page(),
    "actions:board": page("?by=owner"),
    "actions:new": page(ref="incident"),
    "actions:accept": page(ref="proposing", key="proposal"),
    "actions:decline": page(ref="proposing", key="proposal"),
    "actions:detail": page(ref="action"),
    "actions:edit": page(ref="action"),
    "actions:transition": page("?to=wont_do", ref="action"),
    "actions:tracker-link": action(ref="action"),
    "actions:tracker-unlink": action(ref="action"),
    "actions:tracker-retry": action(ref="action"),
    "trackers:list": page(),
    "trackers:new": page(kind="github"),
    "trackers:edit": page(slug="tracker"),
    "tracker-hook": action(slug="a"),
    "slos:list": page(),
    "slos:library": page("?system=support-assistant"),
    "slos:planner": page(),
    "slos:new": page("?library=groundedness"),
    "slos:detail": page(slug="slo"),
    "slos:edit": page(slug="slo"),
    "slos:indicator": page(slug="slo"),
    "slos:delete": action(slug="slo"),
    "slos:switch": action(slug="slo"),
    "slos:correct": page(slug="slo"),
    "slos:withdraw": action(slug="slo", correction="any-id"),
    "slos:inputs": page(slug="slo"),
    "slos:compare": page("?days=28", slug="slo"),
    "slos:simulator": page(slug="slo"),
    "openslo": page(),
    "openslo-export": other(),
    "prometheus-rules": other(),
    "alerts:list": page(),
    "alerts:set-aside": page(),
    "alerts:receipt": page(pk="set-aside"),
    "alerts:receipt-raw": other(pk="set-aside"),
    "alerts:receipt-replay": action(pk="set-aside"),
    "alerts:source-list": page(),
    "alerts:source-new": page(),
    "alerts:source-detail": page(slug="source"),
    "alerts:source-edit": page(slug="source"),
    "alerts:source-arrival": leads(slug="source"),
    "alerts:source-rotate": action(slug="source"),
    "alerts:source-revoke": action(slug="source", key_id="key"),
    "alerts:source-test": action(slug="source"),
    "alerts:source-switch": action(slug="source"),
    "alerts:route-list": page(),
    "alerts:route-new": page(),
    "alerts:route-try": page(),
    "alerts:route-edit": page(slug="route"),
    "alerts:route-delete": action(slug="route"),
    "alerts:source-redaction": page(slug="source"),
    "alerts:source-mapping": page(slug="mapped"),
    "alerts:receipt-reveal": page(pk="set-aside"),
    "alerts:quality": page(),
    "alerts:silence-list": page(),
    "alerts:silence-new": page(),
    "alerts:silence-detail": page(pk="silence"),
    "alerts:silence-edit": page(pk="silence"),
    "alerts:silence-expire": action(pk="silence"),
    "alerts:noise": page(),
    "alerts:inhibition-new": page(),
    "alerts:inhibition-edit": page(slug="inhibition"),
    "alerts:inhibition-delete": action(slug="inhibition"),
    "alerts:detail": page(pk="alert"),
    "alerts:payload": page(pk="alert"),
    "catalog:system-list": page(),
    "catalog:system-new": page(),
    "catalog:system-detail": page(slug="system"),
    "catalog:readiness": page(slug="system"),
    "catalog:readiness-close": action(slug="system"),
    "catalog:readiness-answer": page(slug="system", check="check"),
    "catalog:system-edit": page(slug="system"),
    "catalog:system-retire": action(slug="system"),
    "catalog:change-list": page(slug="system"),
    "catalog:change-new": page(slug="system"),
    "oncall:home": page(),
    "oncall:page-acknowledge": action(pk="page"),
    "oncall:schedule-list": page(),
    "oncall:schedule-new": page(),
    "oncall:schedule-detail": page(slug="schedule"),
    "oncall:schedule-edit": page(slug="schedule"),
    "oncall:override-add": action(slug="schedule"),
    "oncall:override-remove": action(slug="schedule", pk="1"),
    "oncall:policy-list": page(),
    "oncall:policy-new": page(),
    "oncall:policy-detail": page(slug="policy"),
    "oncall:policy-edit": page(slug="policy"),
    "notifications:inbox": page(),
    "notifications:read-all": action(),
    "notifications:channels": action(),
    "taxonomy:home": page(),
    "taxonomy:cause": page(slug="cause"),
    "taxonomy:new": page(),
    "taxonomy:facets": page(),
    "taxonomy:edit": page(slug="cause"),
    "taxonomy:retire": action(slug="cause"),
    "taxonomy:give-back": action(slug="cause"),
    "reports:home": page(),
    "reports:quarterly": page(),
    "reports:digest": page(),
    "reports:filter-save": action(),
    "reports:filter-remove": action(pk="1"),
    "reports:report": page("?period=365d", name="report"),
    "clocks:list": page(),
    "clocks:rules": page(),
    "clocks:start": page(),
    "clocks:detail": page(pk="clock"),
    "clocks:submit": action(pk="clock"),
    "clocks:end": action(pk="clock"),
    "clocks:propose": action(pk="clock"),
    "clocks:decide": action(pk="clock"),
    "clocks:owner": action(pk="clock"),
    "clocks:draft": page(pk="clock"),
    "clocks:hold": page(ref="incident"),
    "clocks:aiid": page(ref="incident"),
    "accounts:settings": page(),
    "accounts:profile": page(),
    "accounts:keys": page(),
    "accounts:key-revoke": action(pk="api-key"),
    "accounts:audit": page(),
    "accounts:people": page(),
    "accounts:person": page(pk="person"),
    "accounts:person-deactivate": action(pk="person"),
    "accounts:person-activate": action(pk="person"),
    "accounts:team-list": page(),
    "accounts:team-new": page(),
    "accounts:team-detail": page(slug="team"),
    "accounts:team-edit": page(slug="team"),
    "account_login": public(),
    "account_logout": page(),
    "account_inactive": public(),
    "account_signup": public(),
    "account_reauthenticate": page(),
    "account_email": page(),
    "account_email_verification_sent": public(),
    "account_change_password": page(),
    "account_set_password": leads(),
    "account_reset_password": public(),
    "account_confirm_login_code": leads(),
    "account_confirm_email": public(key="a"),
    "account_reset_password_from_key_done": public(),
    "account_reset_password_from_key": public(uidb36="1", key="a"),
    "account_reset_password_done": public(),
    "mfa_index": page(),
    "mfa_authenticate": leads(),
    "mfa_reauthenticate": leads(),
    "mfa_activate_totp": page(),
    "mfa_deactivate_totp": leads(),
    "mfa_view_recovery_codes": leads(),
    "mfa_generate_recovery_codes": leads(),
    "mfa_download_recovery_codes": leads(),
    "slack-actions": action(),
    "slack-events": action(),
    "healthz": other(),
    "readyz": other(),
    "metrics": other(),
}

# The same routes in other states: nothing found, nothing there, refused, another incident.
ALSO = [
    "/incidents/?status=all",
    "/incidents/?q=there+is+no+such+thing",
    "/incidents/?mine=1",
    "/incidents/INC-1/",
    "/alerts/?q=there+is+no+such+thing",
    "/systems/fraud-scorer/",
    "/reports/learning/",
    "/reports/response/?period=365d",
    "/reports/budgets/",
    "/reports/on-call/",
    "/reports/cost/",
    "/reports/reviews/",
    "/search/?q=there+is+no+such+thing",
    "/postmortems/?status=published",
    "/postmortems/?q=there+is+no+such+thing",
    "/postmortems/PM-1/",
    "/postmortems/PM-6/",
    "/postmortems/PM-7/",
    "/there/is/nothing/",
    "/incidents/INC-999999/",
]


def served() -> Iterator[str]:
    """The name of every route, with its namespaces; the API is not for browsers."""
    yield from _names(get_resolver(), "")


def _names(resolver: URLResolver, namespace: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"
        elif pattern.namespace != "api":
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _names(pattern, namespace + inner)
