"""The processes that keep the logs: the sequencer, with its own role and no secret, and the signer, with a key alone."""

import os
import signal
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

import psycopg

from tokimori.foundation import clock
from tokimori.foundation.build import build_digest
from tokimori.foundation.logs import logger, logging_configuration
from tokimori.foundation.sequencing.publishing import Publisher
from tokimori.foundation.sequencing.sequencer import Sequencer
from tokimori.foundation.sequencing.stamping import StampAuthority, Stamping, read_authority
from tokimori.foundation.sequencing.witnesses import WitnessAddress, Witnesses, read_witnesses
from tokimori.foundation.signing.door import SignerAway, SignerClient, SignerDoor
from tokimori.foundation.signing.signer import CheckpointSigner
from tokimori.foundation.signing.state import StateFile, StateInUse, StateUnreadable, begin_state, held_alone
from tokimori.foundation.signing.succession import Succession
from tokimori.foundation.transparency.notes import KeySigner, decoded
from tokimori.settings.configuration import ConfigurationRefused, log_origin

CHECKPOINT_SECONDS: Final = 5
_IDLE_SECONDS: Final = 0.25
_PATIENCE_SECONDS: Final = 2
_SEED_BYTES: Final = 32

_log = logger("tokimori.sequencer")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKeepingConfiguration:
    """What the sequencer decides by."""

    database_url: str
    base: str
    signer_socket: Path
    receipt_public: bytes | None
    witnesses: tuple[WitnessAddress, ...]
    authority: StampAuthority | None


def read_log_keeping(environment: Mapping[str, str]) -> LogKeepingConfiguration:
    """Return the sequencer's configuration; raise ``ConfigurationRefused`` when anything is missing or odd."""
    url = environment.get("DATABASE_URL", "")
    socket = environment.get("TOKIMORI_SIGNER_SOCKET", "")
    if not url or not socket:
        raise ConfigurationRefused("DATABASE_URL and TOKIMORI_SIGNER_SOCKET must be set.")
    public = environment.get("TOKIMORI_RECEIPT_PUBLIC_KEY", "")
    try:
        receipt_public = decoded(public) if public else None
    except ValueError as error:
        raise ConfigurationRefused("TOKIMORI_RECEIPT_PUBLIC_KEY is 32 bytes in Base64.") from error
    try:
        witnesses = read_witnesses(environment.get("TOKIMORI_WITNESSES", ""))
    except ValueError as error:
        raise ConfigurationRefused("TOKIMORI_WITNESSES names witnesses as verifier key=URL.") from error
    try:
        authority = read_authority(environment)
    except ValueError as error:
        raise ConfigurationRefused(str(error)) from error
    return LogKeepingConfiguration(
        database_url=url,
        base=log_origin(environment),
        signer_socket=Path(socket),
        receipt_public=receipt_public,
        witnesses=witnesses,
        authority=authority,
    )


def run_sequencer(environment: Mapping[str, str], *, is_once: bool) -> int:
    """Sequence and publish until stopped. A fault of the database or of the signer is waited out; nothing is lost by it."""
    configuration = read_log_keeping(environment)
    logging_configuration(level=environment.get("TOKIMORI_LOG_LEVEL", "INFO"))
    signal.signal(signal.SIGTERM, _stop)
    is_over = False
    while not is_over:
        try:
            with psycopg.connect(configuration.database_url, autocommit=True) as connection:
                _refuse_unsafe_role(connection)
                _work(connection, configuration, is_once=is_once)
            is_over = True
        except (psycopg.Error, SignerAway) as fault:
            if is_once:
                raise
            _log.warning("sequencer interrupted", exception_type=type(fault).__name__)
            time.sleep(_PATIENCE_SECONDS)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerFiles:
    """Where the signer's key and state lie and where it answers; which of the first two it may make where it is missing."""

    key: Path
    state: Path
    socket: Path
    may_make_key: bool = False
    may_make_state: bool = False


