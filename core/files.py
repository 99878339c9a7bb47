"""What a file really is, by its content, and what of it is kept. Pure; believes no name or header.

Pictures keep what is needed to draw them: positions, cameras and comments are cut out, and whatever
follows the end of the picture. Files that can run, unpack or load something are refused.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import Invalid

MAX_SIZE = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_NAME = 100
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs"),
    *(b"sBIT", b"bKGD", b"acTL", b"fcTL", b"fdAT"),
}
_WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
_ENDINGS = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "text/plain": (".txt", ".log", ".csv", ".md", ".json", ".yaml", ".yml"),
}
TAKEN = "PNG, JPEG, GIF, WebP, PDF and plain text"


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: `data` is what is kept of it."""

    media_type: str
    name: str
    data: bytes


class _Damaged(ValueError):
    pass


class _Oversized(ValueError):
    pass


def check_file(name: str, data: bytes) -> Checked:
    """Raises `Invalid` on `file`, naming what is wrong with it and what can be done."""
    shown = clean_name(name, "")
    if not data:
        raise _refused(f"“{shown}” is empty: 0 bytes arrived. Send it again.")
    if len(data) > MAX_SIZE:
        raise _refused(
            f"“{shown}” has more than {MAX_SIZE // 2**20} MiB. Cut out the part that proves it, or "
            "link to where it is kept."
        )
    media_type, keep = _kind(data)
    if keep is None:
        raise _refused(f"“{shown}” {_why_not(data)} What can be attached: {TAKEN}.")
    try:
        kept = keep(data)
    except _Oversized as error:
        raise _refused(f"“{shown}” says to be {error}. Make it smaller.") from error
    except (_Damaged, IndexError, struct.error) as error:
        raise _refused(
            f"“{shown}” begins as {media_type} and is not whole: {error}. It may have been cut off "
            "on the way; send it again."
        ) from error
    return Checked(media_type, clean_name(name, media_type), kept)


def clean_name(name: str, media_type: str) -> str:
    """A name that no system takes for a place, a device or a hidden file, with the ending that its
    content has."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(char for char in base if char.isprintable() and char not in '<>:"|?*%;')
    base = " ".join(base.split()).strip(". ")
    if not base or _RESERVED.fullmatch(base):
        base = f"file-{base}".rstrip("-")
    endings = _ENDINGS.get(media_type, ())
    stem, dot, ending = base.rpartition(".")
    if endings and f".{ending.lower()}" not in endings:
        return f"{base[: MAX_NAME - 5]}{endings[0]}"
    return f"{stem[: MAX_NAME - len(ending) - 1]}{dot}{ending}" if dot else base[:MAX_NAME]


def _refused(sentence: str) -> Invalid:
    return Invalid("The file was not kept.", errors={"file": [sentence]})


def _kind(data: bytes) -> tuple[str, Callable[[bytes], bytes] | None]:
    if data.startswith(_PNG):
        return "image/png", _png
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", _jpeg
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif", _gif
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp", _webp
    if data.startswith(b"%PDF-"):
        return "application/pdf", _pdf
    if _is_text(data):
        return "text/plain", _text
    return "", None


def _why_not(data: bytes) -> str:
    if data.startswith(b"PK\x03\x04"):
        return "is an archive or an office document."
    if data.startswith((b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")):
        return "is a program."
    return "is of a kind that is not taken."


def _is_text(data: bytes) -> bool:
    if b"\x00" in data:
        return False
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    strange = sum(1 for char in text if char < " " and char not in "\t\n\r\x1b\x0c")
    return strange == 0


def _text(data: bytes) -> bytes:
    """Also what looks like a page or a script: it is served as words and never opened here."""
    return data


def _pdf(data: bytes) -> bytes:
    if b"%%EOF" not in data[-2_048:]:
        raise _Damaged("its end is missing")
    return data


def _check_pixels(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or not width or not height:
        most = MAX_PIXELS // 10**6
        raise _Oversized(f"{width} × {height} pixels; {most} million are possible")


def _png(data: bytes) -> bytes:
    kept, at = [_PNG], len(_PNG)
    while True:
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            raise _Damaged("its end is missing")
        if kind == b"IHDR":
            _check_pixels(*struct.unpack(">II", data[at + 8 : at + 16]))
        if kind in _PNG_KEPT:
            kept.append(data[at:end])
        if kind == b"IEND":
            return b"".join(kept)
        at = end


def _jpeg(data: bytes) -> bytes:
    """Segments up to the picture itself; application data other than colour goes."""
    kept, at = [b"\xff\xd8"], 2
    while True:
        if data[at] != 0xFF:
            raise _Damaged("a part of it is missing")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = struct.unpack(">H", data[at + 2 : at + 4])[0]
        segment = data[at : at + 2 + length]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", segment[5:9])
            _check_pixels(width, height)
        if marker == 0xDA:
            end = data.rfind(b"\xff\xd9", at)
            if end < 0:
                raise _Damaged("its end is missing")
            return b"".join([*kept, data[at : end + 2]])
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in (0xE0, 0xE2, 0xEE):
            kept.append(segment)
        at += 2 + length


def _gif(data: bytes) -> bytes:
    """Walks the blocks: what only begins like a picture has none that fit."""
    width, height, packed = struct.unpack("<HHB", data[6:11])
    _check_pixels(width, height)
    at = 13 + _colours(packed)
    while True:
        kind = data[at]
        if kind == 0x3B:
            return data[: at + 1]
        if kind == 0x21:
            at += 2
        elif kind == 0x2C:
            at += 10
            at += _colours(data[at - 1]) + 1
        else:
            raise _Damaged("what follows its head is no picture")
        while size := data[at]:
            at += size + 1
        at += 1


def _colours(packed: int) -> int:
    return 3 * 2 ** ((packed & 7) + 1) if packed & 0x80 else 0


def _webp(data: bytes) -> bytes:
    size = struct.unpack("<I", data[4:8])[0]
    if size + 8 > len(data):
        raise _Damaged("its end is missing")
    kept, at = [], 12
    while at + 8 <= size + 8:
        kind, length = struct.unpack("<4sI", data[at : at + 8])
        end = at + 8 + length + length % 2
        chunk = data[at:end]
        if kind == b"VP8X":
            # Without the flags for what is cut out (EXIF 0x08, XMP 0x04).
            width = int.from_bytes(chunk[12:15], "little") + 1
            height = int.from_bytes(chunk[15:18], "little") + 1
            _check_pixels(width, height)
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        if kind in _WEBP_KEPT:
            kept.append(chunk)
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
