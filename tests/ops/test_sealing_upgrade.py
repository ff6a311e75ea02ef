"""Rows that were there before columns were sealed are taken along, facts and foreign companies' included."""

import os
import subprocess
import sys

import psycopg
from psycopg import sql

from support import cluster
from tokimori.ops.installation import inherited_environment

NAME = f"tokimori_upgrade_{os.getpid()}"
UPGRADE = """
import json, sys
import django

django.setup()
from django.core.management import call_command
from django.db import connection, transaction
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import claim_company_code, claim_sign_in_address, tenant_of_sign_in_address
from tokimori.ops.migration import migrate_database

for app, name in (("people", "0002"), ("identity", "0007"), ("timekeeping", "0001"), ("tenancy", "0005")):
    call_command("migrate", app, name, verbosity=0)
from tokimori.ops import migration
migration.call_command = lambda *arguments, **keywords: None
migrate_database()
migration.call_command = call_command

ids = {}
for company in ("one", "two"):
    tenant, site, account, employee, correction = TenantId(new_id()), new_id(), new_id(), new_id(), new_id()
    ids[company] = [str(one) for one in (tenant, account, employee)]
    with tenant_transaction(tenant), connection.cursor() as cursor:
        claim_company_code(company)
        cursor.execute(
            "insert into identity_account (tenant_id, id, login_id, email, display_name, roles, language, password, "
            "is_active, created_at, must_change_password, must_enrol, closing_reason) values "
            "(%s, %s, 'aiko', 'aiko@example.jp', %s, '{}', 'ja', '!', true, now(), false, false, '')",
            [tenant, account, "Aiko of " + company],
        )
        cursor.execute(
            "insert into identity_loginname (tenant_id, id, account_id, name, given_at) values (%s, %s, %s, 'aiko', now())",
            [tenant, new_id(), account],
        )
        cursor.execute(
            "insert into people_employee (tenant_id, id, code, family_name, given_name, phonetic_name, hired_on, "
            "created_at) values (%s, %s, '1', '山田', '愛子', '', '2026-04-01', now())",
            [tenant, employee],
        )
        cursor.execute(
            "insert into timekeeping_correctionrequest (tenant_id, id, employee_id, effect, zone, work_date, reason, "
            "requested_at) values (%s, %s, %s, 'withdraw', 'Asia/Tokyo', '2026-04-01', 'forgot it', now())",
            [tenant, correction, employee],
        )
        claim_sign_in_address(company + "@example.jp")
        cursor.execute(
            "update tokimori_private.sign_in_directory set address_digest = sha256(convert_to(%s, 'UTF8')) "
            "where tenant_id = %s",
            [company + "@example.jp", tenant],
        )

migrate_database()

from tokimori.domains.people.models import Employee
from tokimori.domains.timekeeping.models import CorrectionRequest
from tokimori.foundation.identity.models import Account, LoginName
from tokimori.foundation.sealed_fields import found_by

for company, (tenant, account, employee) in ids.items():
    from uuid import UUID
    tenant = TenantId(UUID(tenant))
    with tenant_transaction(tenant):
        row = Employee.objects.get()
        assert (row.family_name, row.given_name, row.phonetic_name) == ("山田", "愛子", "")
        assert Account.objects.get(**found_by(Account, "email_index", "aiko@example.jp", tenant=tenant)).display_name == (
            "Aiko of " + company
        )
        assert LoginName.objects.get(**found_by(LoginName, "name_index", "aiko", tenant=tenant)).name == "aiko"
        assert CorrectionRequest.objects.get().reason == "forgot it"
        with connection.cursor() as cursor:
            cursor.execute("select reason from timekeeping_correctionrequest")
            assert b"forgot" not in bytes(cursor.fetchone()[0])
    assert tenant_of_sign_in_address(company + "@example.jp") == tenant
with connection.cursor() as cursor:
    cursor.execute("select count(*) from pg_trigger where tgenabled <> 'O' and not tgisinternal")
    assert cursor.fetchone() == (0,), "the triggers stand again"
print("taken along")
"""


def test_an_upgrade_seals_what_was_plain() -> None:
    superuser = cluster.ADMINISTRATION["superuser_url"]
    owner = cluster.ADMINISTRATION["owner_url"]
    name = sql.Identifier(NAME)
    with psycopg.connect(superuser, autocommit=True) as administrator:
        role = sql.Identifier(f"{cluster.TEMPLATE}_owner")
        administrator.execute(sql.SQL("create database {} owner {} template template0").format(name, role))
    try:
        environment = {
            **inherited_environment(os.environ),
            **{key: value for key, value in os.environ.items() if key.startswith("TOKIMORI_")},
            "DATABASE_URL": owner.replace(f"/{cluster.ADMINISTRATION['database']}", f"/{NAME}"),
            "DJANGO_SETTINGS_MODULE": "tokimori.settings.django",
        }
        done = subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-c", UPGRADE], env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout.strip()) == (0, "taken along"), done.stderr[-3000:]
    finally:
        with psycopg.connect(superuser, autocommit=True) as administrator:
            administrator.execute(sql.SQL("drop database if exists {} with (force)").format(name))
