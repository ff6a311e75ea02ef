from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0009_ends_of_external_identities'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='is_shared_screen',
            field=models.BooleanField(db_default=False),
        ),
    ]
