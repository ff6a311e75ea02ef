"""What ``tokimori keys`` and ``tokimori open-epoch`` take, for the command and for lines typed in a recorded session."""

import argparse
from pathlib import Path
from uuid import UUID


def add_keys_acts(keys: argparse.ArgumentParser) -> None:
    """Add the acts about keys to a parser."""
    acts = keys.add_subparsers(required=True, metavar="ACT", dest="act")
    root = acts.add_parser("add-root", help="add a root key to the file of root keys")
    root.add_argument("--name", required=True, help="small letters, digits, dots and hyphens, as root-2")
    _add_bypass(root)
    every = {
        "show": "print what keys there are, and how old",
        "rewrap": "let the newest root key wrap the companies' keys",
        "rotate": "give companies the next version of a key",
        "reseal": "seal anew what older keys sealed; interrupted, it goes on where it was",
    }
    for name, about in every.items():
        act = acts.add_parser(name, help=about)
        act.add_argument("--company", help="the code of one company; all by default")
        if name != "show":
            _add_bypass(act)
        if name == "rotate":
            act.add_argument("--use", choices=["fields", "index"], default="fields")
    for name, about in (
        ("rotate-person", "give a person the next version of his key"),
        ("destroy-person", "destroy a person's key: what it sealed is gone for good"),
    ):
        act = acts.add_parser(name, help=about)
        act.add_argument("--company", required=True)
        _add_bypass(act)
        act.add_argument("--person", type=UUID, required=True, help="the key of an employee, or of an account")


def add_epoch_arguments(epoch: argparse.ArgumentParser) -> None:
    """Add what opening an epoch of the logs needs."""
    epoch.add_argument("--reason", required=True, help="what happened, in a sentence; it is logged")
    epoch.add_argument("--socket", type=Path, required=True, help="the signer's socket")
    _add_bypass(epoch)


def keys_parser() -> argparse.ArgumentParser:
    """Return the parser of one line about keys typed in a recorded session; it says what is wrong and does not leave."""
    parser = argparse.ArgumentParser(prog="keys", exit_on_error=False)
    add_keys_acts(parser)
    return parser


def epoch_parser() -> argparse.ArgumentParser:
    """Return the parser of one line that opens an epoch, as ``keys_parser`` does for keys."""
    parser = argparse.ArgumentParser(prog="open-epoch", exit_on_error=False)
    add_epoch_arguments(parser)
    return parser


def _add_bypass(act: argparse.ArgumentParser) -> None:
    act.add_argument("--bypass", default="", metavar="REASON", help="outside of a recorded session; it is counted")
