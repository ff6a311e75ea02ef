"""What this PostgreSQL can do by itself: single-row durable inserts into a table of the punches' shape, by pgbench."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from stage import PremiseBroken, Stage

from tokimori.ops.embedded_database import binaries

TABLE = "bench_punch"
_RATE = re.compile(r"^tps = (?P<rate>[0-9.]+)", re.MULTILINE)
_FAILED = re.compile(r"^number of failed transactions: (?P<count>[0-9]+)", re.MULTILINE)
_DONE = re.compile(r"^number of transactions actually processed: (?P<count>[0-9]+)", re.MULTILINE)
_INSERT = f"""
insert into {TABLE} (
    tenant_id, id, key, content_digest, effect, employee_id, kind, occurred_at, zone, offset_minutes, received_at, source,
    place, actor_kind)
values (
    '00000000-0000-7000-8000-000000000001', uuidv7(), 'api:' || gen_random_uuid(),
    '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'add',
    '00000000-0000-7000-8000-000000000002', 'in', now(), 'Asia/Tokyo', 540, now(), 'api', '', 'token');
"""  # noqa: S608 -- nothing here comes from outside


@contextmanager
def baseline_table(stage: Stage) -> Iterator[Path]:
    """Make the table and the script for pgbench; take the table away at the end.

    It has the columns, the checks and the indexes of the real one, without its references, its trigger and its wall.
    """
    script = stage.installation.state / "insert.sql"
    insert = _INSERT
    with psycopg.connect(stage.administrator_url, autocommit=True) as connection:
        if connection.info.server_version < 180000:  # noqa: PLR2004 -- uuidv7() came with 18
            insert = insert.replace("uuidv7()", "gen_random_uuid()")
        connection.execute(f"create table {TABLE} (like timekeeping_punchevent including all)")  # a fixed name
    script.write_text(insert)
    try:
        yield script
    finally:
        with psycopg.connect(stage.administrator_url, autocommit=True) as connection:
            connection.execute(f"drop table {TABLE}")  # as above


def inserts_per_second(stage: Stage, script: Path, *, connections: int, seconds: float) -> float:
    """Return how many rows a second that many connections insert, each in a transaction of its own, prepared."""
    parts = urlsplit(stage.administrator_url)
    before = _count(stage)
    answer = subprocess.run(  # noqa: S603 -- the server's own program, no shell
        [
            str(binaries() / "pgbench"), "--no-vacuum", "--protocol=prepared", f"--file={script}",
            f"--client={connections}", f"--jobs={min(connections, 2)}", f"--time={max(1, round(seconds))}",
            f"--host={parse_qs(parts.query)['host'][0]}", f"--username={unquote(parts.username or '')}",
            parts.path.lstrip("/"),
        ],
        check=False, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "PGPASSWORD": unquote(parts.password or "")},
    )  # fmt: skip
    rate, failed, done = (pattern.search(answer.stdout) for pattern in (_RATE, _FAILED, _DONE))
    if answer.returncode != 0 or rate is None or failed is None or done is None or int(failed["count"]):
        raise PremiseBroken(f"pgbench failed: {answer.stdout}{answer.stderr}")
    if _count(stage) - before != int(done["count"]):
        raise PremiseBroken("pgbench did not insert one row in each transaction.")
    return float(rate["rate"])


def _count(stage: Stage) -> int:
    with psycopg.connect(stage.administrator_url) as connection:
        row = connection.execute(f"select count(*) from {TABLE}").fetchone()  # noqa: S608 -- a fixed name
    return int(row[0]) if row else 0
