"""Exports in the documented shapes of the three tools, of one small company with some rubbish."""

from __future__ import annotations

from typing import Any

Lists = dict[str, list[dict[str, Any]]]


def pagerduty() -> Lists:
    return {
        "users": [
            {
                "id": "PANA", "type": "user", "name": "Ana Ruiz", "email": "Ana@example.org",
                "time_zone": "Europe/Madrid", "role": "admin", "teams": [{"id": "TML"}],
                "contact_methods": [
                    {"id": "C1", "type": "email_contact_method", "address": "ana@example.org"},
                    {"id": "C2", "type": "push_notification_contact_method", "address": "x"},
                ],
                "notification_rules": [
                    {"id": "R1", "type": "assignment_notification_rule", "urgency": "high",
                     "start_delay_in_minutes": 2, "contact_method": {"id": "C1"}},
                    {"id": "R2", "type": "assignment_notification_rule", "urgency": "high",
                     "start_delay_in_minutes": 0, "contact_method": {"id": "C2"}},
                ],
            },
            {"id": "PBEN", "name": "Ben", "email": "ben@example.org", "role": "user",
             "time_zone": "America/New_York", "teams": [{"id": "TML"}]},
            {"id": "PNO", "name": "No Mail", "email": "", "role": "user"},
        ],
        "teams": [{"id": "TML", "name": "ML platform"}],
        "schedules": [
            {
                "id": "S1", "name": "ML primary", "time_zone": "Europe/Madrid",
                "schedule_layers": [
                    {"name": "Nights", "start": "2025-01-06T22:00:00+01:00", "end": None,
                     "rotation_virtual_start": "2025-01-06T22:00:00+01:00",
                     "rotation_turn_length_seconds": 86400, "users": [{"user": {"id": "PBEN"}}],
                     "restrictions": [{"type": "daily_restriction", "duration_seconds": 28800,
                                       "start_time_of_day": "22:00:00"}]},
                    {"name": "Weekly", "start": "2025-01-20T09:00:00+01:00", "end": None,
                     "rotation_virtual_start": "2025-01-06T09:00:00+01:00",
                     "rotation_turn_length_seconds": 604800,
                     "users": [{"user": {"id": "PANA"}}, {"user": {"id": "PBEN"}},
                               {"user": {"id": "PGONE", "summary": "Gone"}}],
                     "restrictions": []},
                ],
                "overrides": [
                    {"id": "O1", "start": "2099-01-01T00:00:00Z", "end": "2099-01-02T00:00:00Z",
                     "user": {"id": "PBEN"}},
                    {"id": "O2", "start": "2099-01-01T00:00:00Z", "end": "2099-01-02T00:00:00Z",
                     "user": {"id": "PGONE"}},
                ],
            },
            {"id": "S2", "name": "Old zone", "time_zone": "US/Atlantis", "schedule_layers": []},
            {"id": "S3", "name": "Odd turns", "time_zone": "UTC", "schedule_layers": [
                {"name": "L", "start": "2025-01-06T09:00:00Z", "users": [{"user": {"id": "PANA"}}],
                 "rotation_virtual_start": "2025-01-06T09:00:00Z",
                 "rotation_turn_length_seconds": 5400}]},
        ],
        "escalation_policies": [
            {"id": "E1", "name": "ML", "num_loops": 2, "escalation_rules": [
                {"escalation_delay_in_minutes": 10,
                 "targets": [{"id": "S1", "type": "schedule_reference"}]},
                {"escalation_delay_in_minutes": 7,
                 "targets": [{"id": "PGONE", "type": "user_reference"}]},
                {"escalation_delay_in_minutes": 30,
                 "targets": [{"id": "PANA", "type": "user_reference"},
                             {"id": "PBEN", "type": "user_reference"}],
                 "escalation_rule_assignment_strategy": {"type": "round_robin"}},
            ]},
            {"id": "E2", "name": "Nobody", "escalation_rules": [
                {"escalation_delay_in_minutes": 5,
                 "targets": [{"id": "S2", "type": "schedule_reference"}]}]},
        ],
        "services": [
            {"id": "V1", "name": "Checkout model", "escalation_policy": {"id": "E1"},
             "acknowledgement_timeout": 1800, "integrations": [
                {"type": "events_api_v2_inbound_integration", "integration_key": "k" * 32},
                {"type": "generic_email_inbound_integration", "summary": "Mail"}]},
        ],
    }  # fmt: skip


