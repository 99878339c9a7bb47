"""Forms of the catalog's pages. They read input; the services decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import slugify

from accounts.models import User
from accounts.selectors import people_choices, visible_teams
from catalog.filters import TIERS
from catalog.models import Change, System, SystemOwner, SystemPart
from catalog.system_input import SystemState
from core.stale import SeenForm

NOBODY = ("", "Nobody named")
PARTS_HELP = (
    "One a line: kind | name | version | https://address | setting = value; … Only kind and name "
    "are needed; without a version it stays as changes tell it. Kinds: "
    f"{', '.join(SystemPart.Kind.values)}."
)


class PairsField(forms.CharField):
    """One pair a line, `left` and `right` divided by `divider`; empty lines are left out."""

    def __init__(self, *, divider: str, **options: Any) -> None:
        self.divider = divider
        widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
        super().__init__(required=False, widget=widget, max_length=20_000, **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        halves = [line.partition(self.divider) for line in text.splitlines() if line.strip()]
        if any(not divider for _, divider, _ in halves):
            raise forms.ValidationError(f"Each line needs a “{self.divider}”.")
        return [(left.strip(), right.strip()) for left, _, right in halves]

    def has_changed(self, initial: Any, data: Any) -> bool:
        def pairs(value: Any) -> Any:
            return self.to_python(value) if isinstance(value, str) else value or []

        try:
            return bool(pairs(initial) != pairs(data))
        except forms.ValidationError:
            return True

    def validate(self, value: Any) -> None:
        # Length and content are the service's matter; there is nothing that must be given.
        return

    def run_validators(self, value: Any) -> None:
        super().run_validators(f" {self.divider} ".join(map(str, value)))


def _part(line: str) -> dict[str, Any]:
    """A part, its columns divided by `|`."""
    columns = [column.strip() for column in line.split("|")]
    if not 2 <= len(columns) <= 5:
        raise forms.ValidationError("Each line has a kind and a name, divided by “|”.")
    kind, name, version, url, settings = [*columns, "", "", ""][:5]
    pairs = [pair.partition("=") for pair in settings.split(";") if pair.strip()]
    if any(not divider for _, divider, _ in pairs):
        raise forms.ValidationError("Settings are written as name = value; name = value.")
    return {
        "kind": kind,
        "name": name,
        "version": version or None,
        "url": url,
        "settings": {left.strip(): right.strip() for left, _, right in pairs},
    }


def part_line(part: Mapping[str, Any]) -> str:
    settings = "; ".join(f"{name} = {value}" for name, value in sorted(part["settings"].items()))
    line = " | ".join((part["kind"], part["name"], part["version"], part["url"], settings))
    return line.rstrip(" |")


class SystemForm(SeenForm):
    """The System kind as a form. `slug` is part of it only for a new system. What somebody else
    has changed meanwhile is not overwritten: see `core.stale`."""

    name = forms.CharField(max_length=120)
    slug = forms.CharField(
        max_length=63,
        required=False,
        label="Short name",
        help_text="Used in labels, addresses and files. Empty: made of the name. It cannot be "
        "changed later.",
    )
    description = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text="Markdown works."
    )
    kind = forms.ChoiceField(choices=System.Kind.choices)
    tier = forms.TypedChoiceField(
        choices=TIERS, coerce=int, initial=3, help_text="1 is the most critical."
    )
    stage = forms.ChoiceField(choices=System.Stage.choices, initial=System.Stage.PRODUCTION)
    traffic_percent = forms.FloatField(
        required=False, min_value=0, max_value=100, label="Traffic at this stage, percent"
    )
    team_slug = forms.ChoiceField(required=False, label="Team")
    autonomy = forms.ChoiceField(
        required=False, choices=[("", "Not said"), *System.Autonomy.choices]
    )
    intended_use = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What it is for, and what it is not for. Markdown works.",
    )
    parts = forms.CharField(
        required=False,
        max_length=60_000,
        help_text=PARTS_HELP,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    contacts = PairsField(
        divider="|", help_text="Whom to reach at a provider. One a line: name | address or number"
    )
    depends_on = forms.MultipleChoiceField(
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="What this system needs to work.",
    )
    runbooks = PairsField(divider="|", help_text="One a line: title | https://address")
    labels = PairsField(divider="=", help_text="One a line: name = value")

    def __init__(self, *args: Any, user: User, state: SystemState | None, **options: Any) -> None:
        if state is not None:
            options["initial"] = _initial(state)
        super().__init__(*args, **options)
        if state is not None:
            del self.fields["slug"]
        self._choose("team_slug", [("", "No team"), *_team_choices(user)])
        self._choose("depends_on", _system_choices(user, without=state.slug if state else ""))
        named = set(state.owners.values()) if state else set()
        people = [NOBODY, *people_choices(also=named)]
        for value, label in SystemOwner.Discipline.choices:
            self.fields[f"owner_{value}"] = forms.ChoiceField(
                required=False, label=f"{label}", choices=people
            )
        self._present = state
        if state is not None:
            self.remember()

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def owner_fields(self) -> list[forms.BoundField]:
        return [self[f"owner_{value}"] for value in SystemOwner.Discipline.values]

    def clean_parts(self) -> list[dict[str, Any]] | None:
        """None when nobody wrote in them: they stay as changes moved them meanwhile. What they
        may hold is the service's matter."""
        if "parts" not in self.changed_data:
            return None
        return [_part(line) for line in self.cleaned_data["parts"].splitlines() if line.strip()]

    def state(self) -> dict[str, Any]:
        """The keyword arguments of the catalog's services, without the slug."""
        data = self.cleaned_data
        plain = ("name", "description", "kind", "tier", "stage", "depends_on", "autonomy",
                 "intended_use", "parts")  # fmt: skip
        percent = data["traffic_percent"]
        return {
            **{field: data[field] for field in plain},
            "traffic_share": None if percent is None else round(percent / 100, 6),
            "contacts": [{"name": name, "address": to} for name, to in data["contacts"]],
            "team_slug": data["team_slug"] or None,
            "runbooks": [{"title": title, "url": url} for title, url in data["runbooks"]],
            "labels": dict(data["labels"]),
            "owners": {
                value: data[f"owner_{value}"]
                for value in SystemOwner.Discipline.values
                if data[f"owner_{value}"]
            },
        }

    def changes(self) -> dict[str, Any]:
        """Of `state`, what the reader changed; of the owners only those."""
        assert self._present is not None
        whole, owners = self.state(), dict(self._present.owners)
        named = set()
        for name in self.changed_data:
            if name.startswith("owner_"):
                owners[name.removeprefix("owner_")] = self.cleaned_data[name]
                named.add("owners")
            else:
                named.add({"traffic_percent": "traffic_share"}.get(name, name))
        whole["owners"] = {side: email for side, email in owners.items() if email}
        return {name: whole[name] for name in named}

    def chosen_slug(self) -> str:
        slug = self.cleaned_data["slug"] or slugify(self.cleaned_data["name"])[:63].strip("-_")
        return str(slug).replace("_", "-")


