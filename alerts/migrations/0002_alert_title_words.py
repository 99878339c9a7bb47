"""Words of alert titles become searchable. Locks alerts_alert against writes while the index is
built; deploy before the code that searches by it."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0001_initial'),
        ('catalog', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='alert',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('title', config='simple'), name='alert_title_words'),
        ),
    ]
