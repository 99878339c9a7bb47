"""Whether what looks like a card, an account or a key is one. Pure."""

from __future__ import annotations

import math
from collections import Counter

CARD_DIGITS = (13, 19)
PHONE_DIGITS = (8, 15)
LEAST_BITS = 3.0
"""Shannon entropy a character. Words and placeholders lie below, random letters and digits of a
dozen characters and more above."""

_PLACEHOLDERS = (b"example", b"xxxx", b"your", b"redacted", b"changeme", b"placeholder", b"****")


def digits_of(text: bytes) -> bytes:
    return bytes(byte for byte in text if 48 <= byte <= 57)


def is_card(text: bytes) -> bool:
    """Luhn's check over a number of a card's length that is not one digit again and again."""
    digits = digits_of(text)
    least, most = CARD_DIGITS
    if not least <= len(digits) <= most or len(set(digits)) == 1:
        return False
    total = 0
    for place, byte in enumerate(reversed(digits)):
        number = byte - 48
        if place % 2:
            number = number * 2 - 9 if number > 4 else number * 2
        total += number
    return total % 10 == 0


def is_iban(text: bytes) -> bool:
    """ISO 13616: moved around and read as a number it leaves 1 modulo 97."""
    plain = text.replace(b" ", b"").decode("ascii", "replace")
    if not 15 <= len(plain) <= 34 or not plain.isalnum():
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def is_phone(text: bytes) -> bool:
    least, most = PHONE_DIGITS
    digits = digits_of(text)
    return least <= len(digits) <= most and len(set(digits)) > 2


def is_random(text: bytes) -> bool:
    """Whether it may be a key: random enough, and no placeholder of a manual."""
    lowered = text.lower()
    if any(word in lowered for word in _PLACEHOLDERS):
        return False
    return entropy(text) >= LEAST_BITS and any(48 <= byte <= 57 for byte in text)


def entropy(text: bytes) -> float:
    """Shannon's, in bits a byte."""
    size = len(text)
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values())
