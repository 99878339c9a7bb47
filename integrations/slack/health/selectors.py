"""How Slack is, for the page of admins, the API and the doctor. Reads only; asks Slack nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max

from core import clock
from core.models import EngineBeat
from integrations.slack.client import SENTENCES
from integrations.slack.health import faults
from integrations.slack.health.scopes import Compared, Scope, compared, unasked
from integrations.slack.health.workspace import last_known
from integrations.slack.inbox.models import SlackRequest
from integrations.slack.models import SlackFault, SlackIdentity, SlackStranger, SlackWorkspace

SOCKET_BEAT = "slack-socket"
SOCKET_SILENT = timedelta(seconds=20)
CHANNEL_FAULTS_FOR = timedelta(days=7)
MAX_LINES = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """`sentence` says what is wrong, `mend` what to do."""

    code: str
    subject: str
    sentence: str
    mend: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """`state`: `absent` (no token), `unknown` (not asked), `failing`, `lacking` (a scope), `ok`."""

    state: str
    signed: bool
    socket_wanted: bool
    socket_at: datetime | None
    workspace: SlackWorkspace | None
    faults: list[Fault]
    scopes: list[Compared]
    unasked: list[str]
    received_at: datetime | None
    waiting: int
    failed: int

    @property
    def missing(self) -> list[Scope]:
        return [one.scope for one in self.scopes if not one.granted] if self.workspace else []

    @property
    def socket_up(self) -> bool:
        return self.socket_at is not None and self.socket_at > clock.now() - SOCKET_SILENT

    @property
    def hears(self) -> bool:
        """Whether what people do in Slack can reach AIRE at all."""
        return self.socket_up if self.socket_wanted else self.signed


def health() -> Health:
    found = last_known() if settings.AIRE_SLACK_BOT_TOKEN else None
    open_faults = _faults()
    granted = found.scopes if found else []
    requests = SlackRequest.objects.aggregate(at=Max("received_at"))
    state = SlackRequest.State
    beat = EngineBeat.objects.filter(kind=SOCKET_BEAT).aggregate(at=Max("at"))
    return Health(
        state=_state(found, open_faults),
        signed=bool(settings.AIRE_SLACK_SIGNING_SECRET.strip()),
        socket_wanted=bool(settings.AIRE_SLACK_APP_TOKEN),
        socket_at=beat["at"],
        workspace=found,
        faults=open_faults,
        scopes=compared(granted),
        unasked=unasked(granted),
        received_at=requests["at"],
        waiting=SlackRequest.objects.filter(state__in=(state.PENDING, state.WAITING)).count(),
        failed=SlackRequest.objects.filter(state=state.FAILED).count(),
    )


def strangers() -> list[SlackStranger]:
    """Who asked and was refused, latest first."""
    return list(SlackStranger.objects.order_by("-last_at")[:MAX_LINES])


def failed_requests() -> list[SlackRequest]:
    found = SlackRequest.objects.filter(state=SlackRequest.State.FAILED).defer("payload", "answer")
    return list(found.order_by("-received_at")[:MAX_LINES])


def linked_count() -> int:
    return SlackIdentity.objects.filter(user__is_active=True).count()


def _state(found: SlackWorkspace | None, open_faults: list[Fault]) -> str:
    if not settings.AIRE_SLACK_BOT_TOKEN:
        return "absent"
    if any(fault.code in faults.TOKEN for fault in open_faults):
        return "failing"
    if found is None:
        return "unknown"
    lacking = any(one.scope.needed and not one.granted for one in compared(found.scopes))
    return "lacking" if lacking else "ok"


def _faults() -> list[Fault]:
    """What is about a channel is forgotten when it has not been tried for a week."""
    rows = SlackFault.objects.filter(cleared_at=None).order_by("-last_at")[:MAX_LINES]
    oldest = clock.now() - CHANNEL_FAULTS_FOR
    return [
        Fault(
            code=row.code,
            subject=row.subject,
            sentence=SENTENCES.get(row.code, f"Slack refused it ({row.code})."),
            mend=_mend(row),
            times=row.times,
            first_at=row.first_at,
            last_at=row.last_at,
        )
        for row in rows
        if row.code not in faults.CHANNEL or row.last_at > oldest
    ]


def _mend(fault: SlackFault) -> str:
    if fault.code in faults.TOKEN:
        return "Install the app again, set AIRE_SLACK_BOT_TOKEN to its token and restart AIRE."
    if fault.code == faults.SCOPE:
        return "Paste the manifest below into the app and install it to the workspace again."
    if fault.code == faults.SOCKET:
        return "Check AIRE_SLACK_APP_TOKEN (xapp-…) and its scope connections:write."
    if fault.code == "is_archived":
        return "Unarchive the channel, or name another one in the policies that use it."
    return "Invite AIRE to the channel, or name another one in the policies that use it."
