"""`POST /integrations/v1/<type>/<key>/`: who sent to Grafana OnCall changes only the host.

The key may be the token that OnCall gave, brought along as the source's key. `…/heartbeat/` behind
an address is the heartbeat of that integration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from alerts.heartbeats.format import FORMAT_NAME, KIND_HEADER, NAME_HEADER
from alerts.heartbeats.rules import Beat
from alerts.ingest.doors import Answer, Call, Door

FORMATS = {
    "alertmanager": "alertmanager",
    "legacy_alertmanager": "alertmanager",
    "grafana": "grafana",
    "grafana_alerting": "grafana",
    "legacy_grafana_alerting": "grafana",
    "formatted_webhook": "oncall",
    "amazon_sns": "cloudwatch",
    "sentry": "sentry",
    "sentry_platform": "sentry",
    "datadog": "datadog",
    "pagerduty": "pagerduty",
    "opsgenie": "opsgenie",
}
"""OnCall's types and the formats that read them; every other type is read as `generic`."""


def _accept(call: Call, receipt: str) -> Answer:
    return Answer(202, {"receipt": receipt})


def _keep_ping(call: Call) -> Mapping[str, str]:
    return {KIND_HEADER: Beat.PING, NAME_HEADER: ""}


INTEGRATION = Door(
    path=re.compile(r"^/integrations/v1/(?P<type>[a-z0-9_-]{1,40})/(?P<key>[^/]{1,200})/?\Z"),
    key=lambda call: call.match["key"],
    format=lambda call: FORMATS.get(call.match["type"], "generic"),
    accept=_accept,
    methods=lambda match: ("POST", "PUT"),
)
HEARTBEAT = Door(
    path=re.compile(
        r"^/integrations/v1/(?P<type>[a-z0-9_-]{1,40})/(?P<key>[^/]{1,200})/heartbeat/?\Z"
    ),
    key=lambda call: call.match["key"],
    format=lambda call: FORMAT_NAME,
    accept=_accept,
    keep=_keep_ping,
    limit=64 * 1024,
    methods=lambda match: ("POST", "GET"),
)