def run_signer(environment: Mapping[str, str], files: SignerFiles) -> int:
    """Serve the signer until stopped. A key without its state may have signed before, so that it signs nothing."""
    base = log_origin(environment)
    logging_configuration(level=environment.get("TOKIMORI_LOG_LEVEL", "INFO"))
    signal.signal(signal.SIGTERM, _stop)
    try:
        files.state.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with held_alone(files.state):
            key, kept = _key_and_state(files)
            files.socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            signer = CheckpointSigner(base=base, key=key, state=kept, succession=Succession(files.key))
            with SignerDoor(files.socket, signer) as door:
                door.serve_forever()
    except StateInUse as fault:
        raise ConfigurationRefused(f"The signer's state {files.state} is held by another signer.") from fault
    except StateUnreadable as fault:
        raise ConfigurationRefused(f"The signer's state {files.state} cannot be read; nothing is signed.") from fault
    return 0


def _key_and_state(files: SignerFiles) -> tuple[KeySigner, StateFile]:
    """Return the key and what it signed; a new key has a new state, which is there before the key is."""
    is_new = files.may_make_key and not files.key.exists()
    if not files.state.exists():
        if not (is_new or files.may_make_state):
            raise ConfigurationRefused(
                f"The signer's state {files.state} is not there. Without it a key would sign a history twice: restore it. "
                "Only for a key that never signed, --make-state begins one."
            )
        begin_state(files.state)
    if is_new:
        _make_key(files.key)
    return _read_key(files.key), StateFile(files.state)


def _work(
    connection: "psycopg.Connection[tuple[object, ...]]", configuration: LogKeepingConfiguration, *, is_once: bool
) -> None:
    sequencer = Sequencer(connection)
    while not sequencer.has_lock():
        time.sleep(_PATIENCE_SECONDS)  # another one is at work; when it ends, this one goes on
    publisher = Publisher(
        connection=connection,
        sequencer=sequencer,
        signer=SignerClient(path=configuration.signer_socket),
        base=configuration.base,
        build=build_digest(),
        receipt_public=configuration.receipt_public,
    )
    witnesses = Witnesses(connection=connection, witnesses=configuration.witnesses)
    stamping = Stamping(connection=connection, authority=configuration.authority)
    published = 0.0
    while True:
        count = sequencer.step(now=clock.now())
        if (is_once and count == 0) or time.monotonic() - published >= CHECKPOINT_SECONDS:
            done = publisher.publish(now=clock.now())
            if done.provider is not None:
                witnesses.show(done.provider, now=clock.now())
            stamping.stamp_if_due(now=clock.now())
            published = time.monotonic()
            if is_once and count == 0:
                return
        if count == 0:
            time.sleep(_IDLE_SECONDS)


def _refuse_unsafe_role(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    row = connection.execute(
        "select exists (select from pg_roles as role where pg_has_role(current_user, role.oid, 'member')"
        " and (role.rolsuper or role.rolbypassrls or role.rolcreaterole)),"
        " exists (select from pg_class as relation where relation.relnamespace = 'public'::regnamespace"
        " and pg_has_role(current_user, relation.relowner, 'member')),"
        " pg_has_role(current_user, 'tokimori_sequencer', 'member')"
    ).fetchone()
    if row != (False, False, True):
        raise ConfigurationRefused(
            "DATABASE_URL names a role that is not the sequencer's alone. Use the one that `tokimori prepare-database` "
            "made."
        )


def _make_key(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(os.urandom(_SEED_BYTES))
        written.flush()
        os.fsync(written.fileno())


def _read_key(file: Path) -> KeySigner:
    try:
        mode = file.stat().st_mode
        seed = file.read_bytes()
    except OSError as error:
        raise ConfigurationRefused(f"The signer's key {file} cannot be read.") from error
    if stat.S_IMODE(mode) & 0o077 or len(seed) != _SEED_BYTES:
        raise ConfigurationRefused(f"The signer's key {file} has 32 bytes and is for its user alone (mode 0600).")
    return KeySigner(seed)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
