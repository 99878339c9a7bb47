"""Reads Flux's events, as its notification controller sends them, as changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent

from alerts.changes import change_seen, kind_told
from alerts.reading import inner, load_object, one_line, read_time, received_at
from alerts.signals import Reading, Unreadable

APPLIED = frozenset({
    "ReconciliationSucceeded", "InstallSucceeded", "UpgradeSucceeded", "RollbackSucceeded",
})  # fmt: skip
FAILED = frozenset({
    "ReconciliationFailed", "InstallFailed", "UpgradeFailed", "RollbackFailed", "HealthCheckFailed",
})  # fmt: skip


class Flux:
    """The format `flux`: the event of a provider of the type `generic` or `generic-hmac`."""

    name = "flux"
    title = "Flux"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """The change that an applied revision is. Sources that were only fetched are none."""
        event, notes = load_object(body, "Flux event")
        about = inner(event, "involvedObject")
        reason = one_line(event.get("reason"), 80)
        name = one_line(about.get("name"), 200)
        if not name or not reason:
            raise Unreadable("This is no event of Flux: it has no involvedObject or no reason.")
        if reason not in APPLIED | FAILED:
            notes.add(f"{reason} of {name}: nothing was applied.")
            return Reading((), notes.sentences())
        given = {key.rpartition("/")[2]: value for key, value in inner(event, "metadata").items()}
        ended = "" if reason in APPLIED else " failed"
        message = one_line(event.get("message"), 300)
        change = change_seen(
            kind_told(given.get("kind")),
            f"Flux applied {one_line(about.get('kind'), 40)} {name}{ended}: {message}",
            given.get("system"),
            name,
            version=_short(one_line(given.get("revision"), 200)),
            occurred_at=read_time(
                event.get("timestamp"), notes, name="timestamp", now=received_at(options)
            ),
            took_effect=reason in APPLIED,
        )
        return Reading((), notes.sentences(), measured=(change,))

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """The Provider, its secret and the Alert."""
        return dedent(
            f"""\
            # The secret's token is also the "Signing secret" of this source.
            apiVersion: v1
            kind: Secret
            metadata: {{name: aire, namespace: flux-system}}
            stringData: {{token: choose-a-long-secret}}
            ---
            apiVersion: notification.toolkit.fluxcd.io/v1beta3
            kind: Provider
            metadata: {{name: aire, namespace: flux-system}}
            spec:
              type: generic-hmac
              address: {url}
              secretRef: {{name: aire}}
            ---
            apiVersion: notification.toolkit.fluxcd.io/v1beta3
            kind: Alert
            metadata: {{name: aire, namespace: flux-system}}
            spec:
              providerRef: {{name: aire}}
              eventSeverity: info
              eventSources:
                - {{kind: Kustomization, name: "*"}}
                - {{kind: HelmRelease, name: "*"}}
            # It counts to the system named like the object; eventMetadata of the Alert can name
            # another (system: support-assistant) and say what it changes (kind: model).
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A Kustomization that was applied."""
        document = {
            "involvedObject": {
                "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
                "kind": "Kustomization",
                "name": system,
                "namespace": "ai",
            },
            "metadata": {
                "kustomize.toolkit.fluxcd.io/revision": "main@sha1:9f1c2ab4d5e6f708192a3b4c5d6e7f80"
            },
            "severity": "info",
            "timestamp": now.isoformat(),
            "message": "Reconciliation finished in 1.2s, next run in 10m0s",
            "reason": "ReconciliationSucceeded",
            "reportingController": "kustomize-controller",
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _short(revision: str) -> str:
    """`main@sha1:<hash>` as people say it: the branch and twelve digits."""
    branch, at, digest = revision.partition("@")
    algorithm, colon, value = digest.partition(":")
    if not at or not colon or algorithm not in ("sha1", "sha256"):
        return revision
    return f"{branch}@{value[:12]}"


FORMAT = Flux()
