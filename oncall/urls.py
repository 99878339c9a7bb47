"""Addresses under /on-call/."""

from __future__ import annotations

from django.urls import path

from oncall import calendar_views, cover_views, page_views, policy_views, schedule_views, views
from oncall.handoff import views as handoff_views
from oncall.load import views as load_views
from oncall.shadow import views as shadow_views

app_name = "oncall"
urlpatterns = [
    path("", views.home, name="home"),
    path("pages/", page_views.page_list, name="page-list"),
    path("pages/<uuid:pk>/", page_views.page_detail, name="page-detail"),
    path("load/", load_views.load, name="load"),
    path("load/pay.csv", load_views.pay_csv, name="pay-csv"),
    path("schedules/<slug:slug>/handoff/", handoff_views.handoff, name="handoff"),
    path("shadow/", shadow_views.shadow, name="shadow"),
    path("shadow/pages.csv", shadow_views.shadow_csv, name="shadow-csv"),
    path("shadow/<int:pk>/end/", shadow_views.shadow_end, name="shadow-end"),
    path("pages/<uuid:pk>/acknowledge/", views.page_acknowledge, name="page-acknowledge"),
    path("schedules/", schedule_views.schedule_list, name="schedule-list"),
    path("schedules/new/", schedule_views.schedule_new, name="schedule-new"),
    path("schedules/<slug:slug>/", schedule_views.schedule_detail, name="schedule-detail"),
    path("schedules/<slug:slug>/edit/", schedule_views.schedule_edit, name="schedule-edit"),
    path("schedules/<slug:slug>/delete/", schedule_views.schedule_delete, name="schedule-delete"),
    path("schedules/<slug:slug>/overrides/", schedule_views.override_add, name="override-add"),
    path(
        "schedules/<slug:slug>/overrides/<int:pk>/remove/",
        schedule_views.override_remove,
        name="override-remove",
    ),
    path("schedules/<slug:slug>/take/", cover_views.shift_take, name="shift-take"),
    path("schedules/<slug:slug>/swaps/", cover_views.swap_request, name="swap-request"),
    path("schedules/<slug:slug>/exchange/", cover_views.swap_exchange, name="swap-exchange"),
    path("schedules/<slug:slug>/swaps/<int:pk>/take/", cover_views.swap_take, name="swap-take"),
    path(
        "schedules/<slug:slug>/swaps/<int:pk>/withdraw/",
        cover_views.swap_withdraw,
        name="swap-withdraw",
    ),
    path("time-off/", cover_views.time_off, name="time-off"),
    path("time-off/add/", cover_views.time_off_add, name="time-off-add"),
    path("time-off/<int:pk>/remove/", cover_views.time_off_remove, name="time-off-remove"),
    path("time-off/holidays/", cover_views.holidays_set, name="holidays-set"),
    path("calendars/", calendar_views.calendars, name="calendars"),
    path("calendars/new/", calendar_views.feed_create, name="feed-create"),
    path("calendars/import/", calendar_views.calendar_import, name="calendar-import"),
    path("calendars/<int:pk>/revoke/", calendar_views.feed_revoke, name="feed-revoke"),
    path("policies/", policy_views.policy_list, name="policy-list"),
    path("policies/new/", policy_views.policy_new, name="policy-new"),
    path("policies/<slug:slug>/", policy_views.policy_detail, name="policy-detail"),
    path("policies/<slug:slug>/edit/", policy_views.policy_edit, name="policy-edit"),
    path("policies/<slug:slug>/delete/", policy_views.policy_delete, name="policy-delete"),
]
