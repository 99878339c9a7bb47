"""Forms of the alerts room's pages. They read input; the services decide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.utils.text import slugify

from accounts.models import User
from alerts.dry_run import DAYS, MOST_DAYS
from alerts.formats import formats
from alerts.models import SEVERITIES, Route, Source
from alerts.preview import Draft
from alerts.source_selectors import visible_sources
from catalog.models import System
from core.payload import PayloadError, load_json
from core.yaml import YamlError, dump_documents, load_documents
from oncall.models import EscalationPolicy
from taxonomy.selectors import all_causes

MAX_TEXT = 50_000
SLUG_HELP = "Used in addresses and files. Empty: made of the name. It cannot be changed later."
AUTO_RESOLVE = [
    (900, "15 minutes"),
    (3600, "1 hour"),
    (4 * 3600, "4 hours"),
    (24 * 3600, "1 day"),
    (7 * 24 * 3600, "7 days"),
]


FOLD_WITHIN: list[tuple[Any, str]] = [
    (0, "Never"),
    (300, "Within 5 minutes"),
    (900, "Within 15 minutes"),
    (3600, "Within 1 hour"),
]


class LinesField(forms.CharField):
    """A list, one item a line; empty lines are left out."""

    def __init__(self, *, rows: int = 4, required: bool = False, **options: Any) -> None:
        attributes = {"rows": rows, "spellcheck": "false", "class": "mono"}
        widget = forms.Textarea(attrs=attributes)
        super().__init__(required=required, widget=widget, max_length=MAX_TEXT, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value) or ""
        return [line.strip() for line in text.splitlines() if line.strip()]


class MappingField(forms.CharField):
    """A mapping as YAML or JSON text. Its meaning is checked by the service."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "mono"})
        super().__init__(required=False, widget=widget, max_length=MAX_TEXT, **options)

    def clean(self, value: Any) -> Any:
        text = (super().clean(value) or "").strip()
        if not text:
            return {}
        try:
            read = _json_or_yaml(text)
        except YamlError as error:
            raise forms.ValidationError(f"Line {error.line}: {error.message}") from error
        if not isinstance(read, dict):
            raise forms.ValidationError("A mapping has fields: “title: …”, “key: …”.")
        return read


def _json_or_yaml(text: str) -> Any:
    """JSON first, since YAML refuses the tabs that JSON may be indented with."""
    if text.startswith("{"):
        with suppress(PayloadError):
            return _json(text)
    return _yaml(text)


def _json(text: str) -> Any:
    return load_json(text.encode("utf-8", "replace")).value


def _yaml(text: str) -> Any:
    documents = load_documents(text.encode("utf-8", "replace"))
    if len(documents) > 1:
        raise YamlError("Give one document.", line=documents[1].line_of())
    return documents[0].value if documents else {}


class SourceForm(forms.Form):
    """A source. `slug` and `format` are part of it only for a new one, `mapping` only for the
    format that has one."""

    format = forms.ChoiceField(widget=forms.RadioSelect, label="Sender")
    name = forms.CharField(max_length=120, help_text="For example “Production Alertmanager”.")
    slug = forms.CharField(max_length=63, required=False, label="Short name", help_text=SLUG_HELP)
    system = forms.ChoiceField(
        required=False, help_text="Alerts count to it when they name no system themselves."
    )
    auto_resolve_after = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label="Resolve by itself after silence",
        help_text="For senders that never say that something is over.",
    )
    mapping = MappingField(
        help_text="Which field of the body means what, as YAML or JSON. Empty: the usual names.",
    )

    def __init__(self, *args: Any, user: User, source: Source | None, **options: Any) -> None:
        if source is not None:
            options["initial"] = _source_initial(source)
        super().__init__(*args, **options)
        _choose(self, "system", [("", "None"), *_system_choices(user)])
        _choose(self, "format", [(reader.name, reader.title) for reader in formats])
        _choose(self, "auto_resolve_after", _durations(source))
        if source is None:
            del self.fields["mapping"]
            return
        del self.fields["slug"], self.fields["format"]
        if source.format != "generic":
            del self.fields["mapping"]

    def fields_of_source(self) -> dict[str, Any]:
        """The keyword arguments of the source services that the form is about."""
        data = self.cleaned_data
        fields = {
            "name": data["name"],
            "system_slug": data["system"] or None,
            "auto_resolve_after": data["auto_resolve_after"],
        }
        if "mapping" in self.fields:
            fields["options"] = data["mapping"]
        return fields

    def chosen_slug(self) -> str:
        return _slug(self.cleaned_data)


