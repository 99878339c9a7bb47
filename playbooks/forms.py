"""Forms of playbooks and connections. They read input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from core.yaml import YamlError, dump_documents, load_documents
from playbooks.models import Connection, Playbook
from playbooks.remedies import Remedy
from playbooks.services.connections import MAX_SECRET
from playbooks.services.playbooks import spec_of

KEPT = "Leave it empty to keep the one that is there."
MAX_YAML = 100_000
EXAMPLE = """\
description: What it does, and when not to.
causes: [prompt]          # causes or classes of the taxonomy
systems: []               # none: every system
steps:
  - check: The suspects show a release of the last hours.
  - mitigation: Roll the release back
    helps: roll-back
    connection: cluster
    action: rollout-undo
    with: {namespace: assistants, deployment: support-assistant}
approval: {role: responder, count: 1, expires: 30m}
limits: {coolDown: 15m, dependents: 20}
# verify: {slo: an-objective, after: 10m, undo: true}
# owner: somebody@example.org
# automatic: [prompt]     # only its owner may write this
"""


class PlaybookForm(forms.Form):
    """The definition is the `spec` of the document: people, API and files share one form."""

    name = forms.CharField(max_length=120, help_text="What it does: Roll the assistant back.")
    slug = forms.SlugField(max_length=63, label="Short name", help_text="Part of its address.")
    definition = forms.CharField(
        max_length=MAX_YAML,
        label="What it is for and what it does",
        help_text="YAML, as in configuration files; docs/playbooks.md names every field.",
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "input mono"}),
    )

    def __init__(self, *args: Any, playbook: Playbook | None = None, **options: Any) -> None:
        options["initial"] = _initial(playbook)
        super().__init__(*args, **options)
        if playbook is not None:
            del self.fields["slug"]

    def clean_definition(self) -> Any:
        text = self.cleaned_data["definition"]
        try:
            documents = load_documents(text.encode("utf-8", "replace"))
        except YamlError as error:
            raise forms.ValidationError(f"Line {error.line}: {error.message}") from error
        if len(documents) != 1 or not isinstance(documents[0].value, dict):
            raise forms.ValidationError("Write one mapping of fields, such as causes and steps.")
        return documents[0].value


class ConnectionForm(forms.Form):
    """A connection of one kind: what its remedy asks for stands among the fields."""

    name = forms.CharField(max_length=120, help_text="What people call it.")
    slug = forms.SlugField(max_length=63, label="Short name", help_text="What playbooks call it.")
    base_url = forms.CharField(max_length=2048, required=False, label="Address of its API")

    def __init__(
        self, *args: Any, remedy: Remedy, connection: Connection | None, **options: Any
    ) -> None:
        options["initial"] = _connected(remedy, connection)
        super().__init__(*args, **options)
        self.remedy = remedy
        kept = KEPT if connection is not None else ""
        if connection is not None:
            del self.fields["slug"]
        if remedy.allowed_label:
            self.fields["allowed"] = forms.CharField(
                label=f"{remedy.allowed_label} that it may touch",
                help_text="One a line. Nothing else can be touched through it.",
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        for one in remedy.options:
            self.fields[one.name] = forms.CharField(
                max_length=200, required=False, label=one.label, help_text=one.help
            )
        self.fields["token"] = _secret(remedy.token_label, kept)
        if remedy.secret_label:
            self.fields["secret"] = _secret(remedy.secret_label, kept)
        self.fields["enabled"] = forms.BooleanField(required=False, label="In use")

    def wanted(self) -> dict[str, Any]:
        """What `save_connection` takes, without the slug of one that is there."""
        data = self.cleaned_data
        found = {
            "kind": self.remedy.name,
            "name": data["name"],
            "base_url": data["base_url"],
            "allowed": data.get("allowed", "").splitlines(),
            "options": {one.name: data[one.name] for one in self.remedy.options},
            "token": data["token"] or None,
            "secret": data.get("secret") or None,
            "enabled": data["enabled"],
        }
        return {**found, "slug": data["slug"]} if "slug" in data else found


class NoteForm(forms.Form):
    note = forms.CharField(max_length=1000, required=False, label="Note")


def written(playbook: Playbook) -> str:
    """Its definition as YAML, in the order of the documentation."""
    return dump_documents([spec_of(playbook.definition).plain()]).removeprefix("---\n")


def _secret(label: str, help_text: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False)
    return forms.CharField(
        required=False, max_length=MAX_SECRET, label=label, help_text=help_text, widget=widget
    )


def _initial(playbook: Playbook | None) -> dict[str, Any]:
    if playbook is None:
        return {"definition": EXAMPLE}
    return {"name": playbook.name, "definition": written(playbook)}


def _connected(remedy: Remedy, connection: Connection | None) -> dict[str, Any]:
    if connection is None:
        return {"base_url": remedy.base_url, "enabled": True, "name": remedy.title}
    return {
        "name": connection.name,
        "base_url": connection.base_url,
        "allowed": "\n".join(connection.allowed),
        "enabled": connection.enabled,
        **dict(connection.options),
    }
