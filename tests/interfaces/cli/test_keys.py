"""``tokimori keys``: each act from the command line, in one company."""

from pathlib import Path

import pytest
from django.conf import settings

from support.cast import Cast
from tokimori.domains.people.models import Employee
from tokimori.foundation.keys.models import TenantKey
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.cli.keys import run_keys_act
from tokimori.settings.command_line import _parser


def run(*words: str) -> int:
    given = () if words[0] == "show" else ("--bypass", "a test")
    return run_keys_act(_parser().parse_args(["keys", *words, *given]))


def test_keys_are_rotated_and_everything_is_sealed_anew(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    company = ("--company", cast.company_code)

    assert run("rotate", *company) == 0
    assert run("reseal", *company) == 0
    assert run("rewrap", *company) == 0
    assert run("show", *company) == 0

    said = capsys.readouterr().out
    assert "fields version 2: live" in said
    assert "live, 0 retired, 0 destroyed, 0 beneath older keys" in said
    with tenant_transaction(cast.tenant):
        assert TenantKey.objects.filter(use="fields").count() == 2


def test_a_persons_key_is_rotated_and_destroyed(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    aiko = str(cast["aiko"].employee_id)
    words = ("--company", cast.company_code, "--person", aiko)

    assert run("rotate-person", *words) == 0
    assert run("destroy-person", *words) == 0
    assert run("destroy-person", *words) == 1
    assert "key.none" in capsys.readouterr().out
    with tenant_transaction(cast.tenant):
        assert Employee.objects.get(id=aiko).given_name == "(erased)"


def test_what_cannot_be_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    before = Path(settings.ROOT_KEYS.file).read_text()

    assert run("show", "--company", "nobody") == 1
    assert run("add-root", "--name", "Not A Name") == 1
    with pytest.raises(SystemExit):
        _parser().parse_args(["keys", "destroy-person", "--company", "one", "--person", "aiko"])
    assert Path(settings.ROOT_KEYS.file).read_text() == before
    assert "nobody" in capsys.readouterr().out
