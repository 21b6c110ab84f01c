"""The role list, and how a role tries something: as RPC would, undone afterwards."""

import ast
import contextlib
import dataclasses
import functools
import pathlib

from psycopg2 import Error as DatabaseError

from odoo import api
from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.modules.registry import Registry
from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import SQL, mute_logger

ROOT = pathlib.Path(__file__).parents[2]
OURS = sorted(path.parent.name for path in ROOT.glob("addons/*/__manifest__.py"))


def is_due(name, installed):
    """True for an addon that must be in a database: glue is due only beside what it glues to.

    Glue whose Odoo module is not there is proven alone, in its own tests.
    """
    manifest = ast.literal_eval((ROOT / "addons" / name / "__manifest__.py").read_text())
    return not manifest.get("auto_install") or set(manifest["depends"]) <= installed


_PORTAL = "base.group_portal,rc_membership.group_member"

# role → groups, like the demo users of the same role; the visitor is Odoo's public user
GROUPS = {
    "member": _PORTAL,
    "promoter": f"{_PORTAL},rc_membership.group_promoter",
    "partner": f"{_PORTAL},rc_membership.group_partner",
    "partner_finance": f"{_PORTAL},rc_membership.group_partner_finance",
    "employee": "base.group_user",
    "salesperson": "sales_team.group_sale_salesman,rc_membership.group_salesperson",
    "accountant": "account.group_account_manager,rc_membership.group_accountant",
    "program_manager": "sales_team.group_sale_manager,rc_membership.group_program_manager",
    "administrator": "base.group_system,rc_membership.group_administrator",
}
PORTAL_ROLES = ("member", "promoter", "partner", "partner_finance")
OUTSIDE_ROLES = ("visitor", *PORTAL_ROLES)
OTHER_COMPANY = "other_company"  # a program manager of a company that has no business with ours
ROLES = (*OUTSIDE_ROLES, *list(GROUPS)[len(PORTAL_ROLES) :], OTHER_COMPANY)


def make_users(env):
    """Return role → user; the other company is made on the way."""
    users = {"visitor": env.ref("base.public_user")}
    for role, groups in GROUPS.items():
        users[role] = new_test_user(env, login=f"security_{role}", groups=groups)
    company = env["res.company"].create({"name": "Another Company"})
    users[OTHER_COMPANY] = new_test_user(
        env,
        login=f"security_{OTHER_COMPANY}",
        groups=GROUPS["program_manager"],
        company_id=company.id,
        company_ids=[company.id],
    )
    return users


# ---------------------------------------------------------------------- what is ours


def is_ours(cls):
    """True for a class that one of our addons defines."""
    parts = cls.__module__.split(".")
    return parts[:2] == ["odoo", "addons"] and parts[2] in OURS


def our_models(env, abstract=False):
    """Return the names of the models our addons define, sorted."""
    return sorted(
        name
        for name, cls in env.registry.items()
        if cls._original_module in OURS and (abstract or not cls._abstract)
    )


def extended_models(env):
    """Return the names of Odoo's models that our addons extend, sorted."""
    return sorted(
        name
        for name, cls in env.registry.items()
        if cls._original_module not in OURS and any(is_ours(base) for base in cls.__mro__)
    )


def our_public_methods(env):
    """Return sorted (model, method, kind) of what RPC can reach and our addons define.

    ``own``: only our addons know the name; ``override``: Odoo's method, extended by us.
    """
    found = []
    for model in [*our_models(env, abstract=True), *extended_models(env)]:
        mro = env.registry[model].__mro__
        names = {name for cls in mro if is_ours(cls) for name in vars(cls)}
        for name in sorted(names):
            definitions = [cls for cls in mro if name in vars(cls)]
            attributes = [vars(cls)[name] for cls in definitions]
            if name.startswith("_") or not callable(getattr(env.registry[model], name, None)):
                continue
            if any(getattr(attribute, "_api_private", False) for attribute in attributes):
                continue
            kind = "own" if all(is_ours(cls) for cls in definitions) else "override"
            found.append((model, name, kind))
    return sorted(found)


