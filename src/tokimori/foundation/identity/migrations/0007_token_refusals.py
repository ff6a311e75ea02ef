from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_single_sign_on")]
    operations = [
        migrations.AddField(
            model_name="accesstoken", name="last_refused_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="accesstoken",
            name="last_refused_from",
            field=models.CharField(blank=True, default="", max_length=45),
            preserve_default=False,
        ),
    ]
