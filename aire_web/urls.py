"""All addresses that Django serves; the ingest addresses never come this far."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularRedocView

import accounts.api
import aire_web.importing.api
import alerts.api
import catalog.api
import catalog.readiness.api
import chatops.api
import incidents.api
import incidents.drills.api
import incidents.drills.schedule_api
import incidents.evidence.api
import incidents.evidence.case_api
import incidents.people_reports.api
import incidents.triage.api
import integrations.slack.api
import integrations.slack.channels.api
import notifications.api
import oncall.api
import oncall.people_api
import playbooks.api
import postmortems.actions.api
import postmortems.api
import postmortems.clocks.api
import reports.api
import slos.api
import taxonomy.api
from aire_web import openslo_views, operations, phone_views, search_views
from aire_web.health_views import health
from aire_web.importing.views import move
from aire_web.live.views import me
from aire_web.search_api import SearchApi
from core.design_views import design
from incidents.now_views import now
from incidents.people_reports.public_views import public_form
from integrations.cloudwatch import views as sns
from oncall.calendar_views import feed as calendar_feed
from postmortems.tracking.hook import tracker_hook

api = [
    *catalog.readiness.api.urlpatterns,
    *catalog.api.urlpatterns,
    *chatops.api.urlpatterns,
    *alerts.api.urlpatterns,
    *incidents.api.urlpatterns,
    *incidents.drills.api.urlpatterns,
    *incidents.people_reports.api.urlpatterns,
    *incidents.evidence.api.urlpatterns,
    *incidents.evidence.case_api.urlpatterns,
    *incidents.triage.api.urlpatterns,
    *incidents.drills.schedule_api.urlpatterns,
    *slos.api.urlpatterns,
    *oncall.api.urlpatterns,
    *oncall.people_api.urlpatterns,
    *aire_web.importing.api.urlpatterns,
    *notifications.api.urlpatterns,
    *accounts.api.urlpatterns,
    *taxonomy.api.urlpatterns,
    *playbooks.api.urlpatterns,
    *postmortems.api.urlpatterns,
    *postmortems.actions.api.urlpatterns,
    *reports.api.urlpatterns,
    *postmortems.clocks.api.urlpatterns,
    *integrations.slack.api.urlpatterns,
    *integrations.slack.channels.api.urlpatterns,
    path("search/", SearchApi.as_view(), name="search"),
    path("openapi.json", SpectacularJSONAPIView.as_view(), name="openapi"),
    path("docs/", SpectacularRedocView.as_view(url_name="api:openapi"), name="docs"),
]

urlpatterns = [
    path("", now, name="now"),
    path("search/", search_views.search, name="search"),
    path("search/palette/", search_views.palette, name="search-palette"),
    path("incidents/", include("chatops.urls")),
    path("incidents/", include("incidents.urls")),
    path("alerts/sources/<slug:slug>/topics/", sns.topics, name="sns-topics"),
    path("alerts/sources/<slug:slug>/topics/<int:pk>/", sns.confirm, name="sns-confirm"),
    path("alerts/", include("alerts.urls")),
    path("systems/", include("catalog.urls")),
    path("slos/openslo/", openslo_views.transfer, name="openslo"),
    path("slos/openslo/export/", openslo_views.export, name="openslo-export"),
    path("slos/openslo/prometheus-rules/", openslo_views.prometheus, name="prometheus-rules"),
    path("slos/", include("slos.urls")),
    path("on-call/", include("oncall.urls")),
    path("inbox/", include("notifications.urls")),
    path("ack/", include("oncall.page_views")),
    path("twilio/", include("integrations.twilio.views")),
    path("taxonomy/", include("taxonomy.urls")),
    path("playbooks/", include("playbooks.urls")),
    path("postmortems/", include("postmortems.urls")),
    path("actions/", include("postmortems.actions.urls")),
    path("reports/", include("reports.urls")),
    path("clocks/", include("postmortems.clocks.urls")),
    path("first-run/", include("aire_web.first_run.urls")),
    path("live/me/", me, name="live-me"),
    path("settings/design/", design, name="design"),
    path("settings/move/", move, name="move"),
    path("settings/health/", health, name="health"),
    path("settings/webhooks/", include("notifications.webhook_urls")),
    path("settings/trackers/", include("postmortems.tracking.urls")),
    path("settings/connections/", include("playbooks.connection_urls")),
    path("settings/slack/", include("integrations.slack.urls")),
    path("settings/digests/", include("chatops.digest_urls")),
    path("settings/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include((api, "api"))),
    path("report/<str:key>/", public_form, name="report-form"),
    path("calendar/<str:key>.ics", calendar_feed, name="calendar-feed"),
    path("api/v2/", include("integrations.alertmanager.views")),
    path("v2/", include("integrations.opsgenie.urls")),
    path("hooks/<slug:slug>/", tracker_hook, name="tracker-hook"),
    path("manifest.webmanifest", phone_views.manifest, name="manifest"),
    path("sw.js", phone_views.service_worker, name="service-worker"),
    path("offline/", phone_views.offline, name="offline"),
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
]

handler400 = "core.problems.bad_request"
handler403 = "core.problems.permission_denied"
handler404 = "core.problems.page_not_found"
handler500 = "core.problems.server_error"
