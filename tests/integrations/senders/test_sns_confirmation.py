"""A topic of SNS may send when a manager says so, or when the source is pinned to it."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from alerts.models import Source
from core.errors import Conflict
from core.http import OutboundFailed, Response
from integrations.cloudwatch import source as cloudwatch
from integrations.cloudwatch import subscriptions
from integrations.cloudwatch.models import SnsSubscription
from integrations.cloudwatch.sns import is_aws, is_certificate
from tests.alerts.scene import deliver, make_source
from tests.cast import TESTER, sign_in
from tests.integrations.captured import ROOT, body

delivering = pytest.mark.django_db(transaction=True)
PEM = (ROOT / "cloudwatch/payloads/test-signing-cert.pem").read_bytes()
TOPIC = "arn:aws:sns:eu-central-1:111122223333:aire-alarms"
ASK = body("cloudwatch", "subscription-confirmation")


class Aws:
    """Answers the confirmation and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: list[Response | Exception] = []

    def request(self, method: str, url: str, **more: Any) -> Response:
        self.asked.append(url)
        answer = self.answers.pop(0) if self.answers else Response(200, {}, b"<ok/>")
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    fake = Aws()
    monkeypatch.setattr(subscriptions, "request", fake.request)
    monkeypatch.setattr(cloudwatch.FORMAT, "_fetch", lambda url: PEM)
    return fake


def make(**options: object) -> Source:
    return make_source("sns", format="cloudwatch", options=options)


@delivering
def test_a_manager_confirms_and_the_engine_calls_aws(aws: Aws, owner: User, teammate: User) -> None:
    source = make()
    deliver(source, ASK)
    row = SnsSubscription.objects.get()
    assert (row.state, row.topic) == ("asked", TOPIC)
    assert subscriptions.confirm_due() == 0
    address = f"/alerts/sources/sns/topics/{row.pk}/"
    assert sign_in(teammate).post(address).status_code == 403
    assert TOPIC in sign_in(teammate).get("/alerts/sources/sns/").content.decode()
    assert sign_in(owner).post(address).status_code == 302
    assert subscriptions.confirm_due() == 1
    row.refresh_from_db()
    assert (row.state, row.confirmed_by) == ("confirmed", str(owner))
    assert aws.asked == [row.url]
    with pytest.raises(Conflict):
        subscriptions.confirm(source=source, pk=row.pk, actor=TESTER)


@delivering
def test_the_pinned_topic_is_confirmed_by_itself(aws: Aws) -> None:
    deliver(make(topicArn=TOPIC), ASK)
    subscriptions.confirm_due()
    assert SnsSubscription.objects.get().state == "confirmed"


@delivering
def test_a_forged_question_asks_nobody(aws: Aws) -> None:
    receipt = deliver(make(topicArn=TOPIC), ASK.replace(b"aire-alarms", b"other-topic"))
    assert receipt.state == "set_aside"
    assert not SnsSubscription.objects.exists()
    assert aws.asked == []


@delivering
def test_aws_that_is_away_is_asked_again_and_a_no_is_final(aws: Aws) -> None:
    deliver(make(topicArn=TOPIC), ASK)
    aws.answers = [OutboundFailed("No answer."), Response(403, {}, b"")]
    subscriptions.confirm_due()
    row = SnsSubscription.objects.get()
    assert (row.state, row.reason) == ("due", "No answer.")
    SnsSubscription.objects.update(due_at="2026-01-01T00:00:00Z")
    subscriptions.confirm_due()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("failed", "AWS answered 403.")


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-central-1.amazonaws.com/x.pem",
        "https://sns.eu-central-1.amazonaws.com.evil.example/x.pem",
        "https://sns.eu-central-1.amazonaws.com@evil.example/x.pem",
        "https://evil.example/sns.eu-central-1.amazonaws.com/x.pem",
        "https://sns.eu-central-1.amazonaws.com:8443/x.pem",
        "https://s3.eu-central-1.amazonaws.com/x.pem",
        "https://sns.evil.amazonaws.com/x.pem",
        "https://SNS.eu-central-1.amazonaws.com\\@evil.example/x.pem",
        "https://169.254.169.254/x.pem",
        "//sns.eu-central-1.amazonaws.com/x.pem",
        "https://[::1]/x.pem",
        "https://sns.eu-central-1.amazonaws.com/" + "x" * 2000 + ".pem",
        None,
        7,
    ],
)
def test_no_other_address_is_ever_asked(url: object) -> None:
    assert not is_aws(url)
    assert not is_certificate(url)


def test_the_addresses_of_sns_are_known() -> None:
    for region in ("us-east-1", "eu-central-1", "us-gov-west-1", "ap-southeast-2"):
        assert is_certificate(f"https://sns.{region}.amazonaws.com/SimpleNotificationService-1.pem")
    assert is_certificate("https://sns.cn-north-1.amazonaws.com.cn/x.pem")
