"""The verbs of an incident: each locks the row, changes it, writes timeline, audit and outbox in
one transaction. Pages, API, chat and handlers all call these."""

from incidents.services.captured import (
    capture_message,
    correct_message,
    correct_task,
    keep_file,
    withdraw_message,
    withdraw_task,
)
from incidents.services.causes import attach_cause, change_cause, remove_cause
from incidents.services.confirming import confirm_still_on_it
from incidents.services.merging import merge_incident
from incidents.services.people import assign_role, grant_access, page_someone, set_private
from incidents.services.rows import add_member, lock_incident, lock_incidents
from incidents.services.seen import mark_seen
from incidents.services.splitting import split_incident
from incidents.services.status import (
    AlreadyOpen,
    change_severity,
    open_incident,
    start_paging,
    transition_incident,
)
from incidents.services.updates import post_update, snooze_reminder, stop_reminder
from incidents.services.work import add_note, add_task, edit_incident, finish_task, set_times

__all__ = [
    "AlreadyOpen",
    "add_member",
    "add_note",
    "add_task",
    "assign_role",
    "attach_cause",
    "capture_message",
    "change_cause",
    "change_severity",
    "confirm_still_on_it",
    "correct_message",
    "correct_task",
    "edit_incident",
    "finish_task",
    "grant_access",
    "keep_file",
    "lock_incident",
    "lock_incidents",
    "mark_seen",
    "merge_incident",
    "open_incident",
    "page_someone",
    "post_update",
    "remove_cause",
    "set_private",
    "set_times",
    "snooze_reminder",
    "split_incident",
    "start_paging",
    "stop_reminder",
    "transition_incident",
    "withdraw_message",
    "withdraw_task",
]
