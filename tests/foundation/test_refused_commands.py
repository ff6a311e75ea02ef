"""The framework's own commands: those that reach data are refused, and a new one must be decided on."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class

from tokimori.foundation.operators.management.refused import RefusedCommand
from tokimori.ops.installation import inherited_environment

# What reaches no data: the schema by its owner, the words, and what only looks at the sources.
HARMLESS = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "makemessages",
    "makemigrations",
    "migrate",
    "optimizemigration",
    "pgtrigger",
    "sendtestemail",
    "showmigrations",
    "sqlmigrate",
    "sqlsequencereset",
    "squashmigrations",
    "startapp",
    "startproject",
    "test",
}


def test_every_command_of_the_framework_is_refused_or_known_to_reach_no_data() -> None:
    refused = {name for name, app in get_commands().items() if app == "tokimori.foundation.operators"}

    assert set(get_commands()) - refused == HARMLESS
    assert {"shell", "dbshell", "dumpdata", "loaddata", "flush"} <= refused


@pytest.mark.parametrize("name", sorted(name for name in get_commands() if name not in HARMLESS))
def test_a_refused_command_does_nothing(name: str) -> None:
    assert isinstance(load_command_class(get_commands()[name], name), RefusedCommand)
    with pytest.raises(CommandError, match="recorded session"):
        call_command(name)


def test_the_shell_says_where_the_work_is_done() -> None:
    import os  # noqa: PLC0415 -- the environment of this test alone

    environment = {
        **inherited_environment(os.environ),
        **{k: v for k, v in os.environ.items() if k.startswith("TOKIMORI_")},
    }
    found = subprocess.run(  # noqa: S603 -- the framework's own command
        [str(Path(sys.executable).parent / "django-admin"), "shell", "-c", "print(7)"],
        check=False,
        capture_output=True,
        text=True,
        env={
            **environment,
            "DJANGO_SETTINGS_MODULE": "tokimori.settings.django",
            "DATABASE_URL": os.environ["DATABASE_URL"],
        },
    )

    assert found.returncode == 1
    assert "tokimori maintain" in found.stderr
    assert "7" not in found.stdout
