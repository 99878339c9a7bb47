"""What keys and personal data look like: the table, with where each form is documented. Pure.

RE2 syntax, matched on UTF-8 bytes. A `check` says whether a match is what it looks like; a `group`
is the part of the match that goes, where that is not all of it.
"""

# ruff: noqa: E501 - a table reads best with one form a line

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from alerts.redaction.checks import is_card, is_iban, is_phone, is_random


@dataclass(frozen=True, slots=True)
class Form:
    """`name` stands in place of what was found. `pattern` has one group, the part that goes."""

    name: str
    pattern: str
    check: Callable[[bytes], bool] | None = None


def _word(pattern: str) -> str:
    """With nothing before it that would make it part of a longer word."""
    return rf"\b({pattern})"


KEYS: tuple[Form, ...] = (
    # RFC 7468; the end may be cut off.
    Form("private-key", r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,}"
         r"(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?)"),
    # docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    Form("aws-key", _word(r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b")),
    Form("aws-secret", r"(?i:aws.{0,20}(?:secret|key).{0,20}?)[=: \"']([A-Za-z0-9/+]{40})\b",
         is_random),
    # github.blog/2021-04-05-behind-githubs-new-authentication-token-formats
    Form("github-token", _word(r"gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,}")),
    # docs.gitlab.com/security/tokens
    Form("gitlab-token", _word(r"gl(?:pat|ptt|rt|cbt|soat|ft|imt|agent|dt)-[\w-]{20,}")),
    # api.slack.com/authentication/token-types
    Form("slack-token", _word(r"xox[abeoprsc]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{10,}"
                              r"|xoxe\.[A-Za-z0-9-]{10,}")),
    Form("slack-webhook", r"(hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/_-]{20,})"),
    Form("discord-webhook", r"(discord(?:app)?\.com/api/webhooks/\d{15,22}/[\w-]{40,})"),
    Form("telegram-token", _word(r"\d{8,10}:AA[\w-]{32,34}")),
    # Model providers and the tools around them.
    Form("anthropic-key", _word(r"sk-ant-[A-Za-z0-9_-]{20,}")),
    Form("langfuse-key", _word(r"[ps]k-lf-[0-9a-f-]{36}")),
    Form("openai-key", _word(r"sk-(?:proj-|svcacct-|admin-|None-)?[A-Za-z0-9_-]{20,}"), is_random),
    Form("langsmith-key", _word(r"ls(?:v2_(?:pt|sk)|__)_?[A-Za-z0-9]{20,}(?:_[A-Za-z0-9]{10})?")),
    Form("huggingface-token", _word(r"(?:hf|api_org)_[A-Za-z]{30,}|hf_[A-Za-z0-9]{30,}")),
    Form("replicate-token", _word(r"r8_[A-Za-z0-9]{37}")),
    Form("groq-key", _word(r"gsk_[A-Za-z0-9]{48,}")),
    Form("pinecone-key", _word(r"pcsk_[A-Za-z0-9_]{40,}")),
    Form("databricks-token", _word(r"dapi[a-f0-9]{32}(?:-\d)?")),
    Form("wandb-key", r"(?i:wandb.{0,20})[=: \"']([a-f0-9]{40})\b"),
    Form("perplexity-key", _word(r"pplx-[A-Za-z0-9]{40,}")),
    Form("xai-key", _word(r"xai-[A-Za-z0-9]{60,}")),
    # cloud.google.com/docs/authentication/api-keys, developers.google.com/identity/protocols/oauth2
    Form("google-key", _word(r"AIza[\w-]{35}")),
    Form("google-oauth", _word(r"ya29\.[\w-]{20,}|GOCSPX-[\w-]{28}")),
    # learn.microsoft.com: storage connection strings, shared access signatures
    Form("azure-key", r"(?i:(?:Account|SharedAccess)Key)=([A-Za-z0-9+/]{40,}={0,2})"),
    Form("azure-signature", r"[?&;](?:sig)=([A-Za-z0-9%+/]{40,}={0,2})"),
    Form("azure-secret", _word(r"[\w~.-]{3}8Q~[\w~.-]{31,34}")),
    # docs.stripe.com/keys
    Form("stripe-key", _word(r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{20,}")),
    Form("twilio-key", _word(r"SK[0-9a-f]{32}\b")),
    Form("sendgrid-key", _word(r"SG\.[\w-]{16,32}\.[\w-]{16,}")),
    Form("mailgun-key", _word(r"key-[0-9a-f]{32}\b")),
    Form("npm-token", _word(r"npm_[A-Za-z0-9]{36}")),
    Form("pypi-token", _word(r"pypi-[\w-]{50,}")),
    Form("docker-token", _word(r"dckr_(?:pat|oat)_[\w-]{27,32}")),
    Form("digitalocean-token", _word(r"do[opr]_v1_[a-f0-9]{64}")),
    Form("newrelic-key", _word(r"NRAK-[A-Z0-9]{27}|NRJS-[a-f0-9]{19}")),
    Form("grafana-token", _word(r"glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/]{32,}={0,2}")),
    Form("sentry-token", _word(r"sntry[su]_[A-Za-z0-9+/=_-]{40,}")),
    Form("datadog-key", r"(?i:dd-?_?(?:api|app|application)-?_?key)[=: \"']{1,5}([a-f0-9]{32,40})\b"),
    Form("vault-token", _word(r"hv[sbr]\.[\w-]{24,}")),
    Form("shopify-token", _word(r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}")),
    Form("atlassian-token", _word(r"ATATT3[\w=-]{40,}")),
    Form("linear-key", _word(r"lin_api_[A-Za-z0-9]{40}")),
    Form("notion-token", _word(r"(?:ntn|secret)_[A-Za-z0-9]{40,}"), is_random),
    Form("aire-key", _word(r"aire_[a-z2-7]{36}")),
    # RFC 7519
    Form("jwt", _word(r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{0,}")),
    # RFC 3986: user:password@ of an address
    Form("url-password", r"://[^\s/:@\"'<>]{0,}:([^\s/@\"'<>]{3,})@"),
    # RFC 9110: credentials of a header
    Form("credentials", r"(?i:\b(?:bearer|basic|token|genie-?key))\s+([A-Za-z0-9._~+/-]{16,}={0,2})",
         is_random),
    # A field that says what it holds: name, sign, value.
    Form("password", r"(?i:[\w-]{0,30}(?:passw(?:or)?d|passphrase|pwd)[\"']?\s{0,3}[:=]\s{0,3}[\"']?)"
         r"([^\s\"'&,;<>{}\[\]\\]{4,})"),
    Form("secret", r"(?i:[\w-]{0,30}(?:secret|api[_-]?key|apikey|access[_-]?key|auth[_-]?token"
         r"|access[_-]?token|refresh[_-]?token|client[_-]?secret|private[_-]?key|credential)"
         r"[\"']?\s{0,3}[:=]\s{0,3}[\"']?)([A-Za-z0-9._~+/=-]{12,})", is_random),
)  # fmt: skip
"""The first that fits decides the name, so what is special stands before what is general."""

PERSONAL: tuple[Form, ...] = (
    # RFC 5321, what people have in practice
    Form("e-mail", _word(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,}@(?:[A-Za-z0-9-]{1,}\.){1,4}[A-Za-z]{2,24}\b")),
    # ISO 13616, checked modulo 97
    Form("iban", _word(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), is_iban),
    # ISO/IEC 7812, by the ranges of the schemes, checked by Luhn; no fraction of a number
    Form("card", r"(?:^|[^\w.-])((?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6(?:011|4[4-9]\d|5\d{2})|35\d{2})"
         r"[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}|3[47]\d{2}[ -]?\d{6}[ -]?\d{5}"
         r"|3(?:0[0-5]|[68]\d)\d[ -]?\d{6}[ -]?\d{4})(?:$|[^\w-])", is_card),
    # ssa.gov: never issued 000, 666, 9xx
    Form("us-ssn", _word(r"(?:00[1-9]|0[1-9]\d|[1-578]\d{2}|6[0-57-9]\d|66[0-57-9])-(?:0[1-9]|[1-9]\d)-"
                         r"(?:000[1-9]|00[1-9]\d|0[1-9]\d{2}|[1-9]\d{3})\b")),
    # E.164 with a plus, or a number that is written as people write them
    Form("phone", r"(\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?(?:\d{2,5}[ .-]?){1,5}\d{2,4})\b", is_phone),
    Form("phone", r"(?i:\b(?:phone|tel|mobile|cell|fax|call)\b\.?[\"']?\s{0,3}:?=?\s{0,3}[\"']?)"
         r"(\(?0?\d{2,5}\)?(?:[ /.-]?\d{2,5}){1,4})\b", is_phone),
    Form("phone", r"(?:^|[\s\"':])(\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})\b", is_phone),
)  # fmt: skip
