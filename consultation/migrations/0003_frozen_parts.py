from django.db import migrations

from consultation.frozen import PART_GUARD


class Migration(migrations.Migration):
    """A part of a frozen topic cannot be moved to another topic either."""

    dependencies = [
        ('consultation', '0002_grants_by_foreign_key'),
    ]

    operations = [
        migrations.RunSQL(PART_GUARD, migrations.RunSQL.noop),
    ]