# ---------------------------------------------------------------------- trying


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of an attempt.

    ``refused``: a right is missing; ``business``: refused with another sentence; ``reached``: it
    got as far as a database or programming error; ``done``.
    """

    kind: str
    writes: int
    value: object = None
    error: Exception | None = None

    @property
    def is_refused(self):
        return self.kind == "refused"


# what a refused act must not have touched, besides our own tables
_MONEY_TABLES = (
    "account_move", "account_move_line", "account_partial_reconcile", "account_payment",
    "crm_lead", "loyalty_card", "payment_transaction", "res_partner", "res_users",
    "sale_order", "sale_order_line",
)  # fmt: skip


@functools.lru_cache(maxsize=4)
def _watched(dbname):
    """Return the oids of our tables and of Odoo's that hold money."""
    with Registry(dbname).cursor() as cr:
        cr.execute(
            r"""
            SELECT oid FROM pg_class
             WHERE relkind = 'r' AND relnamespace = current_schema::regnamespace
               AND (relname LIKE 'rc\_%%' OR relname IN %s)
            """,
            [_MONEY_TABLES],
        )
        return [oid for (oid,) in cr.fetchall()]


def count_writes(env):
    """Rows this transaction wrote to the watched tables, those of undone savepoints included."""
    env.cr.execute(
        """
        SELECT COALESCE(SUM(pg_stat_get_xact_tuples_inserted(oid)
                            + pg_stat_get_xact_tuples_updated(oid)
                            + pg_stat_get_xact_tuples_deleted(oid)), 0)::int
          FROM unnest(%s) AS oid
        """,
        [_watched(env.cr.dbname)],
    )
    return env.cr.fetchone()[0]


@contextlib.contextmanager
def undone(env):
    """Undo what happens inside, in the database and in the caches."""
    savepoint = env.cr.savepoint()
    try:
        yield
    finally:
        savepoint.close(rollback=True)
        env.invalidate_all(flush=False)


def _drop_unique_keys(env, table):
    """Take unique keys out of the way, until :func:`undone` brings them back."""
    env.flush_all()
    env.cr.execute(
        """
        SELECT index.relname, con.conname
          FROM pg_index JOIN pg_class index ON index.oid = indexrelid
          LEFT JOIN pg_constraint con ON con.conindid = indexrelid AND con.contype = 'u'
         WHERE indrelid = to_regclass(%s) AND indisunique AND NOT indisprimary
        """,
        [table],
    )
    for index, constraint in env.cr.fetchall():
        drop = "ALTER TABLE %s DROP CONSTRAINT %s" if constraint else "DROP INDEX %s"
        names = (table, constraint) if constraint else (index,)
        env.cr.execute(SQL(drop, *map(SQL.identifier, names)))


def attempt(env, user, model, method, args=(), kwargs=None, without_unique_keys=False):
    """Call a method as RPC does, for the user; nothing of it stays.

    :param args: positional arguments of the call, ids first where the method works on records
    :param without_unique_keys: so that a copy of a row is stopped by a missing right or not at all
    """
    with undone(env), mute_logger("odoo.sql_db", "odoo.orm.models", "odoo.models"):
        if without_unique_keys:
            _drop_unique_keys(env, env[model]._table)
        env.invalidate_all()  # a request begins with nothing cached that others have read
        before = count_writes(env)
        theirs = api.Environment(env.cr, user.id, {})
        # as in a request: Odoo takes the sender of sudo commands from here
        sender, env.transaction.default_env = env.transaction.default_env, theirs
        value = error = None
        try:
            with env.cr.savepoint():
                value = call_kw(theirs[model], method, list(args), kwargs or {})
            kind = "done"
        except (AccessError, AccessDenied) as caught:
            kind, error = "refused", caught
        except UserError as caught:
            kind, error = "business", caught
        except (DatabaseError, Exception) as caught:  # noqa: B014  whatever it was, it got in
            kind, error = "reached", caught
        finally:
            env.transaction.default_env = sender
        return Outcome(kind, count_writes(env) - before, value, error)
