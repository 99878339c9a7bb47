"""The Telegram channel: a message by a bot. https://core.telegram.org/bots/api#sendmessage"""

from __future__ import annotations

import re
from uuid import UUID

from django.conf import settings

from accounts.models import User
from core.http import OutboundFailed, Response
from core.urls import safe_href
from notifications.channels import BadAddress, ContactForm, DeliveryError, Sent
from notifications.message import Message, plain_text
from notifications.posting import json_reason, post

CHAT = re.compile(r"-?[0-9]{3,20}|@[A-Za-z][A-Za-z0-9_]{4,31}")
MAX_TEXT = 4_096


class TelegramChannel:
    name = "telegram"
    title = "Telegram"
    reaches = True
    form = ContactForm(
        label="Chat id",
        help="Write /start to this installation's bot, then give the number of your chat with it "
        "(the bot @userinfobot tells it).",
        check=lambda text: _chat(text),
        for_rooms=True,
    )

    def configured(self) -> bool:
        return bool(settings.AIRE_TELEGRAM_BOT_TOKEN)

    def address_for(self, user: User) -> str | None:
        return None

    def send(
        self, *, address: str, message: Message, delivery_id: UUID, attempt: int, may_repeat: bool
    ) -> Sent:
        """Plain text without a parse mode: nothing in it can become markup or a mention."""
        body: dict[str, object] = {
            "chat_id": address,
            "text": _cut(plain_text(message, may_repeat=may_repeat)),
            "link_preview_options": {"is_disabled": True},
            "protect_content": True,
        }
        buttons = [
            [{"text": action.label[:60], "url": href}]
            for action in message.actions
            if (href := safe_href(action.url)) and href.startswith("https://")
        ]
        if buttons:
            body["reply_markup"] = {"inline_keyboard": buttons}
        base = settings.AIRE_TELEGRAM_API_URL.rstrip("/")
        url = f"{base}/bot{settings.AIRE_TELEGRAM_BOT_TOKEN}/sendMessage"
        try:
            answer = post(url, who="Telegram", json=body, read=json_reason("description"))
        except DeliveryError as error:
            raise _without_token(error) from None
        return Sent(provider_ref=_message_id(answer), detail="Taken by Telegram")


CHANNEL = TelegramChannel()


def _chat(text: str) -> tuple[str, str]:
    if not CHAT.fullmatch(text):
        raise BadAddress("A chat id is a number; a public channel is written @name.")
    return text, text if text.startswith("@") else f"chat …{text[-4:]}"


def _cut(text: str) -> str:
    """Telegram counts UTF-16 code units."""
    raw = text.encode("utf-16-le")[: MAX_TEXT * 2]
    return raw.decode("utf-16-le", "ignore")


def _message_id(answer: Response) -> str:
    try:
        return str(answer.json()["result"]["message_id"])
    except (OutboundFailed, KeyError, TypeError):
        return ""


def _without_token(error: DeliveryError) -> DeliveryError:
    """The token is part of the address, which no sentence may repeat."""
    return DeliveryError(
        error.sentence.replace(settings.AIRE_TELEGRAM_BOT_TOKEN, "…"),
        permanent=error.permanent,
        retry_after=error.retry_after,
        unsure=error.unsure,
    )
