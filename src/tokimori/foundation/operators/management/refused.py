"""The answer of every command of the framework that would reach data outside of a recorded session."""

from typing import NoReturn

from django.core.management.base import BaseCommand, CommandError


class RefusedCommand(BaseCommand):
    """Stands in the place of a command of the framework, and does nothing but say where the work is done."""

    help = "Refused: work on the data runs in a recorded session, `tokimori maintain`."
    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        """Refuse whatever options follow, before any of them is read."""
        self.stderr.write(f"{argv[1]} is refused: work on the data runs in a recorded session, `tokimori maintain`.")
        raise SystemExit(1)

    def handle(self, *args: object, **options: object) -> NoReturn:
        """Refuse, when the command is called by its name from code."""
        del args, options  # whatever was asked for
        raise CommandError("This is refused: work on the data runs in a recorded session, `tokimori maintain`.")
