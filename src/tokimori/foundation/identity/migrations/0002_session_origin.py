from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="session", name="address", field=models.CharField(default="", max_length=45), preserve_default=False
        ),
        migrations.AddField(
            model_name="session", name="device", field=models.CharField(default="", max_length=200), preserve_default=False
        ),
    ]
