"""How far the first run has come, read from what exists. There is no state of a wizard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, QuerySet
from django.urls import reverse

from accounts.models import Team, User
from aire_web.first_run.services import test_origin
from aire_web.models import FirstRunLeft
from alerts.models import Receipt, Source
from catalog.models import System
from notifications.channels import configured_channels
from notifications.models import Delivery
from oncall.models import PolicyStep

DONE, WAITING, TODO = "done", "waiting", "todo"


@dataclass(frozen=True, slots=True)
class Step:
    """`said` is how it stands, in a few words; `why` what it is for."""

    name: str
    title: str
    why: str
    state: str
    said: str

    @property
    def url(self) -> str:
        return reverse(f"first-run-{self.name}")

    @property
    def done(self) -> bool:
        return self.state == DONE


@dataclass(frozen=True, slots=True)
class Progress:
    """`left`: this person does not want to be reminded."""

    steps: tuple[Step, ...]
    left: bool

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def complete(self) -> bool:
        return self.done == len(self.steps)

    @property
    def next(self) -> Step | None:
        """The first step that nobody has begun, else the first that waits."""
        todo = [step for step in self.steps if step.state == TODO]
        waiting = [step for step in self.steps if step.state == WAITING]
        return next(iter(todo + waiting), None)

    def number(self, name: str) -> int:
        return next(n for n, step in enumerate(self.steps, 1) if step.name == name)

    def after(self, name: str) -> Step | None:
        number = self.number(name)
        return self.steps[number] if number < len(self.steps) else None


def progress(user: User) -> Progress:
    """One query, whatever is there."""
    found = User.objects.filter(pk=user.pk).values(
        team=Exists(Team.objects.filter(members__is_active=True)),
        system=Exists(System.objects.visible_to(user).exclude(stage=System.Stage.RETIRED)),
        source=Exists(Source.objects.filter(enabled=True)),
        received=Exists(Receipt.objects.filter(drill=False)),
        on_call=Exists(PolicyStep.objects.filter(policy__system_policies__isnull=False)),
        reached=Exists(_pages_that_reached(user)),
        on_the_way=Exists(_pages(user).filter(state=Delivery.State.PENDING)),
        left=Exists(FirstRunLeft.objects.filter(user=user)),
    )
    has = found.get()
    return Progress(steps=_steps(has), left=has["left"])


def _pages(user: User) -> QuerySet[Delivery]:
    """Pages to this person over channels that find people. Without such a channel only a test
    page counts, because whoever sent it was told that the inbox is all there is."""
    pages = Delivery.objects.filter(user=user, kind=Delivery.Kind.PAGE)
    reaching = [channel.name for channel in configured_channels() if channel.reaches]
    return (
        pages.filter(channel__in=reaching) if reaching else pages.filter(origin=test_origin(user))
    )


def _pages_that_reached(user: User) -> QuerySet[Delivery]:
    return _pages(user).filter(state=Delivery.State.SENT)


def _steps(has: Mapping[str, Any]) -> tuple[Step, ...]:
    return (
        _step("team", "Name a team", "Who works together and owns systems.", has["team"]),
        _step(
            "system", "Add a system", "The AI that alerts and incidents are about.", has["system"]
        ),
        _step(
            "source",
            "Connect a source",
            "What watches the system: AIRE shows what to paste there.",
            has["received"],
            done="Alerts arrive",
            waiting="Waiting for the first alert" if has["source"] else "",
        ),
        _step(
            "on-call",
            "Set up on-call",
            "Who is paged, and who comes next when nobody answers.",
            has["on_call"],
        ),
        _step(
            "test-page",
            "Send yourself a test page",
            "Whether a page really finds you.",
            has["reached"],
            done="A page has reached you",
            waiting="On its way" if has["on_the_way"] else "",
        ),
    )


def _step(
    name: str, title: str, why: str, is_done: bool, *, done: str = "Done", waiting: str = ""
) -> Step:
    if is_done:
        return Step(name, title, why, DONE, done)
    return Step(name, title, why, WAITING if waiting else TODO, waiting or "To do")
