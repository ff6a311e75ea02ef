"""The installed command: each verb is one function. The heavy parts are imported by the verb that needs them."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tokimori.interfaces.cli.key_arguments import add_epoch_arguments, add_keys_acts
from tokimori.interfaces.cli.operator_arguments import add_operator_acts
from tokimori.settings.configuration import ConfigurationRefused, read_configuration
from tokimori.settings.sheets import add_sheet_acts, run_sheet_act


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the verb that was asked for, and leave with its status."""
    parser = _parser()
    chosen, others = parser.parse_known_args(arguments)
    if others and chosen.run is not _bench:
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    chosen.others = others
    try:
        sys.exit(chosen.run(chosen))
    except ConfigurationRefused as refusal:
        sys.exit(f"Refused to start: {refusal}")
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tokimori", description="Time and attendance that can prove itself.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    demo = verbs.add_parser("demo", help="start everything on this machine, with a company to try")
    demo.add_argument("--port", type=int, default=8400, help="the web server's port on 127.0.0.1 (default 8400)")
    demo.add_argument("--fresh", action="store_true", help="throw the demo's data away and begin anew")
    demo.set_defaults(run=_demo)

    check = verbs.add_parser("check", help="format, lint, types, contracts, tests")
    check.add_argument("--fast", action="store_true", help="leave the browser journeys out")
    check.add_argument("only", nargs="*", help="the names of single steps")
    check.set_defaults(run=_check)

    bench = verbs.add_parser("bench", help="measure, and print a table; options of single benches follow")
    bench.add_argument("names", nargs="*", help="which benches; all when none is named")
    bench.add_argument("--seconds", type=int, default=5, help="how long each cell of a load runs (default 5)")
    bench.add_argument("--json", type=Path, help="write the figures to this file as well")
    bench.set_defaults(run=_bench)

    prepare = verbs.add_parser("prepare-database", help="make roles and database; DATABASE_URL is an administrator's")
    prepare.add_argument("--database", default="tokimori", help="the database's name")
    prepare.add_argument("--state", type=Path, required=True, help="where the passwords are kept, mode 0600")
    prepare.set_defaults(run=_prepare_database)

    migrate = verbs.add_parser("migrate", help="bring the schema to this version; DATABASE_URL is the owner's")
    migrate.set_defaults(run=_migrate)

    punches = verbs.add_parser("import-punches", help="read a file of punches (columns: docs/reference/punch-file.md)")
    punches.add_argument("file", type=Path)
    punches.add_argument("--company", required=True, help="the company's code")
    punches.add_argument("--rejected", type=Path, help="write the lines that did not go in to this file")
    punches.add_argument("--demo", action="store_true", help="into the demo that is running on this machine")
    punches.set_defaults(run=_import_punches)

    _add_controls(verbs)
    _add_processes(verbs)
    _add_log_keeping(verbs)
    _add_operators(verbs)
    _add_policy(verbs)
    _add_keys(verbs)
    _add_cases(verbs)
    _add_countries(verbs)
    return parser


