"""What somebody who owns the database tries, and who must notice it: the comparison of rows, or who kept a checkpoint."""

from dataclasses import dataclass
from typing import Final

_EVENT: Final = (
    "(select id from ledger_ledgerevent where tenant_id = %(mine)s and name = 'punch:recorded' order by id limit 1)"
)
_PUNCH: Final = "(select id from timekeeping_punchevent where tenant_id = %(mine)s order by id limit 1)"
_NEWEST: Final = '(select id from ledger_logentry where log = %(log)s and "index" >= %(first)s)'

_OTHER_PAYLOAD: Final = "(select sealed from ledger_ledgerevent where tenant_id = %(mine)s order by id desc limit 1)"
_OTHER_SEAL: Final = """replace(content, '"sequence":1', '"sequence":2')"""
_FORGED: Final = (
    "insert into {0} select (jsonb_populate_record(one, jsonb_build_object({1}))).* from {0} as one"
    " where tenant_id = %(mine)s limit 1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One attack on one company; its statements name ``mine``, ``other``, ``log``, and ``first``, its log's older size.

    ``is_by_rows``: comparing rows with their log finds it. ``is_outside``: the customer's program finds it, with an older
    checkpoint and nothing but files. ``is_signed_anew``: the attacker has the signing key, and signs what he made.
    """

    code: str
    statements: tuple[str, ...]
    is_by_rows: bool = True
    is_outside: bool = True
    is_signed_anew: bool = False


ATTACKS: Final = (
    Attack(
        code="punch_changed",
        statements=(
            f"update timekeeping_punchevent set occurred_at = occurred_at + interval '1 hour' where id = {_PUNCH}",  # noqa: S608 -- fixed words
        ),
    ),
    Attack(
        code="punch_deleted",
        statements=(f"delete from timekeeping_punchevent where id = {_PUNCH}",),  # noqa: S608 -- as above
    ),
    Attack(
        code="punch_put_in",
        statements=(_FORGED.format("timekeeping_punchevent", "'id', gen_random_uuid(), 'key', 'forged'"),),
        is_outside=False,
    ),
    Attack(
        code="event_given_to_another",
        statements=(f"update ledger_ledgerevent set actor_id = gen_random_uuid() where id = {_EVENT}",),  # noqa: S608 -- as above
    ),
    Attack(
        code="event_moved_in_time",
        statements=(f"update ledger_ledgerevent set at = at - interval '1 day' where id = {_EVENT}",),  # noqa: S608 -- as above
    ),
    Attack(
        code="payload_exchanged",
        statements=(
            f"update ledger_ledgerevent set sealed = {_OTHER_PAYLOAD} where id = {_EVENT}",  # noqa: S608 -- as above
        ),
        is_outside=False,
    ),
    Attack(code="event_deleted", statements=(f"delete from ledger_ledgerevent where id = {_EVENT}",)),  # noqa: S608 -- as above
    Attack(code="place_deleted", statements=(f"delete from ledger_logentry where id = {_EVENT}",)),  # noqa: S608 -- as above
    Attack(
        code="event_put_in",
        statements=(_FORGED.format("ledger_ledgerevent", "'id', gen_random_uuid()"),),
        is_outside=False,
    ),
    Attack(
        code="places_exchanged",
        statements=tuple(
            f'update ledger_logentry set "index" = {new} where log = %(log)s and "index" = {old}'  # noqa: S608 -- as above
            for old, new in ((3, -1), (4, 3), (-1, 4))
        ),
    ),
    Attack(
        code="leaf_changed",
        statements=(f"update ledger_logentry set leaf_hash = sha256('x') where id = {_EVENT}",),  # noqa: S608 -- as above
        is_outside=False,
    ),
    Attack(
        code="checkpoint_changed",
        statements=(r"update ledger_logcheckpoint set note = replace(note, E'/1\n', E'/1\n1') where log = %(log)s",),
    ),
    Attack(
        code="seal_changed",
        statements=(f"update closings_seal set content = {_OTHER_SEAL} where tenant_id = %(mine)s",),  # noqa: S608 -- as above
    ),
    Attack(
        code="seal_digest_changed",
        statements=("update closings_seal set digest = repeat('0', 64) where tenant_id = %(mine)s",),
    ),
    Attack(
        code="seal_made_anew",
        statements=(
            f"update closings_seal set content = {_OTHER_SEAL} where tenant_id = %(mine)s",  # noqa: S608 -- as above
            "update closings_seal set digest = encode(sha256(content::bytea), 'hex') where tenant_id = %(mine)s",
        ),
        is_outside=False,
    ),
    Attack(
        code="seal_deleted",
        statements=("delete from closings_seal where tenant_id = %(mine)s",),
        is_outside=False,
    ),
    Attack(
        code="newest_taken_away",
        statements=(
            f"delete from ledger_ledgerevent where id in {_NEWEST}",  # noqa: S608 -- as above
            'delete from ledger_logentry where log = %(log)s and "index" >= %(first)s',
            "delete from ledger_logcheckpoint where log = %(log)s and size > %(first)s",
        ),
        is_by_rows=False,
    ),
    Attack(
        code="moved_to_another_company",
        statements=(f"update ledger_ledgerevent set tenant_id = %(other)s where id = {_EVENT}",),  # noqa: S608 -- as above
    ),
    Attack(
        code="history_written_anew",
        statements=(
            f"update ledger_ledgerevent set actor_id = gen_random_uuid() where id = {_EVENT}",  # noqa: S608 -- as above
            "delete from ledger_logcheckpoint where log = %(log)s",
        ),
        is_by_rows=False,
        is_signed_anew=True,
    ),
)

EMPTYING: Final = Attack(
    code="everything_emptied",
    statements=tuple(
        f"truncate {table} cascade"
        for table in (
            "timekeeping_punchevent",
            "ledger_ledgerevent",
            "ledger_logentry",
            "ledger_logtile",
            "ledger_logcheckpoint",
            "ledger_pendingleaf",
        )
    ),
    is_by_rows=False,
)
"""The last one. What was emptied with its log leaves nothing to compare; who kept a checkpoint knows."""
