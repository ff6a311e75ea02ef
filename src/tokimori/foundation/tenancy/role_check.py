"""Refuse to run as a database role that row security does not bind."""

from django.db import connection


class UnsafeDatabaseRole(RuntimeError):
    """The database role could step over the walls between tenants."""


def refuse_unsafe_role() -> None:
    """Raise unless the connection's role is an ordinary one that owns no table.

    A superuser, a role with BYPASSRLS and the owner of a table can each switch row security off. Membership counts:
    what a role may become by SET ROLE, it is.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select exists (select from pg_roles as role
                            where pg_has_role(current_user, role.oid, 'member')
                              and (role.rolsuper or role.rolbypassrls or role.rolcreaterole)),
                   exists (select from pg_class as relation
                            join pg_namespace as namespace on namespace.oid = relation.relnamespace
                           where namespace.nspname in ('public', 'tokimori', 'tokimori_private')
                             and pg_has_role(current_user, relation.relowner, 'member'))
            """
        )
        row = cursor.fetchone()
    if row is None or row[0] or row[1]:
        raise UnsafeDatabaseRole(
            "DATABASE_URL names a role that may step over row security (superuser, BYPASSRLS, CREATEROLE or owner of "
            "tables). Use the runtime role that `tokimori prepare-database` made."
        )


def database_answers() -> None:
    """Ask the database for nothing; raise when it does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
