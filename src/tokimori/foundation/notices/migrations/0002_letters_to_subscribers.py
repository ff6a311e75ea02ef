from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='receiver_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name='notice',
            name='account_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('receiver_id__isnull', False)), fields=['tenant_id', 'receiver_id'], name='notice_by_receiver'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account_id__isnull', False), ('receiver_id', None)), models.Q(('account_id', None), ('receiver_id__isnull', False)), _connector='OR'), name='notice_to_one'),
        ),
    ]
