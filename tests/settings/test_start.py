"""A process that would be unsafe says so in one sentence and ends; it does not start again and again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import cluster
from tokimori.ops.installation import inherited_environment


def start(verb: str, **changes: str) -> tuple[int, str]:
    """Run a verb in this process's environment with some settings changed; return its status and what it said."""
    settings = {name: value for name, value in os.environ.items() if name.startswith(("TOKIMORI_", "DATABASE_"))}
    answer = subprocess.run(  # noqa: S603 -- our own command
        [Path(sys.executable).parent / "tokimori", verb],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**inherited_environment(os.environ), **settings, **changes},
    )
    return answer.returncode, answer.stdout + answer.stderr


@pytest.mark.parametrize("verb", ["serve", "gate", "work"])
def test_an_unsafe_setting_ends_the_start_in_one_sentence(verb: str) -> None:
    status, said = start(verb, TOKIMORI_SECRET_KEY="short")

    assert status == 1
    assert said.splitlines() == ["Refused to start: TOKIMORI_SECRET_KEY is too short or too plain for a secret."]


@pytest.mark.parametrize("verb", ["serve", "gate", "work"])
@pytest.mark.parametrize("login", ["owner_url", "superuser_url"])
@pytest.mark.control(34)
def test_a_login_that_row_security_does_not_bind_ends_the_start(verb: str, login: str) -> None:
    status, said = start(verb, DATABASE_URL=cluster.ADMINISTRATION[login])

    assert status == 1
    assert said.startswith("Refused to start: DATABASE_URL names a role that may step over row security")
    assert "Traceback" not in said


def test_a_database_that_does_not_answer_ends_the_start() -> None:
    status, said = start("serve", DATABASE_URL="postgresql://nobody:nothing@127.0.0.1:1/none")

    assert status == 1
    assert said.startswith("Refused to start: The database named by DATABASE_URL does not answer")
