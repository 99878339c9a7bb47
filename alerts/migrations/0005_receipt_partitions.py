"""Receipts in a table a day. What there is becomes the oldest one, as it stands: nothing is copied
but rows whose id lies ahead of tomorrow. Takes an exclusive lock on receipts and alerts for as long
as one look through the old receipts' ids takes (about 1 s a million). Deploy it with ingest stopped
or let senders retry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.state import StateApps



def _boundary(day: datetime) -> str:
    start = int(day.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
    text = f"{start << 80:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


FREE = """
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT conrelid::regclass AS held, conname FROM pg_constraint
                WHERE contype = 'f' AND confrelid = 'alerts_receipt'::regclass LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', found.held, found.conname);
  END LOOP;
  FOR found IN SELECT c.relname AS held FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = 'alerts_receipt'::regclass AND NOT i.indisunique LOOP
    IF found.held LIKE 'alerts_receipt_source_id%' THEN
      EXECUTE format('DROP INDEX %I', found.held);
    ELSE
      EXECUTE format('ALTER INDEX %I RENAME TO %I', found.held, found.held || '_before');
    END IF;
  END LOOP;
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE alerts_receipt RENAME TO alerts_receipt_before;
ALTER TABLE alerts_receipt_before RENAME CONSTRAINT alerts_receipt_pkey TO alerts_receipt_before_pkey;
CREATE TABLE alerts_receipt (LIKE alerts_receipt_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
  PARTITION BY RANGE (id);
ALTER TABLE alerts_receipt ADD CONSTRAINT alerts_receipt_pkey PRIMARY KEY (id);
CREATE TABLE alerts_receipt_default PARTITION OF alerts_receipt DEFAULT;
"""
INDEXES = """
ALTER TABLE alerts_receipt ADD CONSTRAINT alerts_receipt_source FOREIGN KEY (source_id)
  REFERENCES alerts_source (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX receipt_new ON alerts_receipt (source_id, due_at) WHERE state = 'new';
CREATE INDEX receipt_set_aside ON alerts_receipt (received_at DESC) WHERE state = 'set_aside';
CREATE INDEX receipt_by_source ON alerts_receipt (source_id, received_at DESC, id DESC);
"""
BACK = """
ALTER TABLE alerts_receipt RENAME TO alerts_receipt_days;
CREATE TABLE alerts_receipt (LIKE alerts_receipt_days INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
INSERT INTO alerts_receipt SELECT * FROM alerts_receipt_days;
DROP TABLE alerts_receipt_days;
ALTER TABLE alerts_receipt ADD CONSTRAINT alerts_receipt_pkey PRIMARY KEY (id);
"""


def forward(apps: StateApps, editor: Any) -> None:
    today = datetime.now(UTC)
    limit = _boundary(today + timedelta(days=1))
    editor.execute(FREE, params=None)
    editor.execute(
        "WITH moved AS (DELETE FROM alerts_receipt_before WHERE id >= %s RETURNING *) "
        "INSERT INTO alerts_receipt SELECT * FROM moved",
        [limit],
    )
    editor.execute("SET CONSTRAINTS ALL IMMEDIATE", params=None)
    editor.execute(
        "ALTER TABLE alerts_receipt ATTACH PARTITION alerts_receipt_before "
        f"FOR VALUES FROM (MINVALUE) TO ('{limit}')",
        params=None,
    )
    editor.execute(INDEXES, params=None)


def back(apps: StateApps, editor: Any) -> None:
    editor.execute(BACK, params=None)
    editor.execute(INDEXES, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ("alerts", "0004_unresolved"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name="alert", name="first_receipt"),
                migrations.RemoveField(model_name="alert", name="last_receipt"),
                migrations.AddField(
                    model_name="alert",
                    name="first_receipt_id",
                    field=models.UUIDField(null=True),
                ),
                migrations.AddField(
                    model_name="alert",
                    name="last_receipt_id",
                    field=models.UUIDField(null=True),
                ),
                migrations.AlterField(
                    model_name="receipt",
                    name="source",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to="alerts.source",
                    ),
                ),
            ],
        ),
        migrations.RunPython(forward, back),
    ]
