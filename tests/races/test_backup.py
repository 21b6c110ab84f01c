"""A backup that is restored keeps every ledger row, balance, trigger and constraint."""

import contextlib
import os
import pathlib
import re
import subprocess
import sys

import psycopg2
import psycopg2.errors
import pytest

ROOT = pathlib.Path(__file__).parents[2]

PROTECTION = """
    SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
      FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE conrelid::regclass::text LIKE 'rc\\_%'
    ORDER BY 1, 2, 3
"""
# PostgreSQL says a restored CHECK in other words: casts to text move, and parentheses with them
WORDING = re.compile(r"::(?:character varying|text)(?:\[\])?|[()\s]")
LEDGERS = (
    ("rc_point_entry", "rc_point_account"),
    ("rc_commission_entry", "rc_commission_account"),
    ("rc_guild_entry", "rc_guild_account"),
)


@contextlib.contextmanager
def cursor(database):
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    try:
        with connection.cursor() as cr:
            yield cr
    finally:
        connection.close()


def contents(database):
    """Return what must be equal: protection, and every row of each ledger and its accounts."""
    found = {}
    with cursor(database) as cr:
        cr.execute(PROTECTION)
        found["protection"] = [(*names, WORDING.sub("", said)) for *names, said in cr.fetchall()]
        for table in (name for pair in LEDGERS for name in pair):
            cr.execute(f"SELECT to_jsonb(t) FROM {table} t ORDER BY id")  # names are ours
            found[table] = cr.fetchall()
    return found


@pytest.fixture
def restored():
    source = os.environ["RC_DATABASE"]
    target = f"{source}_restored"
    command = [sys.executable, "-m", "tools.rc", "dbcopy-via-dump", source, target]
    subprocess.run(command, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)
    yield target
    with cursor("postgres") as cr:
        cr.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')


def test_a_restored_backup_keeps_triggers_and_balances(restored):
    before, after = contents(os.environ["RC_DATABASE"]), contents(restored)
    assert before["rc_commission_entry"], "nothing to compare"
    for name, rows in before.items():
        assert after[name] == rows, name
    with cursor(restored) as cr:
        for entry, account in LEDGERS:
            with pytest.raises(psycopg2.errors.RestrictViolation):
                cr.execute(f"UPDATE {entry} SET key = 'x'")
            with pytest.raises(psycopg2.errors.RestrictViolation):
                cr.execute(f"DELETE FROM {entry}")
            cr.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass", [account])
            assert f"{account}_not_negative" in {name for (name,) in cr.fetchall()}
