from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0007_token_refusals'),
    ]

    operations = [
        migrations.AddField(
            model_name='signinlink',
            name='mailed_to',
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddField(
            model_name='signinlink',
            name='purpose',
            field=models.CharField(db_default='enter', max_length=10),
        ),
    ]
