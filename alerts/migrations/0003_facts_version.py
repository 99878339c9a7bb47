"""A version of what absorbing reads of sources, routes and systems. Short locks on their tables."""

from django.db import migrations, models

# Deferred to the commit, so that no transaction waits for another that edits something else; the
# setting, which ends with the transaction, has a thousand changed rows write it once.
FORWARD = """
CREATE FUNCTION alerts_facts_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('aire.facts_told', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
    PERFORM set_config('aire.facts_told', pg_current_xact_id()::text, true);
    INSERT INTO alerts_factsversion (id, token) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET token = excluded.token;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER alerts_facts AFTER INSERT OR UPDATE OR DELETE ON alerts_source
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION alerts_facts_changed();
CREATE CONSTRAINT TRIGGER alerts_facts AFTER INSERT OR UPDATE OR DELETE ON alerts_route
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION alerts_facts_changed();
CREATE CONSTRAINT TRIGGER alerts_facts AFTER INSERT OR UPDATE OR DELETE ON catalog_system
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION alerts_facts_changed();
"""
BACK = """
DROP TRIGGER IF EXISTS alerts_facts ON alerts_source;
DROP TRIGGER IF EXISTS alerts_facts ON alerts_route;
DROP TRIGGER IF EXISTS alerts_facts ON catalog_system;
DROP FUNCTION IF EXISTS alerts_facts_changed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("alerts", "0002_alert_title_words"),
        ("catalog", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FactsVersion",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("token", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="one_facts_version"
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
