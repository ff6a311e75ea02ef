"""A local installation: its state directory, its secrets, its database, and the environment of its processes."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tokimori.foundation.keys.file_root import add_root_key
from tokimori.foundation.receipt_keys import receipt_signer
from tokimori.foundation.transparency.notes import encoded
from tokimori.ops.database_preparation import PreparedDatabase, password_in, prepare_database, with_login
from tokimori.ops.embedded_database import EmbeddedDatabase, short_socket
from tokimori.ops.scratch_database import prepare_scratch, scratch_name

LOG_ORIGIN: Final = "localhost/tokimori"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where one installation keeps what it must not forget."""

    state: Path
    database_name: str = "tokimori"
    is_throw_away: bool = False

    @property
    def embedded(self) -> EmbeddedDatabase:
        """Return the embedded cluster of this installation."""
        return EmbeddedDatabase(directory=self.state / "postgresql", is_throw_away=self.is_throw_away)

    @property
    def unfinished_mark(self) -> Path:
        """Return the file that lies there while the demo's company is being founded."""
        return self.state / "unfinished"

    def prepare(self, *, administrator_url: str | None) -> PreparedDatabase:
        """Make roles and database on the given server, or on the embedded one, which is started."""
        self.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        if administrator_url is None:
            self.embedded.start()
        url = administrator_url or self.embedded.administrator_url
        kept = self._kept()
        prepared = prepare_database(
            administrator_url=url, database=self.database_name, passwords=dict(kept.get("passwords", {}))
        )
        self._keep(
            {
                **kept,
                "passwords": {
                    **kept.get("passwords", {}),
                    f"{self.database_name}_owner": password_in(prepared.owner_url),
                    f"{self.database_name}_app": password_in(prepared.runtime_url),
                    f"{self.database_name}_sequencer": password_in(prepared.sequencer_url),
                },
            }
        )
        return prepared

    def prepare_drill(self, *, administrator_url: str | None) -> str:
        """Make the scratch database of the drill and its login, on a server that was prepared; return its URL."""
        kept, login = self._kept(), scratch_name(self.database_name)
        url = prepare_scratch(
            administrator_url=administrator_url or self.embedded.administrator_url,
            database=self.database_name,
            password=kept["passwords"].get(login),
        )
        self._keep({**kept, "passwords": {**kept["passwords"], login: password_in(url)}})
        return url

    def drill_url(self, *, administrator_url: str | None) -> str:
        """Return the URL of the scratch database that was prepared; raise ``KeyError`` when none was."""
        login = scratch_name(self.database_name)
        password = str(self._kept()["passwords"][login])
        if administrator_url is None:
            return self.embedded.url(role=login, password=password, database=login)
        return with_login(administrator_url, role=login, password=password, database=login)

    def runtime_url(self, *, administrator_url: str | None) -> str:
        """Return the URL of the runtime login that was prepared; raise ``KeyError`` when nothing was."""
        return self._url_of("app", administrator_url)

    def sequencer_url(self, *, administrator_url: str | None) -> str:
        """Return the URL of the sequencer's login that was prepared; raise ``KeyError`` when nothing was."""
        return self._url_of("sequencer", administrator_url)

    def _url_of(self, kind: str, administrator_url: str | None) -> str:
        login = f"{self.database_name}_{kind}"
        password = str(self._kept()["passwords"][login])
        if administrator_url is None:
            return self.embedded.url(role=login, password=password, database=self.database_name)
        return with_login(administrator_url, role=login, password=password, database=self.database_name)

    def secret(self, name: str) -> str:
        """Return a secret that was made at the first asking and is kept."""
        kept = self._kept()
        if name not in kept:
            kept[name] = secrets.token_urlsafe(48)
            self._keep(kept)
        return str(kept[name])

    def root_keys(self) -> Path:
        """Return the file of root keys, which is made with a first one at the first asking."""
        file = self.state / "root.keys"
        if not file.exists():
            add_root_key(file, name="root-1")
        return file

    def environment(self, *, database_url: str, hosts: str) -> dict[str, str]:
        """Return the environment in which this installation's processes run."""
        return {
            **inherited_environment(os.environ),
            "DJANGO_SETTINGS_MODULE": "tokimori.settings.django",
            "DATABASE_URL": database_url,
            "TOKIMORI_SECRET_KEY": self.secret("secret_key"),
            "TOKIMORI_TENANT_CONTEXT_KEY": self.secret("tenant_context_key"),
            "TOKIMORI_SEALING_KEY": self.secret("sealing_key"),
            "TOKIMORI_RECEIPT_KEY": self.secret("receipt_key"),
            "TOKIMORI_LOG_ORIGIN": LOG_ORIGIN,
            "TOKIMORI_ROOT_KEYS": str(self.root_keys()),
            "TOKIMORI_HOSTS": hosts,
            "TOKIMORI_PLAIN_HTTP_ON_LOOPBACK": "yes",
            "TOKIMORI_OPERATOR_HOST": "operators.localhost",
            "TOKIMORI_OPERATOR_NETWORKS": "127.0.0.0/8,::1",
        }

    def log_keeping_environment(self, *, database_url: str = "") -> dict[str, str]:
        """Return the environment of the sequencer, or without a database of the signer: none of the others' secrets."""
        public = receipt_signer(self.secret("receipt_key").encode()).public()
        sequencers = {
            "DATABASE_URL": database_url,
            "TOKIMORI_SIGNER_SOCKET": str(self.signer_socket),
            "TOKIMORI_RECEIPT_PUBLIC_KEY": encoded(public),
        }
        return {
            **inherited_environment(os.environ),
            "TOKIMORI_LOG_ORIGIN": LOG_ORIGIN,
            **(sequencers if database_url else {}),
        }

    @property
    def signer_socket(self) -> Path:
        """Return where the signer answers: beside the state, or elsewhere when that path is too long for a socket."""
        return short_socket(self.state, "signing") / "door"

    def _kept(self) -> dict[str, Any]:
        file = self.state / "secrets.json"
        kept: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
        return kept

    def _keep(self, values: Mapping[str, object]) -> None:
        file = self.state / "secrets.json"
        draft = file.with_suffix(".draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            json.dump(values, handle)
        draft.replace(file)


def inherited_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what child processes may inherit: what a program needs to run, none of the caller's other secrets."""
    wanted = {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "CI", "PYTHONPATH", "XDG_CACHE_HOME"}
    measured = {name for name in environment if name.startswith("COVERAGE_")}
    return {name: value for name, value in environment.items() if name in wanted | measured}
