"""What a playbook says, as its document has it: reading it, and what is wrong with it. Pure.

The page's editor, the API and config as code read this one form; rows and runs keep it as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError, model_validator

from core.errors import Invalid
from core.manifest import Email, Line, Name, Names, Seconds, Spec, Text, one_of
from playbooks.kinds import KINDS

MAX_STEPS: Final = 20
CauseSlug = Annotated[Line, Field(min_length=1, max_length=80)]
Value = Annotated[str, Field(max_length=4_000)]


class StepSpec(Spec):
    """A check (a question to a person, or with `slo` one to an objective) or a mitigation."""

    check: Annotated[Line, Field(max_length=200)] = ""
    slo: Name | None = None
    mitigation: Annotated[Line, Field(max_length=200)] = ""
    helps: Annotated[str, one_of(KINDS)] | None = None
    connection: Name | None = None
    action: Annotated[Line, Field(max_length=40)] = ""
    with_: Annotated[dict[Name, Value], Field(max_length=20, alias="with")] = {}

    @model_validator(mode="after")
    def _one_thing(self) -> StepSpec:
        if bool(self.check) == bool(self.mitigation):
            raise ValueError("a step is either a check or a mitigation: name it")
        if self.mitigation and not (self.connection and self.action):
            raise ValueError("a mitigation names its connection and action")
        if self.check and (self.connection or self.action or self.with_ or self.helps):
            raise ValueError("a check has no connection, action, with or helps")
        if self.mitigation and self.slo:
            raise ValueError("only a check asks an objective; see verify")
        return self

    @property
    def name(self) -> str:
        return self.check or self.mitigation


class ApprovalSpec(Spec):
    """Who has to agree before anything is sent. With `another` whoever starts cannot approve."""

    role: Literal["none", "responder", "manager", "admin"] = "responder"
    count: Annotated[int, Field(ge=1, le=5)] = 1
    another: bool = False
    expires: Annotated[Seconds, Field(ge=60)] = 1_800


class LimitsSpec(Spec):
    """`coolDown`: so long nothing is sent again on the same systems. `dependents`: behind more
    systems than these a manager has to agree, and nothing starts by itself."""

    cool_down: Seconds = 900
    dependents: Annotated[int, Field(ge=0, le=10_000)] = 20


class VerifySpec(Spec):
    """Whether it helped, by the share of good events from the last step until `after` later.
    Without a target of its own the objective's counts."""

    slo: Name
    after: Annotated[Seconds, Field(ge=60, le=86_400)] = 600
    target: Annotated[float, Field(gt=0, le=1)] | None = None
    undo: bool = False


class PlaybookSpec(Spec):
    """`causes` are causes or whole classes of the taxonomy; no system means every one."""

    description: Annotated[Text, Field(max_length=4_000)] = ""
    causes: Annotated[list[CauseSlug], Field(max_length=50)] = []
    systems: Annotated[Names, Field(max_length=200)] = []
    system_kinds: Annotated[Names, Field(max_length=20)] = []
    owner: Email | None = None
    steps: Annotated[list[StepSpec], Field(min_length=1, max_length=MAX_STEPS)]
    approval: ApprovalSpec = ApprovalSpec.model_construct()
    limits: LimitsSpec = LimitsSpec.model_construct()
    verify: VerifySpec | None = None
    automatic: Annotated[list[CauseSlug], Field(max_length=50)] = []
    enabled: bool = True

    @property
    def helps(self) -> set[str]:
        """The kinds of mitigation that its steps carry out."""
        return {step.helps for step in self.steps if step.helps}


def read_definition(value: Mapping[str, Any] | Any) -> PlaybookSpec:
    """From plain data. Raises `Invalid` with a sentence for each place, named by its path."""
    if not isinstance(value, Mapping):
        raise Invalid("The playbook was not saved.", errors={"steps": ["Write a mapping."]})
    try:
        return PlaybookSpec.model_validate(dict(value))
    except ValidationError as error:
        found: dict[str, list[str]] = {}
        for told in error.errors(include_url=False)[:20]:
            path = [str(part) for part in told["loc"]]
            sentence = told["msg"].removeprefix("Value error, ")
            if told["type"] == "extra_forbidden":
                sentence = "There is no such field."
            where = ".".join(path) or "steps"
            found.setdefault(path[0] if path else "steps", []).append(f"{where}: {sentence}"[:300])
        raise Invalid("The playbook was not saved.", errors=found) from error
