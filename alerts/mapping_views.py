"""The mapping editor of a `generic` source: a payload, fields that point into it, what results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from alerts import mapping_paths as paths
from alerts import services
from alerts.forms import AUTO_RESOLVE, mapping_text
from alerts.mapping import read_mapped, validate_mapping
from alerts.models import Source
from alerts.reading import Notes
from alerts.signals import Reading, Unreadable
from alerts.source_selectors import latest_receipt, receipt_body, source_for
from core import clock
from core.errors import Invalid, NotFound
from core.payload import PayloadError, load_json

MAX_PAYLOAD = 200_000
SHOWN_SIGNALS = 20


class MappingForm(forms.Form):
    """One select a field, over the paths of the payload. `field_of_point` is what a click on a
    path is for."""

    payload = forms.CharField(
        required=False,
        max_length=MAX_PAYLOAD,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "mono"}),
        help_text="Paste what the sender posts, as JSON.",
    )
    auto_resolve_after = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Never"), *AUTO_RESOLVE],
        label="Resolve by itself after silence",
        help_text="For senders that never say that something is over.",
    )

    def __init__(
        self, *args: Any, mapping: Mapping[str, Any], body: object, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.mapping = mapping
        chosen = self.data.get(paths.ALERTS) if self.is_bound else None
        at = chosen if chosen is not None else paths.field_of(mapping, paths.ALERTS)
        self.leaves = paths.leaves_of(body, "" if at == paths.KEEP else at)
        lists = [(one.path, f"{one.path} ({one.sample})") for one in paths.lists_of(body)]
        self._select(paths.ALERTS, "The list of alerts", [("", "The body is one alert"), *lists])
        choices = [(one.path, f"{one.path} = {one.sample}") for one in self.leaves]
        for name in paths.FIELDS:
            self._select(name, paths.TITLES[name], [("", "By the usual names"), *choices])

    def _select(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        """With what the mapping says now among the choices, whatever the payload holds."""
        now = paths.field_of(self.mapping, name)
        if now == paths.KEEP:
            choices = [(paths.KEEP, "As it is written (more than a path)"), *choices]
        for extra in (now, self.data.get(name, "") if self.is_bound else ""):
            if extra and extra not in dict(choices):
                choices = [*choices, (extra, f"{extra} (as written)")]
        self.fields[name] = forms.ChoiceField(
            required=False, choices=choices, label=label, initial=now
        )

    @property
    def pointing(self) -> list[Any]:
        return [self[name] for name in (paths.ALERTS, *paths.FIELDS)]

    def changed_mapping(self) -> dict[str, Any]:
        mapping = dict(self.mapping)
        for name in (paths.ALERTS, *paths.FIELDS):
            mapping = paths.with_field(mapping, name, self.cleaned_data[name])
        return mapping


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def source_mapping(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows what results with every press; only `action=save` saves."""
    user = current_user(request)
    source = source_for(user, slug)
    if source.format != "generic":
        raise NotFound("Only a generic source has a mapping.")
    data = _pressed(request)
    payload = data["payload"] if data is not None else _last_payload(request, source)
    body, problem = _read(payload)
    initial = {"payload": payload, "auto_resolve_after": source.auto_resolve_after or ""}
    form = MappingForm(data, mapping=source.options, body=body, initial=initial)
    mapping: Mapping[str, Any] = source.options
    if data is not None and form.is_valid():
        mapping = form.changed_mapping()
        for message in validate_mapping(mapping):
            form.add_error(None, message)
        if data.get("action") == "save" and _saved(request, form, source, mapping):
            messages.success(request, "The mapping is saved. The next delivery is read by it.")
            return redirect("alerts:source-detail", slug=slug)
    reading, why = _signals(body, mapping) if not problem else (None, problem)
    context = {
        "source": source,
        "form": form,
        "titles": [(name, paths.TITLES[name]) for name in paths.FIELDS],
        "pointed": request.POST.get("field") or paths.FIELDS[0],
        "mapping": mapping_text(mapping),
        "reading": reading,
        "pairs": [(one, None) for one in reading.signals[:SHOWN_SIGNALS]] if reading else [],
        "why": why,
    }
    return render(request, "alerts/mapping_editor.html", context)


def _pressed(request: HttpRequest) -> dict[str, str] | None:
    """What was posted. A press on a path is the choice of that path for the field pointed for."""
    if request.method != "POST":
        return None
    data = {name: str(value) for name, value in request.POST.items()}
    data.setdefault("payload", "")
    field = data.get("field", "")
    if data.get("point") and field in paths.FIELDS:
        data[field] = data["point"]
    return data


def _last_payload(request: HttpRequest, source: Source) -> str:
    receipt = latest_receipt(current_user(request), source)
    body = receipt_body(receipt) if receipt else None
    if body is None or body.cut:
        return ""
    with suppress(UnicodeDecodeError, ValueError, RecursionError):
        text = body.data.decode("utf-8")
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)[:MAX_PAYLOAD]
    return ""


def _read(payload: str) -> tuple[object, str]:
    if not payload.strip():
        return {}, "Paste a payload to see what would be read from it."
    try:
        return load_json(payload.encode("utf-8", "replace")).value, ""
    except PayloadError as error:
        return {}, str(error)


def _signals(body: object, mapping: Mapping[str, Any]) -> tuple[Reading | None, str]:
    try:
        return read_mapped(body, mapping or None, notes=Notes(), now=clock.now()), ""
    except Unreadable as error:
        return None, str(error)


def _saved(
    request: HttpRequest, form: MappingForm, source: Source, mapping: Mapping[str, Any]
) -> bool:
    if form.errors:
        return False
    try:
        services.save_source(
            slug=source.slug,
            name=source.name,
            format=source.format,
            system_slug=source.system.slug if source.system else None,
            options=mapping,
            auto_resolve_after=form.cleaned_data["auto_resolve_after"],
            enabled=source.enabled,
            actor=web_actor(request),
        )
    except Invalid as error:
        show_errors(form, error)
        return False
    return True
