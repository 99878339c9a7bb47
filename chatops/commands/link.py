"""`link`: how the chat knows who somebody is."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command
from chatops.surface import Context, Reply, Text

COMMAND = Command(
    "link",
    "Whom AIRE takes you for in this chat, and how to change it",
    "",
    about_incident=False,
    anyone=True,
)


def do(call: Call) -> Reply:
    asker = call.asker
    sentence = f"AIRE knows you as {asker} ({asker.email}), role {asker.get_role_display()}."
    how = "By the e-mail address of your profile, or because you linked the two accounts yourself."
    return Reply(blocks=(Text((sentence,)), Context((how,))), text=sentence, asks_link=True)


SPOKEN = Spoken(COMMAND, do)
