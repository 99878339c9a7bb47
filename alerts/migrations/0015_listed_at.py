"""Alerts are listed by a time that repeats seldom move, and their pages have room for a row's next
version. Fills one column of every alert and builds four indexes anew (about a minute a million):
absorbing waits for that long, senders do not."""

import django.db.models.functions.datetime
from django.db import migrations, models

NAMES = {
    "alert_recent": ["-listed_at", "-id"],
    "alert_by_status": ["status", "-listed_at", "-id"],
    "alert_by_system": ["system", "-listed_at", "-id"],
    "alert_by_source": ["source", "-listed_at", "-id"],
}


class Migration(migrations.Migration):

    dependencies = [("alerts", "0014_delivered")]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="listed_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        *(migrations.RemoveIndex(model_name="alert", name=name) for name in NAMES),
        migrations.RunSQL(
            "UPDATE alerts_alert SET listed_at = last_seen_at;"
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "ALTER TABLE alerts_alert SET (fillfactor = 75);",
            "ALTER TABLE alerts_alert RESET (fillfactor);",
        ),
        *(
            migrations.AddIndex(model_name="alert", index=models.Index(fields=fields, name=name))
            for name, fields in NAMES.items()
        ),
    ]