def opsgenie() -> Lists:
    return {
        "users": [
            {"id": "u-ana", "username": "ana@example.org", "fullName": "Ana Ruiz",
             "role": {"name": "Admin"}, "timeZone": "Europe/Madrid", "notificationRules": [
                {"id": "n1", "actionType": "create-alert", "enabled": True, "steps": [
                    {"contact": {"method": "email", "to": "ana@example.org"}, "enabled": True,
                     "sendAfter": {"timeAmount": 3, "timeUnit": "minutes"}}]}]},
            {"id": "u-ben", "username": "ben@example.org", "fullName": "Ben",
             "role": {"name": "User"}, "timeZone": "America/New_York"},
            {"id": "u-off", "username": "off@example.org", "blocked": True},
        ],
        "teams": [{"id": "t-ml", "name": "ML", "members": [
            {"user": {"id": "u-ana", "username": "ana@example.org"}, "role": "admin"},
            {"user": {"id": "u-gone", "username": "gone@example.org"}, "role": "user"}]}],
        "schedules": [
            {"id": "s-1", "name": "ML", "timezone": "Europe/Madrid", "enabled": True, "rotations": [
                {"id": "r-1", "name": "Office", "startDate": "2025-01-06T08:00:00Z",
                 "type": "weekly", "length": 1,
                 "participants": [{"type": "user", "id": "u-ana", "username": "ana@example.org"},
                                  {"type": "user", "id": "u-ben", "username": "ben@example.org"}],
                 "timeRestriction": {"type": "weekday-and-time-of-day", "restrictions": [
                    {"startDay": "monday", "endDay": "friday", "startHour": 9, "startMin": 0,
                     "endHour": 18, "endMin": 0}]}},
                {"id": "r-2", "name": "Backup", "startDate": "2025-01-06T08:00:00Z",
                 "type": "daily", "length": 2,
                 "participants": [{"type": "user", "username": "ben@example.org"},
                                  {"type": "none"},
                                  {"type": "escalation", "id": "e-1", "name": "ML escalation"}],
                 "timeRestriction": {"type": "time-of-day", "restriction": {
                    "startHour": 20, "startMin": 30, "endHour": 6, "endMin": 0}}},
             ],
             "overrides": [{"alias": "a", "user": {"type": "user", "username": "ben@example.org"},
                            "startDate": "2099-01-01T00:00:00Z",
                            "endDate": "2099-01-02T00:00:00Z", "rotations": [{"name": "Office"}]}]},
            {"id": "s-2", "name": "Nowhere", "timezone": "Mars/Base", "rotations": []},
        ],
        "escalations": [
            {"id": "e-1", "name": "ML escalation", "repeat": {"count": 3}, "rules": [
                {"condition": "if-not-acked", "notifyType": "default",
                 "delay": {"timeAmount": 0, "timeUnit": "minutes"},
                 "recipient": {"type": "schedule", "id": "s-1", "name": "ML"}},
                {"condition": "if-not-acked", "notifyType": "all",
                 "delay": {"timeAmount": 15, "timeUnit": "minutes"},
                 "recipient": {"type": "team", "id": "t-ml", "name": "ML"}},
                {"condition": "if-not-closed", "notifyType": "default",
                 "delay": {"timeAmount": 20, "timeUnit": "minutes"},
                 "recipient": {"type": "user", "id": "u-gone", "username": "gone@example.org"}}]},
        ],
        "integrations": [
            {"id": "i-1", "name": "Prometheus", "type": "Prometheus", "enabled": True},
            {"id": "i-2", "name": "Fax", "type": "Fax", "enabled": True},
        ],
    }  # fmt: skip


def grafana_oncall() -> Lists:
    return {
        "users": [
            {"id": "UANA", "email": "ana@example.org", "username": "ana", "role": "admin",
             "timezone": "Europe/Madrid", "teams": ["TML"]},
            {"id": "UBEN", "email": "ben@example.org", "username": "ben", "role": "user",
             "timezone": "America/New_York", "teams": []},
            {"id": "UCY", "email": "cy@example.org", "username": "cy", "role": "viewer"},
        ],
        "teams": [{"id": "TML", "name": "ML"}],
        "schedules": [
            {"id": "SW", "name": "ML web", "type": "web", "time_zone": "Europe/Madrid",
             "shifts": ["OROLL", "OONE", "OVER", "OGONE"]},
            {"id": "SI", "name": "From calendar", "type": "ical"},
        ],
        "on_call_shifts": [
            {"id": "OROLL", "name": "Weekdays", "type": "rolling_users", "level": 1,
             "start": "2025-01-08T09:00:00", "time_zone": None, "duration": 28800,
             "frequency": "weekly", "interval": 1, "week_start": "MO",
             "by_day": ["MO", "TU", "WE", "TH", "FR"],
             "rolling_users": [["UBEN"], ["UANA", "UCY"]], "start_rotation_from_user_index": 1},
            {"id": "OONE", "name": "Base", "type": "recurrent_event", "level": 0,
             "start": "2025-01-06T00:00:00", "duration": 86400, "frequency": "daily",
             "interval": 1, "users": ["UBEN"]},
            {"id": "OVER", "name": "Cover", "type": "override", "start": "2099-01-01T08:00:00",
             "duration": 3600, "users": ["UCY"]},
        ],
        "escalation_chains": [{"id": "CH", "name": "Default"}, {"id": "CE", "name": "Empty"}],
        "escalation_policies": [
            {"id": "P2", "escalation_chain_id": "CH", "position": 1, "type": "wait",
             "duration": 300},
            {"id": "P1", "escalation_chain_id": "CH", "position": 0,
             "type": "notify_on_call_from_schedule", "notify_on_call_from_schedule": "SW"},
            {"id": "P3", "escalation_chain_id": "CH", "position": 2,
             "type": "notify_person_next_each_time",
             "persons_to_notify_next_each_time": ["UANA", "UBEN"]},
            {"id": "P4", "escalation_chain_id": "CH", "position": 3, "type": "repeat_escalation"},
            {"id": "P5", "escalation_chain_id": "CE", "position": 0, "type": "trigger_webhook"},
        ],
        "personal_notification_rules": [
            {"id": "N1", "user_id": "UANA", "position": 0, "type": "notify_by_email",
             "important": True},
            {"id": "N2", "user_id": "UANA", "position": 1, "type": "wait", "duration": 60,
             "important": True},
            {"id": "N3", "user_id": "UANA", "position": 2, "type": "notify_by_sms",
             "important": True},
        ],
        "integrations": [
            {"id": "IA", "name": "Alerts", "type": "alertmanager",
             "link": "https://oncall.example.org/integrations/v1/alertmanager/shortkey/",
             "default_route": {"escalation_chain_id": "CH"}},
        ],
    }  # fmt: skip