class ChangeForm(forms.Form):
    kind = forms.ChoiceField(choices=Change.Kind.choices)
    summary = forms.CharField(max_length=1024, help_text="What was altered, in a sentence.")
    version = forms.CharField(max_length=200, required=False)
    part = forms.CharField(
        max_length=120,
        required=False,
        label="Part",
        help_text="Its name, where the system has several of the kind.",
    )
    previous_version = forms.CharField(max_length=200, required=False)
    url = forms.CharField(max_length=2048, required=False, label="Link")
    rollback_url = forms.CharField(
        max_length=2048, required=False, label="Link for going back to the previous version"
    )
    occurred_at = forms.DateTimeField(
        required=False,
        label="When",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="In your time zone. Empty: now.",
    )


def _initial(state: SystemState) -> dict[str, Any]:
    return {
        "name": state.name,
        "description": state.description,
        "kind": state.kind,
        "tier": state.tier,
        "stage": state.stage,
        "team_slug": state.team_slug or "",
        "depends_on": list(state.depends_on),
        "runbooks": "\n".join(f"{one['title']} | {one['url']}" for one in state.runbooks),
        "labels": "\n".join(f"{name} = {value}" for name, value in state.labels.items()),
        "traffic_percent": None
        if state.traffic_share is None
        else round(100 * state.traffic_share, 4),
        "autonomy": state.autonomy,
        "intended_use": state.intended_use,
        "parts": "\n".join(part_line(part) for part in state.parts or ()),
        "contacts": "\n".join(f"{one['name']} | {one['address']}" for one in state.contacts),
        **{f"owner_{discipline}": email for discipline, email in state.owners.items()},
    }


def _team_choices(user: User) -> list[tuple[str, str]]:
    return [(team.slug, team.name) for team in visible_teams(user)]


def _system_choices(user: User, *, without: str) -> list[tuple[str, str]]:
    systems = System.objects.visible_to(user).exclude(slug=without).order_by("name")
    return list(systems.values_list("slug", "name"))
