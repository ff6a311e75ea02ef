"""What ``tokimori operator`` and ``tokimori maintain`` take, for the command and for lines typed in a recorded session."""

import argparse
from typing import Final

WRAPPED: Final = frozenset({"add", "link", "remove", "device"})
"""Acts that run in a recorded session once there are two operators who could open one."""


def add_operator_acts(operator: argparse.ArgumentParser) -> None:
    """Add the acts about the provider's people to a parser."""
    acts = operator.add_subparsers(required=True, metavar="ACT", dest="act")
    found = acts.add_parser("found", help="found the provider's own company, once")
    found.add_argument("--code", required=True, help="the company code that its people sign in with")
    found.add_argument("--name", required=True)
    add = acts.add_parser("add", help="name one of its people, and print a link that lets them in once")
    for option in ("--login", "--name"):
        add.add_argument(option, required=True)
    add.add_argument(
        "--role",
        default="operator",
        choices=["operator", "compliance"],
        help="operators can be let in by companies; compliance people answer for the sheet and never come in anywhere",
    )
    add.add_argument("--email", help="also a name to sign in by")
    add.add_argument("--language", default="ja", choices=["ja", "en", "th"])
    link = acts.add_parser("link", help="print a new link, for who has lost the way in")
    link.add_argument("--login", required=True)
    remove = acts.add_parser("remove", help="close an account: its sessions and all that was granted to it end at once")
    remove.add_argument("--login", required=True)
    device = acts.add_parser("device", help="register the device of the passkey that somebody added last")
    for option in ("--login", "--name", "--system"):
        device.add_argument(option, required=True)
    device.add_argument("--certificate", default="", help="the SHA-256 of its client certificate")
    for act in (add, link, remove, device):
        act.add_argument("--bypass", default="", metavar="REASON", help="outside of a recorded session; it is counted")
    acts.add_parser("list", help="print who works for the provider")
    acts.add_parser("check", help="count what ought not to be: accesses without a grant, grants that nobody approved …")


def operator_parser() -> argparse.ArgumentParser:
    """Return the parser of one line typed in a recorded session; it says what is wrong and does not leave."""
    parser = argparse.ArgumentParser(prog="operator", exit_on_error=False)
    add_operator_acts(parser)
    return parser
