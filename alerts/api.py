"""The alerts room's addresses in the REST API."""

from __future__ import annotations

from alerts import alert_api, route_api, source_api
from alerts.heartbeats import api as heartbeat_api
from alerts.looking import api as look_api
from alerts.noise import api as noise_api
from alerts.quality import api as quality_api
from alerts.redaction import api as redaction_api
from alerts.storm import api as storm_api

urlpatterns = [
    *alert_api.urlpatterns,
    *source_api.urlpatterns,
    *route_api.urlpatterns,
    *noise_api.urlpatterns,
    *quality_api.urlpatterns,
    *storm_api.urlpatterns,
    *look_api.urlpatterns,
    *redaction_api.urlpatterns,
    *heartbeat_api.urlpatterns,
]
