"""TimeOff as a document: when somebody takes no turn, and whose public holidays they have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from accounts.manifest import handle_of
from accounts.models import User
from core.actor import Actor
from core.manifest import Email, Kind, Line, Moment, Reference, Resource, Spec
from core.yaml import Path
from oncall.cover_services import set_holiday_place, set_time_off
from oncall.models import HolidayPlace, TimeOff


class PeriodSpec(Spec):
    starts: Moment
    ends: Moment
    reason: Annotated[Line, Field(max_length=200)] = ""


class HolidaysSpec(Spec):
    """A country (ISO 3166-1) and perhaps a part of it (ISO 3166-2 without the country)."""

    country: Annotated[Line, Field(min_length=2, max_length=2)]
    subdivision: Annotated[Line, Field(max_length=10)] = ""


class TimeOffSpec(Spec):
    """What is not named stays as it is on the pages; with `periods` there are exactly these."""

    user: Email
    holidays: HolidaysSpec | None = None
    periods: list[PeriodSpec] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.holidays or self.periods):
            raise ValueError("say holidays or periods")
        return self


class TimeOffKind(Kind[TimeOffSpec]):
    """Known by the person."""

    name: ClassVar[str] = "TimeOff"
    keeps_display_name = False
    kept_when_absent = frozenset({"holidays", "periods"})
    service_fields: ClassVar[dict[str, Path]] = {
        "country": ("spec", "holidays", "country"),
        "subdivision": ("spec", "holidays", "subdivision"),
    }

    @property
    def spec(self) -> type[TimeOffSpec]:
        return TimeOffSpec

    def identity(self, resource: Resource[TimeOffSpec]) -> str:
        return resource.spec.user

    def settle(self, resource: Resource[TimeOffSpec]) -> Resource[TimeOffSpec]:
        """In the order of time, each once; countries in capitals."""
        spec = resource.spec
        changed: dict[str, object] = {}
        if spec.periods is not None:
            rows = {(row.starts, row.ends): row for row in spec.periods}
            changed["periods"] = [rows[key] for key in sorted(rows)]
        if spec.holidays is not None:
            changed["holidays"] = HolidaysSpec.model_construct(
                country=spec.holidays.country.upper(),
                subdivision=spec.holidays.subdivision.upper(),
            )
        return Resource(
            name=resource.name,
            display_name=resource.display_name,
            spec=spec.model_copy(update=changed),
            labels=resource.labels,
            annotations=resource.annotations,
        )

    def present(self) -> dict[str, Resource[TimeOffSpec]]:
        people: dict[int, User] = {}
        periods: dict[int, list[PeriodSpec]] = {}
        # What a calendar brought is the calendar's.
        entered = TimeOff.objects.filter(calendar_uid="")
        for row in entered.select_related("user").order_by("starts", "ends"):
            people[row.user_id] = row.user
            period = PeriodSpec.model_construct(starts=row.starts, ends=row.ends, reason=row.reason)
            periods.setdefault(row.user_id, []).append(period)
        places = {}
        for place in HolidayPlace.objects.select_related("user"):
            people[place.user_id] = place.user
            places[place.user_id] = HolidaysSpec.model_construct(
                country=place.country, subdivision=place.subdivision
            )
        found = {}
        for user in sorted(people.values(), key=lambda user: user.email):
            name = handle_of(user)
            spec = TimeOffSpec.model_construct(
                user=user.email.lower(),
                holidays=places.get(user.pk),
                periods=periods.get(user.pk),
            )
            found[spec.user] = Resource(name=name, display_name=name, spec=spec)
        return found

    def references(self, resource: Resource[TimeOffSpec]) -> Iterator[Reference]:
        yield Reference("User", resource.spec.user, ("user",))

    def save(self, resource: Resource[TimeOffSpec], *, actor: Actor) -> None:
        spec = resource.spec
        user = User.objects.get(email__iexact=spec.user)
        if spec.holidays is not None:
            set_holiday_place(
                user=user,
                country=spec.holidays.country,
                subdivision=spec.holidays.subdivision,
                actor=actor,
            )
        if spec.periods is not None:
            periods = [(row.starts, row.ends, row.reason) for row in spec.periods]
            set_time_off(user=user, periods=periods, actor=actor)

    def remove(self, identity: str, *, actor: Actor) -> str:
        user = User.objects.get(email__iexact=identity)
        set_holiday_place(user=user, country="", actor=actor)
        set_time_off(user=user, periods=[], actor=actor)
        return "delete"
