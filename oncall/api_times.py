"""Times and people as API calls name them."""

from __future__ import annotations

from datetime import datetime

from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import User
from core.errors import Forbidden, Invalid


def moment_given(request: Request, name: str) -> datetime | None:
    """The time in this parameter, None where it is not given. Raises `Invalid` for one without a
    zone or out of the years that schedules know."""
    given = request.query_params.get(name)
    if not given:
        return None
    try:
        # A "+" that was not escaped arrives as a blank.
        moment = serializers.DateTimeField().to_internal_value(given.replace(" ", "+"))
    except serializers.ValidationError as error:
        sentence = "Give a time with its zone, like 2026-03-02T09:00:00Z."
        raise Invalid(sentence, errors={name: [sentence]}) from error
    if not 1971 < moment.year < 2190:
        sentence = "Give a year between 1972 and 2189."
        raise Invalid(sentence, errors={name: [sentence]})
    return moment


def person_given(asker: User, email: str | None, *, field: str = "user") -> User:
    """The asker, or for managers whoever has this address."""
    if not email or email.lower() == asker.email.lower():
        return asker
    if not asker.can_manage:
        raise Forbidden("Only a manager does this for somebody else.")
    return person_named(email, field)


def person_named(email: str, field: str) -> User:
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        sentence = "There is nobody with this address."
        raise Invalid(sentence, errors={field: [sentence]})
    return person
