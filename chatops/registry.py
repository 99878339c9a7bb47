"""Every command and every dialog, in the order in which help shows them. The one list of them."""

from __future__ import annotations

from collections.abc import Mapping

from chatops.calling import Dialog, Press, Spoken
from chatops.commands import (
    ack,
    cancel,
    cause,
    close,
    declare,
    drill,
    lead,
    link,
    mitigate,
    note,
    oncall,
    override,
    page,
    playbook,
    postmortem,
    reopen,
    resolve,
    role,
    sev,
    silence,
    status,
    task,
    update,
)
from chatops.commands import help as help_command
from chatops.commands import list as list_command
from chatops.dialogs import cause as cause_dialog
from chatops.dialogs import declare as declare_dialog
from chatops.dialogs import drill as drill_dialog
from chatops.dialogs import move as move_dialogs
from chatops.dialogs import note as note_dialog
from chatops.dialogs import override as override_dialog
from chatops.dialogs import page as page_dialogs
from chatops.dialogs import roles as roles_dialog
from chatops.dialogs import sev as sev_dialog
from chatops.dialogs import silence as silence_dialogs
from chatops.dialogs import task as task_dialog
from chatops.dialogs import update as update_dialog
from chatops.grammar import Command
from chatops.presses import drill_end, snooze, task_done
from chatops.presses import page as page_press
from chatops.presses import playbook as playbook_presses

SPOKEN: tuple[Spoken, ...] = (
    declare.SPOKEN,
    list_command.SPOKEN,
    status.SPOKEN,
    ack.SPOKEN,
    mitigate.SPOKEN,
    resolve.SPOKEN,
    close.SPOKEN,
    reopen.SPOKEN,
    cancel.SPOKEN,
    update.SPOKEN,
    note.SPOKEN,
    sev.SPOKEN,
    lead.SPOKEN,
    role.SPOKEN,
    task.SPOKEN,
    playbook.SPOKEN,
    page.SPOKEN,
    oncall.SPOKEN,
    override.SPOKEN,
    silence.SPOKEN,
    cause.SPOKEN,
    postmortem.SPOKEN,
    drill.SPOKEN,
    link.SPOKEN,
    help_command.SPOKEN,
)
BY_NAME: Mapping[str, Command] = {one.command.name: one.command for one in SPOKEN}
COMMANDS: tuple[Command, ...] = tuple(BY_NAME.values())
DOERS: Mapping[str, Spoken] = {one.command.name: one for one in SPOKEN}
DIALOGS: Mapping[str, Dialog] = {
    one.name: one
    for one in (
        declare_dialog.DIALOG,
        update_dialog.DIALOG,
        sev_dialog.DIALOG,
        roles_dialog.DIALOG,
        page_dialogs.DIALOG,
        page_dialogs.SURE,
        note_dialog.DIALOG,
        task_dialog.DIALOG,
        cause_dialog.DIALOG,
        override_dialog.DIALOG,
        silence_dialogs.DIALOG,
        silence_dialogs.SURE,
        drill_dialog.DIALOG,
        *move_dialogs.DIALOGS,
    )
}
PRESSES: Mapping[str, Press] = {
    one.action: one
    for one in (
        page_press.PRESS,
        snooze.SNOOZE,
        snooze.STOP,
        task_done.PRESS,
        *playbook_presses.PRESSES,
        drill_end.PRESS,
    )
}
COMMAND_ACTIONS: Mapping[str, str] = {
    "run": "",
    "incident.acknowledge": "ack",
    "incident.resolve": "resolve",
    "incident.close": "close",
}
"""Buttons that run a command: what stands before their value."""
