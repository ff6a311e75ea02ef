"""The base of every table that belongs to a tenant."""

from django.db import models

from tokimori.foundation.identifiers import new_id


class TenantModel(models.Model):
    """A row of one tenant; its key begins with the tenant, so that tables can be spread over nodes by tenant.

    A concrete model lists a ``TenantWall`` among its constraints and a ``TenantReference`` for each column that points
    at another row. A test walks the database's catalogue and fails for a table without them.
    """

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant_id = models.UUIDField()
    id = models.UUIDField(default=new_id)

    class Meta:
        abstract = True
