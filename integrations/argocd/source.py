"""Reads Argo CD's applications, as its notifications send them, as changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent

from alerts.changes import change_seen, kind_told
from alerts.reading import inner, load_object, one_line, read_time, received_at, word_of
from alerts.signals import Reading, Unreadable

_ENDED = {"succeeded": "", "failed": " failed", "error": " failed"}


class ArgoCD:
    """The format `argocd`: the body is the Application, `{{toJson .app}}`."""

    name = "argocd"
    title = "Argo CD"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """The change that the end of a sync is."""
        app, notes = load_object(body, "Argo CD application")
        operation = inner(app, "status", "operationState")
        if not word_of(app.get("apiVersion")).startswith("argoproj.io/") or not operation:
            raise Unreadable(
                "This is no application of Argo CD that was synced. The template's body is "
                "{{toJson .app}}."
            )
        meta = inner(app, "metadata")
        name = one_line(meta.get("name"), 200)
        phase = word_of(operation.get("phase"))
        if phase not in _ENDED:
            notes.add(f"The sync of {name} is {phase or 'unknown'}: no outcome yet.")
            return Reading((), notes.sentences())
        marks = inner(app, "metadata", "annotations")
        revision = one_line(
            inner(operation, "syncResult").get("revision")
            or inner(app, "status", "sync").get("revision"),
            200,
        )
        change = change_seen(
            kind_told(marks.get("aire/kind")),
            f"Argo CD synced {name}{_ENDED[phase]}",
            marks.get("aire/system"),
            name,
            version=revision[:12] if len(revision) == 40 else revision,
            url=marks.get("link.argocd.argoproj.io/external-link"),
            author=inner(operation, "operation", "initiatedBy").get("username"),
            occurred_at=read_time(
                operation.get("finishedAt"), notes, name="finishedAt", now=received_at(options)
            ),
            took_effect=not _ENDED[phase],
        )
        return Reading((), notes.sentences(), measured=(change,))

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """What belongs into `argocd-notifications-cm`, and the subscription of an application."""
        return dedent(
            f"""\
            # In the ConfigMap argocd-notifications-cm:
            data:
              service.webhook.aire: |
                url: {url}
                headers: [{{name: Content-Type, value: application/json}}]
              template.aire-synced: |
                webhook:
                  aire:
                    method: POST
                    body: "{{{{toJson .app}}}}"
              trigger.aire-synced: |
                - when: app.status.operationState.phase in ['Succeeded', 'Failed', 'Error']
                  oncePer: app.status.operationState.finishedAt
                  send: [aire-synced]
            # On each application: the annotation
            #   notifications.argoproj.io/subscribe.aire-synced.aire: ""
            # It counts to the system named like it, or by the annotation aire/system; the
            # annotation aire/kind says what it changes (model, prompt, index ...), else code.
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A sync that succeeded."""
        revision = "9f1c2ab4d5e6f708192a3b4c5d6e7f8091a2b3c4"
        document = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {"name": system, "namespace": "argocd"},
            "spec": {"source": {"repoURL": f"https://git.example/{system}.git"}},
            "status": {
                "sync": {
                    "status": "Synced",
                    "revision": revision,
                },
                "operationState": {
                    "phase": "Succeeded",
                    "finishedAt": now.isoformat(),
                    "operation": {"initiatedBy": {"automated": True}},
                    "syncResult": {"revision": revision},
                },
            },
        }
        return json.dumps(document, ensure_ascii=False).encode()


FORMAT = ArgoCD()