def _add_controls(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    control = verbs.add_parser("control", help="say what stands behind a row of the security sheet, and how it stands")
    control.add_argument("row", type=int, help="the row's number, 1 to 135")
    control.add_argument("--language", default="en", choices=["ja", "en", "th"])
    control.add_argument("--demo", action="store_true", help="ask the demo that is running on this machine")
    control.set_defaults(run=_control)

    components = verbs.add_parser("components", help="print the parts of the running program as CycloneDX JSON")
    components.set_defaults(run=_components)

    probes = verbs.add_parser("probe", help="run probes of the sheet now; all when none is named")
    probes.add_argument("names", nargs="*")
    probes.add_argument("--demo", action="store_true", help="on the demo that is running on this machine")
    probes.set_defaults(run=_probe)

    register = verbs.add_parser("register", help="list the provider's registers, or the entries of one")
    register.add_argument("code", nargs="?", default="", help="the register's code; all in numbers when none is named")
    register.add_argument("--demo", action="store_true", help="those of the demo that is running on this machine")
    register.set_defaults(run=_register)

    sheet = verbs.add_parser("sheet", help="list published snapshots of the sheet, or write a file of one")
    add_sheet_acts(sheet)
    sheet.set_defaults(run=run_sheet_act)


def _add_processes(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = verbs.add_parser("serve", help="serve the screens and the API")
    serve.add_argument("--address", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8400)
    serve.add_argument("--workers", type=int, default=2)
    _add_certificate(serve)
    serve.set_defaults(run=_serve)

    gate = verbs.add_parser("gate", help="serve the machine's door to the punch, for bursts")
    gate.add_argument("--address", default="127.0.0.1")
    gate.add_argument("--port", type=int, default=8401)
    _add_certificate(gate)
    gate.set_defaults(run=_gate)

    work = verbs.add_parser("work", help="run background jobs")
    work.add_argument("--concurrency", type=int, default=2)
    work.set_defaults(run=_work)


def _add_certificate(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--certificate", type=Path, help="serve TLS 1.2 or newer, with this certificate (PEM, with its chain)"
    )
    verb.add_argument("--key", type=Path, help="the key of the certificate (PEM); both are named or neither")


def _add_log_keeping(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    sequence = verbs.add_parser(
        "sequence", help="give events their places in the logs; DATABASE_URL is the sequencer's"
    )
    sequence.add_argument("--once", action="store_true", help="do what waits, publish it, and end")
    sequence.set_defaults(run=_sequence)

    sign = verbs.add_parser("sign-checkpoints", help="serve the signer of the logs, which needs no database")
    sign.add_argument("--key", type=Path, required=True, help="the file with the key, mode 0600; --make-key makes it")
    sign.add_argument("--state", type=Path, required=True, help="the file that remembers what was signed")
    sign.add_argument("--socket", type=Path, required=True, help="the Unix socket at which the sequencer knocks")
    sign.add_argument("--make-key", action="store_true", help="make the key where there is none, and its state")
    sign.add_argument(
        "--make-state", action="store_true", help="make the state where there is none; the key never signed"
    )
    sign.set_defaults(run=_sign_checkpoints)

    change = verbs.add_parser(
        "change-signer-key", help="make the signer's next key, and let it follow the one that signs"
    )
    change.add_argument("--socket", type=Path, required=True, help="the signer's socket")
    change.add_argument(
        "--begin", action="store_true", help="begin the change; without it the key is only made and shown"
    )
    change.set_defaults(run=_change_signer_key)

    verify = verbs.add_parser("verify", help="compare punches, seals and events with the logs, as the runtime role")
    verify.add_argument("--company", help="the company's code; all companies when none is named")
    verify.set_defaults(run=_verify)

    drill = verbs.add_parser(
        "tamper-drill", help="tamper with a scratch database in every way, and see that all of it is noticed"
    )
    drill.add_argument("--demo", action="store_true", help="in the scratch database of the demo on this machine")
    drill.set_defaults(run=_tamper_drill)

    epoch = verbs.add_parser(
        "open-epoch", help="let logs begin anew after the database was restored to an earlier point"
    )
    add_epoch_arguments(epoch)
    epoch.set_defaults(run=_open_epoch)


def _add_operators(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    operator = verbs.add_parser("operator", help="the provider's own people; DATABASE_URL names the runtime role")
    add_operator_acts(operator)
    operator.set_defaults(run=_operator)
    maintain = verbs.add_parser(
        "maintain", help="work on the data by hand, recorded; it asks for a code from the console"
    )
    maintain.add_argument("--login", required=True, help="the operator to whom the console showed the code")
    maintain.add_argument("--company", default="", help="the code of a company that let this operator in")
    maintain.set_defaults(run=_maintain)


def _add_policy(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    policy = verbs.add_parser("policy", help="print who may do what, as JSON; or where the database differs from it")
    policy.add_argument(
        "--differences", action="store_true", help="compare with the live grants; 1 when anything differs"
    )
    policy.set_defaults(run=_policy)


def _add_keys(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    keys = verbs.add_parser(
        "keys", help="rotate keys, seal anew, destroy a person's; DATABASE_URL names the runtime role"
    )
    add_keys_acts(keys)
    keys.set_defaults(run=_keys)


def _add_cases(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    for name, about in (
        ("calculate", "answer a file of cases, without a database (shape: docs/reference/cases.md)"),
        ("explain", "the same, with the steps that led to each answer"),
    ):
        cases = verbs.add_parser(name, help=about)
        cases.add_argument(
            "file", type=Path, nargs="?", help="a JSON file with one case or a list of cases; - reads from the pipe"
        )
        cases.add_argument("--kinds", action="store_true", help="describe all kinds of cases instead, in Markdown")
        cases.set_defaults(run=_calculate, with_steps=name == "explain")


def _add_countries(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    countries = verbs.add_parser("countries", help="make the table of countries that TOKIMORI_COUNTRIES names")
    countries.add_argument("files", type=Path, nargs="+", help="the registries' delegated-extended files, one of each")
    countries.add_argument(
        "--output", type=Path, required=True, help="the table; it is replaced at once, or not at all"
    )
    countries.add_argument(
        "--incomplete", action="store_true", help="although files are missing: their addresses are of no country"
    )
    countries.set_defaults(run=_countries)


def _demo(chosen: argparse.Namespace) -> int:
    from tokimori.settings.demo import run_demo  # noqa: PLC0415 -- each verb loads what it needs

    return run_demo(port=chosen.port, is_fresh=chosen.fresh)


def _check(chosen: argparse.Namespace) -> int:
    from tokimori.settings.check import run_check  # noqa: PLC0415 -- as above

    return run_check(only=chosen.only, is_fast=chosen.fast)


def _bench(chosen: argparse.Namespace) -> int:
    from tokimori.settings.check import run_bench  # noqa: PLC0415 -- as above

    options = ["--seconds", str(chosen.seconds), *(["--json", str(chosen.json)] if chosen.json else [])]
    return run_bench(arguments=[*chosen.names, *options, *chosen.others])


def _prepare_database(chosen: argparse.Namespace) -> int:
    from tokimori.ops.installation import Installation  # noqa: PLC0415 -- as above

    installation = Installation(state=chosen.state, database_name=chosen.database)
    url = os.environ.get("DATABASE_URL")
    if not url:
        raise ConfigurationRefused("DATABASE_URL is not set; it names an administrator here.")
    installation.prepare(administrator_url=url)
    installation.prepare_drill(administrator_url=url)
    print(f"Prepared. The logins' passwords are in {chosen.state / 'secrets.json'}.")
    return 0


def _migrate(chosen: argparse.Namespace) -> int:
    del chosen
    _set_up_django()
    from tokimori.ops.migration import migrate_database  # noqa: PLC0415 -- models exist only after the set-up

    migrate_database(verbosity=1)
    return 0


def _serve(chosen: argparse.Namespace) -> int:
    from granian import Granian  # noqa: PLC0415 -- each verb loads what it needs
    from granian.constants import Interfaces  # noqa: PLC0415 -- as above

    Granian(
        "tokimori.settings.wsgi:application",
        address=chosen.address,
        port=chosen.port,
        interface=Interfaces.WSGI,
        workers=chosen.workers,
        blocking_threads=8,
        log_dictconfig=_ready_to_run(),
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
        **_transport(chosen),
    ).serve()
    return 0


def _gate(chosen: argparse.Namespace) -> int:
    from granian import Granian  # noqa: PLC0415 -- each verb loads what it needs
    from granian.constants import Interfaces  # noqa: PLC0415 -- as above

    Granian(
        "tokimori.settings.gate:application",
        address=chosen.address,
        port=chosen.port,
        interface=Interfaces.ASGI,
        workers=1,
        log_dictconfig=_ready_to_run(),
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
        **_transport(chosen),
    ).serve()
    return 0


def _transport(chosen: argparse.Namespace) -> dict[str, Any]:
    """Return how a server encrypts; nothing without a certificate, where a proxy does it or nobody comes from outside."""
    if chosen.certificate is None and chosen.key is None:
        return {}
    if chosen.certificate is None or chosen.key is None:
        raise ConfigurationRefused("--certificate and --key are named together or not at all.")
    if missing := [file for file in (chosen.certificate, chosen.key) if not file.is_file()]:
        raise ConfigurationRefused(f"{missing[0]} is not there.")
    from granian.constants import SSLProtocols  # noqa: PLC0415 -- each verb loads what it needs

    return {"ssl_cert": chosen.certificate, "ssl_key": chosen.key, "ssl_protocol_min": SSLProtocols.tls12}


def _work(chosen: argparse.Namespace) -> int:
    _ready_to_run()
    from tokimori.jobs.worker import run_worker  # noqa: PLC0415 -- as for _migrate

    run_worker(concurrency=chosen.concurrency)
    return 0


def _sequence(chosen: argparse.Namespace) -> int:
    from tokimori.settings.log_keeping import run_sequencer  # noqa: PLC0415 -- each verb loads what it needs

    return run_sequencer(os.environ, is_once=chosen.once)


def _sign_checkpoints(chosen: argparse.Namespace) -> int:
    from tokimori.settings.log_keeping import SignerFiles, run_signer  # noqa: PLC0415 -- each verb loads what it needs

    files = SignerFiles(
        key=chosen.key,
        state=chosen.state,
        socket=chosen.socket,
        may_make_key=chosen.make_key,
        may_make_state=chosen.make_state,
    )
    return run_signer(os.environ, files)


def _change_signer_key(chosen: argparse.Namespace) -> int:
    from tokimori.interfaces.cli.signer_keys import change_signer_key  # noqa: PLC0415 -- each verb loads what it needs

    return change_signer_key(socket=chosen.socket, is_final=chosen.begin)


def _verify(chosen: argparse.Namespace) -> int:
    _set_up_django()
    from tokimori.interfaces.cli.verify import verify_companies  # noqa: PLC0415 -- as for _migrate

    return verify_companies(company_code=chosen.company)


def _tamper_drill(chosen: argparse.Namespace) -> int:
    from tokimori.settings.controls import hold_tamper_drill  # noqa: PLC0415 -- each verb loads what it needs

    return hold_tamper_drill(is_demo=chosen.demo)


def _open_epoch(chosen: argparse.Namespace) -> int:
    _set_up_django()
    from tokimori.interfaces.cli.epochs import run_open_epoch  # noqa: PLC0415 -- as for _migrate

    return run_open_epoch(chosen)


def _control(chosen: argparse.Namespace) -> int:
    from tokimori.settings.controls import print_control  # noqa: PLC0415 -- each verb loads what it needs

    return print_control(row=chosen.row, language=chosen.language, is_demo=chosen.demo)


def _probe(chosen: argparse.Namespace) -> int:
    from tokimori.settings.controls import run_probes  # noqa: PLC0415 -- each verb loads what it needs

    return run_probes(names=chosen.names, is_demo=chosen.demo)


def _components(chosen: argparse.Namespace) -> int:
    from tokimori.assurance.components import bill_of_materials  # noqa: PLC0415 -- each verb loads what it needs
    from tokimori.foundation import clock  # noqa: PLC0415 -- as above

    del chosen
    print(json.dumps(bill_of_materials(now=clock.now()), indent=2, ensure_ascii=False))
    return 0


def _register(chosen: argparse.Namespace) -> int:
    from tokimori.settings.controls import print_register  # noqa: PLC0415 -- each verb loads what it needs

    return print_register(code=chosen.code, is_demo=chosen.demo)


def _import_punches(chosen: argparse.Namespace) -> int:
    if chosen.demo:
        from tokimori.settings.demo import DemoFailed, demo_environment  # noqa: PLC0415 -- each verb loads what it needs

        try:
            os.environ.update(demo_environment())
        except DemoFailed as failure:
            raise ConfigurationRefused(str(failure)) from failure
    _set_up_django()
    from tokimori.interfaces.cli.import_punches import import_file  # noqa: PLC0415 -- as for _migrate

    return import_file(path=chosen.file, company_code=chosen.company, rejected_path=chosen.rejected)


def _operator(chosen: argparse.Namespace) -> int:
    _set_up_django()
    from tokimori.interfaces.cli.operators import run_operator_act  # noqa: PLC0415 -- as for _migrate

    return run_operator_act(chosen)


def _policy(chosen: argparse.Namespace) -> int:
    _set_up_django()
    from tokimori.ops.access_policy import access_policy, policy_differences  # noqa: PLC0415 -- as for _migrate

    if not chosen.differences:
        print(json.dumps(access_policy(), indent=2))
        return 0
    found = policy_differences()
    for one in found:
        print(f"{one.where}: {one.what}")
    print(f"{len(found)} differences between the policy and the database.")
    return 1 if found else 0


def _maintain(chosen: argparse.Namespace) -> int:
    _set_up_django()
    from tokimori.interfaces.cli.maintain import run_maintenance  # noqa: PLC0415 -- as for _migrate

    return run_maintenance(chosen)


def _keys(chosen: argparse.Namespace) -> int:
    _set_up_django()
    from tokimori.interfaces.cli.keys import run_keys_act  # noqa: PLC0415 -- as for _migrate

    return run_keys_act(chosen)


def _countries(chosen: argparse.Namespace) -> int:
    from tokimori.foundation import clock  # noqa: PLC0415 -- each verb loads what it needs
    from tokimori.interfaces.cli.countries import make_table  # noqa: PLC0415 -- as above

    return make_table(
        files=chosen.files, output=chosen.output, today=clock.now().date(), is_incomplete=chosen.incomplete
    )


def _calculate(chosen: argparse.Namespace) -> int:
    from tokimori.interfaces.cli.calculate import calculate_file, print_kinds  # noqa: PLC0415 -- each verb loads its own

    if chosen.kinds:
        return print_kinds()
    if chosen.file is None:
        print("Name a file of cases, or ask for --kinds.", file=sys.stderr)
        return 2
    return calculate_file(path=chosen.file, with_steps=chosen.with_steps)


def _ready_to_run() -> dict[str, Any]:
    """Refuse here, in one sentence, what would otherwise end one server process after another; return how to log."""
    _set_up_django()
    from django.db import DatabaseError, connections  # noqa: PLC0415 -- as for _migrate

    from tokimori.foundation.logs import logging_dictionary  # noqa: PLC0415 -- as for _migrate
    from tokimori.foundation.tenancy.role_check import UnsafeDatabaseRole, refuse_unsafe_role  # noqa: PLC0415 -- as above

    try:
        refuse_unsafe_role()
    except UnsafeDatabaseRole as refusal:
        raise ConfigurationRefused(str(refusal)) from refusal
    except DatabaseError as error:
        raise ConfigurationRefused(
            "The database named by DATABASE_URL does not answer, or not to this login."
        ) from error
    finally:
        connections.close_all()  # what the server's processes inherit
    return logging_dictionary(level=read_configuration(os.environ).log_level)


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tokimori.settings.django")
    import django  # noqa: PLC0415 -- its settings are named just above

    django.setup()
