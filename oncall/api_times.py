"""Times in the query of an API call."""

from __future__ import annotations

from datetime import datetime

from rest_framework import serializers
from rest_framework.request import Request

from core.errors import Invalid


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
