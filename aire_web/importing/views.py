"""Moving over in the browser: choose the tool, see what would come of it, confirm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from aire_web.importing.applying import Imported, import_converted
from aire_web.importing.bundle import MAX_BYTES, read_bytes
from aire_web.importing.keeping import (
    confirmation,
    confirmed,
    forget_export,
    keep_export,
    kept_export,
)
from aire_web.importing.products import PRODUCTS, Product
from core.errors import AireError, Invalid


class ImportForm(forms.Form):
    product = forms.ChoiceField(
        label="From", choices=[(p.name, p.title) for p in PRODUCTS.values()]
    )
    file = forms.FileField(
        required=False,
        label="Export",
        help_text="A JSON file, or a zip of JSON files named as the lists of its API: users.json, "
        "schedules.json … At most 10 MiB.",
    )
    address = forms.CharField(
        required=False,
        max_length=300,
        label="Or address of its API",
        help_text="Empty: the usual one. Grafana OnCall and MLflow need their own.",
    )
    token = forms.CharField(
        required=False,
        max_length=500,
        label="Token of its API",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="A read-only one is enough. It is used once and not kept. For MLflow also "
        "user:password.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("file")) == bool(data.get("token")):
            raise forms.ValidationError("Give an export or a token of the API.")
        if data.get("file") and data["file"].size > MAX_BYTES:
            raise forms.ValidationError("The export is larger than 10 MiB.")
        return data


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def move(request: HttpRequest) -> HttpResponse:
    if "confirmed" in request.POST:
        return _apply(request)
    chosen = {"product": request.GET.get("from", "")}
    form = ImportForm(request.POST or None, request.FILES or None, initial=chosen)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        product = PRODUCTS[form.cleaned_data["product"]]
        try:
            export = _read(product, form.cleaned_data)
            imported = _imported(request, product, export, dry_run=True)
        except AireError as error:
            errors = error.errors if isinstance(error, Invalid) else {}
            for field, sentences in (errors or {"": [error.message]}).items():
                form.add_error(field if field in form.fields else None, list(sentences))
        else:
            key = keep_export(user=current_user(request), export=export)
            token = confirmation(product.name, key)
            context |= {"imported": imported, "product": product, "token": token}
    status = 422 if form.errors else 200
    return render(request, "importing/move.html", context, status=status)


def _read(product: Product, data: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    if data["file"]:
        return read_bytes(data["file"].name, data["file"].read())
    return product.read(data["address"], data["token"])


def _imported(
    request: HttpRequest,
    product: Product,
    export: dict[str, list[dict[str, Any]]],
    *,
    dry_run: bool,
) -> Imported:
    return import_converted(product.convert(export), actor=web_actor(request), dry_run=dry_run)


def _apply(request: HttpRequest) -> HttpResponse:
    """What was shown is what is written: the export as it was read then."""
    try:
        name, key = confirmed(request.POST["confirmed"])
        export = kept_export(user=current_user(request), key=key)
    except (signing.BadSignature, AireError):
        messages.error(request, "This preview is too old. Read the export again.")
        return redirect("move")
    product = PRODUCTS[name]
    try:
        imported = _imported(request, product, export, dry_run=False)
    except AireError as error:
        messages.error(request, error.message)
        return redirect("move")
    forget_export(user=current_user(request), key=key)
    messages.success(request, f"{imported.changes} changes are written.")
    context = {"imported": imported, "product": product}
    return render(request, "importing/move.html", context)
