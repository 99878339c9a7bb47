"""Silences, what they hold back, inhibition, flapping. Short locks for the triggers; deploy before
the code that holds alerts back."""

import core.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


# What absorbing keeps of the house is read anew when a rule changes, not when a counter does.
TOLD = {
    "alerts_silence": " OF match, system_id, starts_at, ends_at, recurrence, time_zone, reason,"
    " author, expired_at",
    "alerts_inhibition": "",
    "alerts_noisesettings": "",
    "alerts_noisesettings_systems": "",
    "catalog_systemdependency": "",
}
FORWARD = "".join(
    f"""
CREATE CONSTRAINT TRIGGER alerts_facts AFTER INSERT OR DELETE OR UPDATE{columns} ON {table}
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION alerts_facts_changed();"""
    for table, columns in TOLD.items()
)
BACK = "".join(f"DROP TRIGGER IF EXISTS alerts_facts ON {table};" for table in TOLD)


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0006_storm'),
        ('catalog', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Flap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dedup_key', models.CharField(max_length=512)),
                ('openings', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), default=list, size=None)),
                ('flapping_since', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('silence', 'Silence'), ('maintenance', 'Planned maintenance'), ('inhibition', 'Inhibition'), ('dependency', 'A dependency fires'), ('flapping', 'Flapping')], max_length=12)),
                ('ref', models.CharField(blank=True, max_length=64)),
                ('by_alert', models.UUIDField(null=True)),
                ('text', models.CharField(max_length=300)),
                ('since', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Inhibition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=63, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('source_match', models.JSONField(default=list)),
                ('target_match', models.JSONField(default=list)),
                ('equal', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                ('enabled', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='NoiseSettings',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('follow_dependencies', models.CharField(choices=[('never', 'Never'), ('chosen', 'For the systems chosen below'), ('all', 'For every system')], default='never', max_length=6)),
                ('flapping_changes', models.PositiveSmallIntegerField(default=6)),
                ('flapping_window', models.PositiveIntegerField(default=1800, help_text='Seconds')),
                ('flapping_calm', models.PositiveIntegerField(default=1800, help_text='Seconds')),
                ('flapping_enabled', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='Silence',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=63, unique=True)),
                ('match', models.JSONField(blank=True, default=list)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('recurrence', models.CharField(blank=True, max_length=500)),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('last_ends_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=500)),
                ('ends_when_resolved', models.BooleanField(default=False)),
                ('author', models.CharField(max_length=200)),
                ('via', models.CharField(blank=True, help_text='The door it came through', max_length=10)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('expired_at', models.DateTimeField(blank=True, null=True)),
                ('expired_by', models.CharField(blank=True, max_length=200)),
                ('held', models.PositiveIntegerField(default=0, help_text='How many alerts it has held back')),
                ('told_for', models.DateTimeField(blank=True, help_text='The end of which its author was told', null=True)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.AddField(
            model_name='flap',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='alerts.source'),
        ),
        migrations.AddField(
            model_name='hold',
            name='alert',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='alerts.alert'),
        ),
        migrations.AddField(
            model_name='noisesettings',
            name='systems',
            field=models.ManyToManyField(blank=True, related_name='+', to='catalog.system'),
        ),
        migrations.AddField(
            model_name='silence',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='silence',
            name='system',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='silences', to='catalog.system'),
        ),
        migrations.AddIndex(
            model_name='flap',
            index=models.Index(fields=['changed_at'], name='flap_age'),
        ),
        migrations.AddConstraint(
            model_name='flap',
            constraint=models.UniqueConstraint(fields=('source', 'dedup_key'), name='flap_once'),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(fields=['due_at'], name='hold_due'),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(fields=['kind', 'ref'], name='hold_by_rule'),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(condition=models.Q(('by_alert__isnull', False)), fields=['by_alert'], name='hold_by_alert'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(fields=('alert', 'kind', 'ref'), name='hold_once'),
        ),
        migrations.AddConstraint(
            model_name='noisesettings',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_noise_settings'),
        ),
        migrations.AddIndex(
            model_name='silence',
            index=models.Index(fields=['-created_at', '-id'], name='silence_recent'),
        ),
        migrations.AddIndex(
            model_name='silence',
            index=models.Index(fields=['last_ends_at'], name='silence_last_end'),
        ),
        migrations.AddIndex(
            model_name='silence',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='silence_due'),
        ),
        migrations.AddConstraint(
            model_name='silence',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='silence_has_an_end'),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
