"""The e-mail channel: one message over SMTP. Knows no incident words."""

from __future__ import annotations

import smtplib
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string

from accounts.models import User
from core.logs import get_logger
from core.urls import safe_href
from notifications.channels import DeliveryError, Sent
from notifications.message import Message, plain_text, subject

log = get_logger(__name__)
TIMEOUT_SECONDS = 5


class EmailChannel:
    name = "email"
    title = "E-mail"
    reaches = True
    form = None

    def configured(self) -> bool:
        return bool(settings.EMAIL_CONFIGURED)

    def address_for(self, user: User) -> str | None:
        return user.email or None

    def send(
        self, *, address: str, message: Message, delivery_id: UUID, attempt: int, may_repeat: bool
    ) -> Sent:
        """The Message-ID stays the same for every try, so that mail clients fold repeats."""
        message_id = f"<{delivery_id}@{_host()}>"
        mail = EmailMultiAlternatives(
            subject=subject(message, may_repeat=may_repeat),
            body=plain_text(message, may_repeat=may_repeat),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[address],
            headers={
                "Message-ID": message_id,
                "Auto-Submitted": "auto-generated",
                "X-AIRE-Delivery": str(delivery_id),
                "X-AIRE-Attempt": str(attempt),
                "X-AIRE-Kind": message.kind,
            },
        )
        if html := _html(message, may_repeat):
            mail.attach_alternative(html, "text/html")
        _hand_over(mail)
        return Sent(provider_ref=message_id, detail="Taken by the mail server")


CHANNEL = EmailChannel()


def _host() -> str:
    return urlsplit(settings.AIRE_BASE_URL).hostname or "localhost"


def _html(message: Message, may_repeat: bool) -> str | None:
    """None when the template fails: the plain text alone still tells it."""
    try:
        return render_to_string(
            "notifications/email.html",
            {
                "message": message,
                "subject": subject(message, may_repeat=may_repeat),
                "href": safe_href(message.url),
                "links": [
                    (action.label, href)
                    for action in message.actions
                    if (href := safe_href(action.url))
                ],
                "may_repeat": may_repeat,
            },
        )
    except Exception:
        log.exception("mail_template_failed")
        return None


def _hand_over(mail: EmailMultiAlternatives) -> None:
    """Connecting and sending are told apart: only what fails while sending may have arrived."""
    connection = EmailBackend(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        username=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        use_tls=settings.EMAIL_USE_TLS,
        use_ssl=settings.EMAIL_USE_SSL,
        timeout=TIMEOUT_SECONDS,
    )
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError(
            f"The mail server refuses AIRE's user name and password ({error.smtp_code})."
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(f"The mail server cannot be reached: {_words(error)}.") from error
    try:
        connection.send_messages([mail])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        raise _refused(_answers(error)) from error
    except (ValueError, UnicodeError) as error:
        raise DeliveryError(
            f"The mail cannot be written: {_words(error)}.", permanent=True
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(
            f"The mail server went away before it answered: {_words(error)}.", unsure=True
        ) from error
    finally:
        # The mail is taken or refused by now: how the farewell goes changes nothing.
        with suppress(OSError, smtplib.SMTPException):
            connection.close()


def _answers(
    error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException,
) -> list[tuple[int, bytes | str]]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return list(error.recipients.values())
    return [(error.smtp_code, error.smtp_error)]


def _refused(answers: Iterable[tuple[int, bytes | str]]) -> DeliveryError:
    """5xx is final, 4xx is "later" (RFC 5321, 4.2.1)."""
    code, said = next(iter(answers), (451, ""))
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    sentence = f"The mail server refused it: {code} {' '.join(text.split())[:200]}"
    return DeliveryError(sentence, permanent=500 <= code < 600)


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
