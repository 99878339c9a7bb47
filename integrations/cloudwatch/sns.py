"""SNS messages: what is signed, by whose certificate, and which addresses may be AWS's own.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from alerts.reading import text_of

NOTIFICATION = "Notification"
CONFIRMATIONS = frozenset({"SubscriptionConfirmation", "UnsubscribeConfirmation"})
_FIELDS = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    **dict.fromkeys(
        CONFIRMATIONS,
        ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
_HASHES = {"1": SHA1, "2": SHA256}
_HOST = re.compile(r"sns\.[a-z]{2}(?:-[a-z]+){1,3}-[0-9]{1,2}\.amazonaws\.com(?:\.cn)?")
_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]{1,256}")


class Forged(Exception):
    """The message is not from SNS. The text is a plain sentence."""


def is_aws(url: object) -> bool:
    """An https address of SNS itself: the only ones that are ever fetched."""
    if not isinstance(url, str) or len(url) > 1024:
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and _HOST.fullmatch(parts.netloc) is not None
        and port is None
        and parts.fragment == ""
    )


def is_certificate(url: object) -> bool:
    """An address of SNS under which its certificates are."""
    return is_aws(url) and urlsplit(str(url)).path.endswith(".pem")


def is_topic(arn: object) -> bool:
    return isinstance(arn, str) and _TOPIC.fullmatch(arn) is not None


def signed_text(envelope: Mapping[str, object]) -> bytes:
    """What the signature is over: names and values, a line each; a missing subject is left out."""
    fields = _FIELDS.get(text_of(envelope.get("Type")), ())
    lines = [
        f"{name}\n{envelope[name]}\n" for name in fields if isinstance(envelope.get(name), str)
    ]
    return "".join(lines).encode("utf-8", "replace")


def check_signature(envelope: Mapping[str, object], pem: bytes) -> None:
    """Raises `Forged` unless the message is signed with the key of this certificate."""
    digest = _HASHES.get(text_of(envelope.get("SignatureVersion")))
    if digest is None:
        raise Forged("It carries no signature that SNS makes.")
    try:
        signature = base64.b64decode(text_of(envelope.get("Signature")), validate=True)
        key = x509.load_pem_x509_certificate(pem).public_key()
    except ValueError as error:
        raise Forged("Its signature or the certificate cannot be read.") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise Forged("Its certificate is of another kind than SNS uses.")
    try:
        # SHA-1 is what SNS signs with unless the topic says version 2.
        key.verify(signature, signed_text(envelope), padding.PKCS1v15(), digest())
    except InvalidSignature as error:
        raise Forged("Its signature is wrong: it does not come from SNS as it is.") from error
