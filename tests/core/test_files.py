"""Attached files: type by content, kept asleep; each of the hostile ones is refused or harmless."""

from __future__ import annotations

import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from catalog.models import System
from core.errors import Conflict, Invalid
from core.files import MAX_SIZE, check_file, clean_name
from postmortems import services
from postmortems.models import Attachment, Postmortem
from tests.cast import actor_of, sign_in
from tests.postmortems.scene import document


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 1, height: int = 1, *extra: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x00")
    parts = [chunk(b"IHDR", head), *extra, chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


JPEG = (
    b"\xff\xd8"
    + segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")
    + segment(0xE1, b"Exif\x00\x00GPSLatitude 52.5")
    + segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00")
    + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
    + b"\x00\xff\xd9trailing <script>"
)
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"
    b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b"
)


def webp() -> bytes:
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes([0x08]) + b"\x00" * 9
    body += b"EXIF" + struct.pack("<I", 4) + b"GPS!" + b"VP8 " + struct.pack("<I", 2) + b"xx"
    return b"RIFF" + struct.pack("<I", len(body)) + body


PDF = b"%PDF-1.7\n1 0 obj << /OpenAction << /S /JavaScript >> >>\n%%EOF\n"


@pytest.mark.parametrize(
    ("name", "data", "media_type", "kept_as"),
    [
        ("shot.png", png(), "image/png", "shot.png"),
        ("shot.exe", png(), "image/png", "shot.exe.png"),
        ("photo.jpeg", JPEG, "image/jpeg", "photo.jpeg"),
        ("a.gif", GIF, "image/gif", "a.gif"),
        ("a.webp", webp(), "image/webp", "a.webp"),
        ("report.pdf", PDF, "application/pdf", "report.pdf"),
        ("log.txt", b"12:00 ok\n", "text/plain", "log.txt"),
        ("page.html", b"<script>alert(1)</script>", "text/plain", "page.html.txt"),
        ("chart.svg", b"<svg onload=alert(1)>", "text/plain", "chart.svg.txt"),
        ("eicar.com", b"X5O!P%@AP EICAR-STANDARD-ANTIVIRUS-TEST-FILE", "text/plain", None),
    ],
)
def test_the_type_is_found_in_the_content(
    name: str, data: bytes, media_type: str, kept_as: str | None
) -> None:
    checked = check_file(name, data)
    assert checked.media_type == media_type
    assert kept_as is None or checked.name == kept_as


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("program.png", b"MZ\x90\x00\x03", "is a program"),
        ("elf", b"\x7fELF\x02\x00", "is a program"),
        ("bomb.zip", b"PK\x03\x04\x00\x00", "archive"),
        ("macro.docx", b"PK\x03\x04\x14\x00word/", "archive"),
        ("link.tar", b"etc/passwd\x00\x00", "not taken"),
        ("empty.png", b"", "0 bytes"),
        ("big.txt", b"a" * (MAX_SIZE + 1), "more than 10 MiB"),
        ("huge.png", png(50_000, 50_000), "50000 × 50000"),
        ("cut.png", png()[:-10], "cut off"),
        ("cut.jpg", JPEG[:40], "cut off"),
        ("cut.gif", GIF[:-6], "cut off"),
        ("cut.webp", webp()[:-3], "cut off"),
        ("cut.pdf", PDF[:20], "cut off"),
        ("polyglot.gif", GIF[:19] + b"=alert(1)//;", "no picture"),
        ("lying.png", b"\x89PNG\r\n\x1a\n" + b"\xff" * 40, "not whole"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 15 else None,
)
def test_what_is_not_what_it_may_be_is_refused_in_words(name: str, data: bytes, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_file(name, data)
    (sentence,) = refused.value.errors["file"]
    assert says in sentence
    assert clean_name(name, "") in sentence


def test_places_and_cameras_are_cut_out_of_pictures() -> None:
    assert b"GPS" not in check_file("a.jpg", JPEG).data
    assert b"script" not in check_file("a.jpg", JPEG).data
    assert b"GPS" not in check_file("a.webp", webp()).data
    secret = chunk(b"tEXt", b"Comment\x00GPS 52.5")
    assert b"GPS" not in check_file("a.png", png(1, 1, secret)).data
    assert check_file("a.png", png() + b"<script>").data == png()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("CON", "file-CON"),
        ("nul.txt", "file-nul.txt"),
        (".htaccess", "htaccess"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie x=1.txt"),
        ('quo"te<s>.txt', "quotes.txt"),
        ("", "file"),
        ("...", "file"),
        ("evil\u202egnp.txt", "evilgnp.txt"),
        ("größe 图.txt", "größe 图.txt"),
    ],
)
def test_a_name_is_no_place_device_or_header(name: str, kept: str) -> None:
    assert clean_name(name, "") == kept


