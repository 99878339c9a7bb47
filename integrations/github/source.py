"""Reads GitHub's deployments as changes. Everything else that a repository tells is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent
from urllib.parse import parse_qs

from alerts.changes import change_seen, kind_told
from alerts.options import Option, is_list_of_words
from alerts.reading import (
    Notes,
    inner,
    load_object,
    one_line,
    read_time,
    received_at,
    word_of,
)
from alerts.signals import Reading, Unreadable

ENVIRONMENTS = Option(
    name="environments",
    help="Which environments count. Without it: those that GitHub calls production.",
    example="environments: [production, eu-production]\n",
    check=is_list_of_words,
)
WORKFLOWS = Option(
    name="workflows",
    help="Which workflows deploy, by their names. Without it: none; deployments count alone.",
    example="workflows: [Deploy to production]\n",
    check=is_list_of_words,
)
_ENDED = {"success": "", "failure": " failed", "error": " failed", "inactive": " was replaced"}


class GitHub:
    """The format `github`."""

    name = "github"
    title = "GitHub"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """The change that the outcome of a deployment is, or of a workflow that the source's
        options name. What only began is none yet."""
        document, notes = load_object(_json_of(body), "GitHub webhook")
        event = word_of(headers.get("x-github-event"))
        status = inner(document, "deployment_status")
        deployment = inner(document, "deployment")
        if event == "ping" or "zen" in document:
            return Reading((), ("GitHub's ping: the webhook is connected.",))
        if inner(document, "workflow_run"):
            return _workflow(document, options, notes)
        if not deployment:
            raise Unreadable(
                "This is no deployment. Choose only Deployment statuses, or Workflow runs, in the "
                "webhook's events."
            )
        if not status:
            notes.add("A deployment began; its outcome will be the change.")
            return Reading((), notes.sentences())
        state = word_of(status.get("state"))
        environment = one_line(status.get("environment") or deployment.get("environment"), 120)
        if state not in _ENDED or state == "inactive":
            notes.add(f"The deployment to {environment} is {state or 'unknown'}: no outcome yet.")
            return Reading((), notes.sentences())
        if not _counts(environment, deployment, options):
            notes.add(f"{environment or 'This environment'} does not count as production.")
            return Reading((), notes.sentences())
        change = _change(document, deployment, status, environment, notes, received_at(options))
        return Reading((), notes.sentences(), measured=(change,))

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """The repository's or organisation's webhook."""
        return dedent(
            f"""\
            # In GitHub: the repository (or organisation) > Settings > Webhooks > Add webhook
            #   Payload URL: {url}
            #   Content type: application/json
            #   Secret: a long random text; write it into "Signing secret" of this source too
            #   Let me select individual events: Deployment statuses (or Workflow runs, with
            #   the option workflows)
            # A deployment counts to the system named in its payload ("system": "..."), else to
            # the one named like the repository, else as this source's options say.
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A deployment to production that succeeded."""
        document = {
            "action": "created",
            "deployment_status": {
                "state": "success",
                "environment": "production",
                "created_at": now.isoformat(),
                "creator": {"login": "deploy-bot"},
            },
            "deployment": {
                "sha": "9f1c2ab4d5e6f708192a3b4c5d6e7f8091a2b3c4",
                "ref": "main",
                "description": "prompt v12",
                "payload": {"system": system},
                "production_environment": True,
            },
            "repository": {"name": system, "full_name": f"example/{system}"},
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _json_of(body: bytes) -> bytes:
    """The JSON of a webhook; GitHub's older content type puts it into a form."""
    if not body.startswith(b"payload="):
        return body
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=10)
    except (UnicodeDecodeError, ValueError) as error:
        raise Unreadable("This is no form as GitHub sends it.") from error
    return fields.get("payload", [""])[0].encode("utf-8", "replace")


def _counts(
    environment: str, deployment: Mapping[str, object], options: Mapping[str, object]
) -> bool:
    wanted = options.get("environments")
    if isinstance(wanted, list) and wanted:
        return environment in wanted
    return deployment.get("production_environment") is True or environment == "production"


def _change(
    document: Mapping[str, object],
    deployment: Mapping[str, object],
    status: Mapping[str, object],
    environment: str,
    notes: Notes,
    now: datetime,
) -> object:
    repository = inner(document, "repository")
    payload = inner(deployment, "payload")
    name = one_line(repository.get("full_name") or repository.get("name"), 200)
    description = one_line(deployment.get("description"), 300)
    ended = _ENDED[word_of(status.get("state"))]
    summary = (
        f"Deployment of {name} ({one_line(deployment.get('ref'), 80)}) to {environment}{ended}"
    )
    return change_seen(
        kind_told(payload.get("kind")),
        f"{summary}: {description}" if description else summary,
        payload.get("system"),
        repository.get("name"),
        name,
        version=one_line(deployment.get("sha"), 60)[:12],
        url=status.get("target_url") or status.get("log_url"),
        author=inner(status, "creator").get("login"),
        occurred_at=read_time(status.get("created_at"), notes, name="created_at", now=now),
        took_effect=not ended,
    )


def _workflow(
    document: Mapping[str, object], options: Mapping[str, object], notes: Notes
) -> Reading:
    """The end of a run of a workflow that deploys."""
    run, repository = inner(document, "workflow_run"), inner(document, "repository")
    name, wanted = one_line(run.get("name"), 200), options.get("workflows")
    if not isinstance(wanted, list) or name not in wanted:
        notes.add(f"The workflow {name} is not among those that deploy (option workflows).")
        return Reading((), notes.sentences())
    conclusion = word_of(run.get("conclusion"))
    if conclusion not in ("success", "failure", "timed_out"):
        notes.add(f"The run of {name} is {conclusion or 'not over'}: no outcome yet.")
        return Reading((), notes.sentences())
    full_name = one_line(repository.get("full_name") or repository.get("name"), 200)
    worked = conclusion == "success"
    change = change_seen(
        "code",
        f"Workflow {name} of {full_name} ({one_line(run.get('head_branch'), 80)})"
        f"{'' if worked else ' failed'}",
        repository.get("name"),
        full_name,
        version=one_line(run.get("head_sha"), 60)[:12],
        url=run.get("html_url"),
        author=inner(run, "actor").get("login"),
        occurred_at=read_time(
            run.get("updated_at"), notes, name="updated_at", now=received_at(options)
        ),
        took_effect=worked,
    )
    return Reading((), notes.sentences(), measured=(change,))


FORMAT = GitHub()
