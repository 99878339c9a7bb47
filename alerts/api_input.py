"""What reading API input has in common for sources and routes. No rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rest_framework import serializers

from core.errors import Invalid


def valid(serializer: serializers.BaseSerializer[Any]) -> dict[str, Any]:
    """The validated input; raises DRF's error otherwise."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


@contextmanager
def field_names(names: Mapping[str, str]) -> Iterator[None]:
    """Say a service's errors under the names that the API has for its fields."""
    try:
        yield
    except Invalid as error:
        renamed = {names.get(field, field): lines for field, lines in error.errors.items()}
        raise Invalid(error.message, errors=renamed) from error


def refuse_changed(changes: Mapping[str, Any], **fixed: Any) -> None:
    """Refuse input that would alter what is fixed once created."""
    wrong = [name for name, value in fixed.items() if changes.get(name, value) != value]
    if wrong:
        errors = {name: ["It cannot be changed."] for name in wrong}
        raise Invalid("Something fixed would change.", errors=errors)
