"""A name that documents call a contact method by. Small tables: one address a row."""

from django.db import migrations, models

import notifications.models.contacts

NAME_THEM = """
UPDATE notifications_contactmethod
   SET handle = 'contact-' || substr(md5(random()::text || id::text), 1, 12)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0002_contact_methods'),
    ]

    operations = [
        migrations.AddField(
            model_name='contactmethod',
            name='handle',
            field=models.CharField(max_length=63, null=True),
        ),
        migrations.RunSQL(NAME_THEM, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='contactmethod',
            name='handle',
            field=models.SlugField(default=notifications.models.contacts.new_handle, max_length=63, unique=True),
        ),
    ]