def test_a_very_long_name_is_cut_and_keeps_its_ending() -> None:
    name = check_file("n" * 5_000 + ".txt", b"x").name
    assert len(name) <= 100
    assert name.endswith(".txt")


@pytest.fixture
def postmortem(teammate: User, system: System) -> Postmortem:
    return document(teammate, system)


@pytest.mark.django_db
def test_a_file_leaves_as_a_download_that_nothing_runs_in(
    postmortem: Postmortem, teammate: User
) -> None:
    browser = sign_in(teammate)
    sent = SimpleUploadedFile("pag\u00e9.html", b"<script>alert(1)</script>", "text/html")
    browser.post(f"/postmortems/{postmortem.ref}/files/", {"file": sent})
    row = Attachment.objects.get()
    answer = browser.get(f"/postmortems/{postmortem.ref}/files/{row.pk}/")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"] == (
        "attachment; filename=\"pag_.html.txt\"; filename*=UTF-8''pag%C3%A9.html.txt"
    )


@pytest.mark.django_db
def test_a_refused_file_is_told_on_the_page(postmortem: Postmortem, teammate: User) -> None:
    sent = SimpleUploadedFile("run.png", b"MZ\x90\x00", "image/png")
    answer = sign_in(teammate).post(
        f"/postmortems/{postmortem.ref}/files/", {"file": sent}, follow=True
    )
    assert "“run.png” is a program." in answer.content.decode()
    assert not Attachment.objects.exists()


@pytest.mark.django_db
def test_no_file_at_all_is_told(postmortem: Postmortem, teammate: User) -> None:
    answer = sign_in(teammate).post(f"/postmortems/{postmortem.ref}/files/", {}, follow=True)
    assert "No file arrived" in answer.content.decode()


@pytest.mark.django_db
def test_the_same_content_is_kept_once_and_their_number_is_bounded(
    postmortem: Postmortem, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def attach(data: bytes) -> Attachment:
        return services.attach(
            postmortem_id=postmortem.pk, name="a.txt", data=data, actor=actor_of(teammate)
        )

    assert attach(b"x").pk == attach(b"x").pk
    monkeypatch.setattr("postmortems.services.evidence.MAX_FILES", 1)
    with pytest.raises(Invalid, match="not kept"):
        attach(b"y")


@pytest.mark.django_db
def test_a_file_of_a_private_incident_is_not_there_for_others(
    teammate: User, stranger: User, system: System
) -> None:
    private = document(teammate, system, private=True)
    row = services.attach(
        postmortem_id=private.pk, name="a.txt", data=b"x", actor=actor_of(teammate)
    )
    address = f"/postmortems/{private.ref}/files/{row.pk}/"
    assert sign_in(teammate).get(address).status_code == 200
    assert sign_in(stranger).get(address).status_code == 404


@pytest.mark.django_db
def test_evidence_keeps_how_it_looked_and_leads_to_what_is_live(
    postmortem: Postmortem, teammate: User
) -> None:
    event = postmortem.incident.events.get(kind="opened")
    browser = sign_in(teammate)
    browser.post(
        f"/postmortems/{postmortem.ref}/evidence/", {"kind": "event", "target": str(event.pk)}
    )
    citation = postmortem.citations.get()
    assert citation.number == 1
    assert citation.frozen["text"] == event.text
    assert citation.url.endswith(f"#event-{event.pk}")
    services.save_section(
        postmortem_id=postmortem.pk,
        key="impact",
        body="It began there [E1].",
        seen_version=None,
        actor=actor_of(teammate),
    )
    page = browser.get(f"/postmortems/{postmortem.ref}/").content.decode()
    assert '<a href="#evidence-1">[E1]</a>' in page
    with pytest.raises(Conflict, match="Impact"):
        services.take_citation_away(postmortem_id=postmortem.pk, number=1, actor=actor_of(teammate))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "target", "status"),
    [
        ("event", "x", 404),
        ("event", "00000000-0000-0000-0000-000000000000", 404),
        ("event", "a\x00", 404),
        ("nothing", "x", 302),
    ],
)
def test_what_is_no_evidence_of_the_incident_is_not_cited(
    postmortem: Postmortem, teammate: User, kind: str, target: str, status: int
) -> None:
    answer = sign_in(teammate).post(
        f"/postmortems/{postmortem.ref}/evidence/", {"kind": kind, "target": target}
    )
    assert answer.status_code == status
    assert not postmortem.citations.exists()
