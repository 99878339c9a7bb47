"""A small organisation as documents, and a way to apply them, for the tests of config as code."""

from __future__ import annotations

from collections.abc import Mapping

from aire_web.config.applying import Outcome, apply_files
from aire_web.config.files import File
from core.actor import Via, program

ACTOR = program("test", Via.APPLY)

PEOPLE = """\
apiVersion: aire/v1
kind: User
metadata: {name: ada}
spec: {email: ada@example.org, name: Ada Byron, role: admin, timeZone: Europe/London}
---
apiVersion: aire/v1
kind: User
metadata: {name: ben}
spec: {email: ben@example.org, name: Ben Okri, role: responder}
---
apiVersion: aire/v1
kind: Team
metadata: {name: platform, displayName: Platform, labels: {floor: "3"}, annotations: {note: hi}}
spec:
  members:
    - ben@example.org
    - ada@example.org
"""

SYSTEMS = """\
apiVersion: aire/v1
kind: System
metadata: {name: assistant, displayName: Support assistant, labels: {env: prod}}
spec:
  kind: llm
  tier: 1
  stage: canary
  team: platform
  description: |
    Answers customers.
    In two lines.
  owners: {engineering: ada@example.org, responsible-ai: ben@example.org}
  dependsOn: [search]
  runbooks: [{title: Turn it off, url: "https://runbooks.example.org/off"}]
  escalationPolicy: default
---
apiVersion: aire/v1
kind: System
metadata: {name: search}
spec: {kind: rag, dependsOn: [assistant]}
"""

ON_CALL = """\
apiVersion: aire/v1
kind: Schedule
metadata: {name: primary, displayName: Primary}
spec:
  timeZone: Europe/Berlin
  rotations:
    - name: weekly
      users: [ben@example.org, ada@example.org]
      starts: 2025-01-06T09:00:00+01:00
      handoff: 09:00
      shiftLength: 1w
      restrictions:
        - {weekdays: [mon, fri], start: 08:00, end: 18:00}
  overrides:
    - {user: ada@example.org, starts: 2025-02-01T00:00:00Z, ends: 2025-02-02T00:00:00Z}
---
apiVersion: aire/v1
kind: EscalationPolicy
metadata: {name: default, displayName: Default}
spec:
  fallback: true
  repeat: 2
  steps:
    - targets: [{schedule: primary}]
    - after: 5m
      targets: [{user: ada@example.org}, {team: platform}, {slackChannel: "#ops"}]
"""

ALERTS = """\
apiVersion: aire/v1
kind: Source
metadata: {name: prometheus, displayName: Prometheus}
spec: {format: alertmanager, system: assistant, autoResolveAfter: 1h30m}
---
apiVersion: aire/v1
kind: Source
metadata: {name: evaluations}
spec:
  format: generic
  key: ${EVAL_KEY}
  mapping: {title: name, key: id, labels: {"*": tags}}
---
apiVersion: aire/v1
kind: Route
metadata: {name: critical, displayName: Critical}
spec:
  order: 10
  match: ['severity="critical"', 'system=~"assist.*"']
  system: assistant
  severity: sev1
  escalationPolicy: default
  groupBy: [alertname]
  openIncident: page
  causeHint: drift.covariate
---
apiVersion: aire/v1
kind: ApiKey
metadata: {name: scraper}
spec: {user: ada@example.org, scopes: [metrics, read]}
"""

CHANNELS = """\
apiVersion: aire/v1
kind: Webhook
metadata: {name: ops-bot, displayName: Ops bot}
spec:
  url: https://bot.example.org/aire
  events: [page.created, incident.opened]
  secret: ${EVAL_KEY}
---
apiVersion: aire/v1
kind: PayRule
metadata: {name: night, displayName: Woken at night}
spec: {unit: page, amount: "25", currency: EUR, start: "22:00", end: "07:00", weekdays: [mon, sun]}
"""

SHIPPED_KINDS = ("Cause", "PostmortemTemplate")
"""Kinds of which an installation has some before anybody made one."""

ALL = "---\n".join([PEOPLE, SYSTEMS, ON_CALL, ALERTS])
ENV = {"EVAL_KEY": "evaluation-key-" * 3, "PASSWORD": "correct horse battery"}


def apply(
    *texts: str, env: Mapping[str, str] = ENV, prune: bool = False, dry_run: bool = False
) -> Outcome:
    """Each text is a file: a.yaml, b.yaml …"""
    files = [
        File(f"{chr(ord('a') + number)}.yaml", text.encode()) for number, text in enumerate(texts)
    ]
    return apply_files(files, env=env, actor=ACTOR, prune=prune, dry_run=dry_run)


def refused(*texts: str, **options: object) -> list[str]:
    """The refusals of something that must be refused."""
    outcome = apply(*texts, **options)  # type: ignore[arg-type]
    assert not outcome.applied
    assert outcome.refusals
    return [str(refusal) for refusal in outcome.refusals]


def verbs(outcome: Outcome) -> dict[str, str]:
    steps = [*outcome.plan.saves, *outcome.plan.removals]
    return {f"{step.kind.name} {step.name}": step.verb for step in steps}
