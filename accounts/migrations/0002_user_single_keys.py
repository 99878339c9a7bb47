"""Everyone may switch single-key shortcuts off. A column with a default in the database: a short
lock, no rewrite; deploy before the code that reads it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="single_keys",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