class RouteForm(forms.Form):
    """A route. `slug` is part of it only for a new one."""

    name = forms.CharField(max_length=120)
    slug = forms.CharField(max_length=63, required=False, label="Short name", help_text=SLUG_HELP)
    order = forms.IntegerField(
        initial=100,
        min_value=-(2**31),
        max_value=2**31 - 1,
        help_text="Routes are tried from the lowest number up; the first that fits decides.",
    )
    match = LinesField(
        label="Matches",
        help_text='One a line, as Alertmanager writes them: team="search", severity!="info", '
        'alertname=~"Drift.*". All must hold; none: every alert.',
    )
    system = forms.ChoiceField(required=False, help_text="Replaces what the alert says.")
    severity = forms.ChoiceField(required=False, choices=[("", "As the alert says"), *SEVERITIES])
    group_by = forms.CharField(
        required=False,
        max_length=2000,
        help_text="Labels with commas between; alerts that have them in common are one problem. "
        "Empty: system, alertname.",
    )
    fold_within = forms.TypedChoiceField(
        coerce=int,
        choices=FOLD_WITHIN,
        initial=0,
        required=False,
        label="Fold alerts of one system",
        help_text="Alerts of one system that begin this close together become one problem, "
        "whatever their names. What is worse than the others still pages by itself.",
    )
    open_incident = forms.ChoiceField(
        choices=Route.OpenIncident.choices, initial=Route.OpenIncident.ALWAYS, label="Open incident"
    )
    escalation_policy = forms.ChoiceField(
        required=False, help_text="Who is paged. Empty: as the system says, else the fallback."
    )
    cause_hint = forms.ChoiceField(
        required=False, help_text="The cause that such alerts point at, offered on the incident."
    )
    enabled = forms.BooleanField(required=False, initial=True, label="In use")
    days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        initial=DAYS,
        label="Try it on the last days",
        help_text="How many days of alerts “Show what it changes” looks at.",
    )

    def __init__(self, *args: Any, user: User, route: Route | None, **options: Any) -> None:
        if route is not None:
            options["initial"] = _route_initial(route)
        super().__init__(*args, **options)
        if route is not None:
            del self.fields["slug"]
        policies = EscalationPolicy.objects.order_by("name").values_list("slug", "name")
        causes = [(cause.slug, f"{cause.cause_class.name}: {cause.name}") for cause in all_causes()]
        hint = route.cause_hint if route else ""
        if hint and hint not in dict(causes):
            causes.append((hint, hint))
        _choose(self, "system", [("", "As the alert says"), *_system_choices(user)])
        _choose(self, "escalation_policy", [("", "As the system says"), *policies])
        own = route.fold_within if route else 0
        extra = [] if own in dict(FOLD_WITHIN) else [(own, f"{own} seconds")]
        _choose(self, "fold_within", [*FOLD_WITHIN, *extra])
        _choose(self, "cause_hint", [("", "None"), *causes])

    def clean_fold_within(self) -> int:
        return self.cleaned_data["fold_within"] or 0

    def clean_group_by(self) -> list[str]:
        names = self.cleaned_data["group_by"].replace("\n", ",").split(",")
        return list(dict.fromkeys(name.strip() for name in names if name.strip()))

    def fields_of_route(self) -> dict[str, Any]:
        """The keyword arguments of the route services, without the slug."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in _PLAIN_ROUTE_FIELDS},
            "system_slug": data["system"] or None,
            "policy_slug": data["escalation_policy"] or None,
        }

    def clean_days(self) -> int:
        return self.cleaned_data["days"] or DAYS

    def draft(self, slug: str | None) -> Draft:
        data = self.cleaned_data
        return Draft(
            slug=slug,
            name=data["name"],
            order=data["order"],
            match=tuple(data["match"]),
            system=data["system"] or None,
            severity=data["severity"],
            group_by=tuple(data["group_by"]),
            open_incident=data["open_incident"],
            enabled=data["enabled"],
        )

    def chosen_slug(self) -> str:
        return _slug(self.cleaned_data)


class TryForm(forms.Form):
    """Labels to send through the routes, without sending anything."""

    labels = LinesField(
        rows=5,
        required=True,
        help_text="One a line, name=value, or JSON as a sender would write them.",
    )
    source = forms.ChoiceField(required=False)
    severity = forms.ChoiceField(required=False, choices=[("", "As the labels say"), *SEVERITIES])

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        sources = visible_sources(user).order_by("name").values_list("slug", "name")
        _choose(self, "source", [("", "Any"), *sources])

    def clean_labels(self) -> dict[str, str]:
        lines: list[str] = self.cleaned_data["labels"]
        if lines and lines[0].startswith("{"):
            return _labels_of_json("\n".join(lines))
        pairs = [line.strip(",").partition("=") for line in lines]
        if any(not sign or not name.strip() for name, sign, _ in pairs):
            raise forms.ValidationError("Each line needs a name, “=” and a value.")
        return {name.strip(): value.strip().strip('"') for name, _, value in pairs}


_PLAIN_ROUTE_FIELDS = (
    "name", "order", "match", "severity", "group_by", "open_incident", "fold_within",
    "cause_hint", "enabled",
)  # fmt: skip


def _labels_of_json(text: str) -> dict[str, str]:
    try:
        read = _json(text)
    except PayloadError as error:
        raise forms.ValidationError(str(error)) from error
    found = read.get("labels", read) if isinstance(read, dict) else None
    if not isinstance(found, Mapping):
        raise forms.ValidationError("Give an object of labels.")
    return {
        str(name): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in found.items()
    }


_KEPT_ROUTE_FIELDS = ("name", "order", "severity", "open_incident", "fold_within")


def mapping_text(mapping: Mapping[str, Any]) -> str:
    """A stored mapping as the text of its form field."""
    if not mapping:
        return ""
    return dump_documents([mapping]).removeprefix("---\n")


def _source_initial(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "system": source.system.slug if source.system else "",
        "auto_resolve_after": source.auto_resolve_after or "",
        "mapping": mapping_text(source.options),
    }


def _route_initial(route: Route) -> dict[str, Any]:
    return {
        **{name: getattr(route, name) for name in _KEPT_ROUTE_FIELDS},
        "match": "\n".join(route.match),
        "group_by": ", ".join(route.group_by),
        "cause_hint": route.cause_hint,
        "enabled": route.enabled,
        "system": route.system.slug if route.system else "",
        "escalation_policy": route.escalation_policy.slug if route.escalation_policy else "",
    }


def _durations(source: Source | None) -> list[tuple[Any, str]]:
    choices: list[tuple[Any, str]] = [("", "Never"), *AUTO_RESOLVE]
    own = source.auto_resolve_after if source else None
    if own and own not in dict(AUTO_RESOLVE):
        choices.append((own, f"{own} seconds"))
    return choices


def _system_choices(user: User) -> list[tuple[str, str]]:
    return list(System.objects.visible_to(user).order_by("name").values_list("slug", "name"))


def _choose(form: forms.Form, name: str, choices: list[tuple[Any, str]]) -> None:
    field: Any = form.fields[name]
    field.choices = choices


def _slug(data: Mapping[str, Any]) -> str:
    made = data["slug"] or slugify(data["name"])[:63].strip("-_")
    return str(made).replace("_", "-")
