"""The world of the security tests: one user per role, one foreign record per model."""

import base64
from decimal import Decimal

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase

from odoo.addons.rc_membership.kernel.ledger import Posting, Slot

from . import roles

# models without a row in the demo story: how one is made
BUILDERS = {
    "rc.ledger.export": {"ledger": "rc.point.entry"},
}


def _post(env, ledger, kind, account, bucket):
    """Put one entry into a ledger that the demo story does not use."""
    posting = Posting(
        key=f"proof:{ledger}",
        kind=kind,
        debit=Slot("proof"),
        credit=Slot(bucket, account),
        amount=Decimal(5),
        occurred_at=env.cr.now(),
    )
    env[ledger]._post([posting])


def _fill_pool(env):
    company = env.ref("base.main_company")
    key = (company.id, "proof:pool", company.currency_id.id)
    pool = env["rc.commission.pool"]._get_or_create_many([key])[key]
    _post(env, "rc.commission.pool.entry", "contribution", pool, "balance")


def _fill_green(env):
    mia = env.ref("rc_membership.partner_mia")
    company = env.ref("base.main_company")
    accounts = env["rc.green.account"]._get_or_create_many(company, "proof", [mia.id])
    _post(env, "rc.green.entry", "earn", accounts[mia.id], "points")


def _review(env):
    award = env["rc.commission.award"].search([], limit=1)
    row = {
        "key": "proof",
        "company_id": award.company_id.id,
        "award_id": award.id,
        "decision": "approved",
        "decided_at": env.cr.now(),
        "user_id": env.uid,
    }
    env["rc.commission.review"]._insert([row])


def _unlock(env):
    row = {
        "key": "proof",
        "company_id": env.ref("base.main_company").id,
        "partner_id": env.ref("rc_membership.partner_mia").id,
        "plan_code": "proof",
        "rule": "proof",
        "date": env.cr.now().date(),
    }
    env["rc.commission.unlock"]._insert([row])


def _check_golive(env):
    """An import that was checked: a line, an error, a total."""
    content = b"reference,name,tier\nP1,Proof,\nP2,Proof,no such tier\n"
    run = env["rc.golive.run"].create(
        {
            "name": "proof",
            "company_id": env.ref("base.main_company").id,
            "member_file": base64.b64encode(content),
        }
    )
    run._check_files(env.cr.now())


def _refer(env):
    env["rc.member.reference"].create(
        {
            "reference": "proof",
            "partner_id": env.ref("rc_membership.partner_mia").id,
            "company_id": env.ref("base.main_company").id,
        }
    )


def _convert(env):
    program = env.ref("rc_membership.program_platform")
    env["rc.point.conversion"].create(
        {
            "key": "proof",
            "partner_id": env.ref("rc_membership.partner_mia").id,
            "program_id": program.id,
            "company_id": program.company_id.id,
            "currency_id": program.currency_id.id,
            "points": 1000,
            "amount": 10,
            "at": env.cr.now(),
        }
    )


def _hold(env):
    program = env.ref("rc_membership.program_platform")
    accounts = env["rc.point.account"]
    account = accounts._get_or_create(env.ref("rc_membership.partner_mia"), program)
    order = env["sale.order"].search([], limit=1)
    at = env.cr.now()
    env["rc.point.hold"].create(
        {
            "account_id": account.id,
            "order_id": order.id,
            "amount": 1,
            "held_at": at,
            "until": at,
            "state": "freed",
        }
    )


def _multiply(env):
    program = env.ref("rc_membership.program_platform")
    env["rc.point.rule"].create(
        {
            "name": "proof",
            "code": "proof",
            "program_id": program.id,
            "event": "activity",
            "activity_kind": "proof",
            "multiplier_ids": [
                Command.create({"tier_id": env.ref("rc_membership.tier_pro").id, "factor": 2})
            ],
        }
    )


def _bill(env):
    """A renewal that was billed and is not paid, a try to collect it, and what the member was told."""
    plan = env["rc.subscription"].search(
        [("partner_id", "=", env.ref("rc_membership.partner_leo").id), ("state", "=", "active")]
    )
    plan._bill_next_period(plan.period_end)
    billing = env["rc.subscription.billing"].search(
        [("subscription_id", "=", plan.id)], order="id desc", limit=1
    )
    due = {"subscription_id": plan.id, "due_on": plan.period_end}
    provider = env["payment.provider"].search([("code", "=", "demo")], limit=1)
    transaction = env["payment.transaction"].create(
        {
            "provider_id": provider.id,
            "payment_method_id": env["payment.method"].search([], limit=1).id,
            "reference": "proof",
            "amount": 15,
            "currency_id": plan.company_id.currency_id.id,
            "partner_id": plan.partner_id.id,
        }
    )
    env["rc.subscription.attempt"].create(
        {**due, "billing_id": billing.id, "transaction_id": transaction.id, "state": "ready"}
    )
    env["rc.subscription.notice"].create(
        {"subscription_id": plan.id, "code": "remind_7", "for_on": plan.period_end}
    )
    env.flush_all()


def _disagree(env):
    """A payment that was taken back, before the inbox knows of it: a charge without its money."""
    finn = env.ref("rc_membership.partner_finn")
    charge = env["rc.subscription.charge"].search(
        [("subscription_id.partner_id", "=", finn.id)], limit=1
    )
    charge.invoice_id.line_ids.matched_credit_ids.unlink()
    env.flush_all()


def _ask_refund(env):
    purchase = env["rc.package.purchase"].search([], limit=1)
    env["rc.package.refund"].create({"purchase_id": purchase.id, "reason": "proof"})


def _add_seat(env):
    team = env.ref("rc_membership.partner_school").rc_subscription_ids[:1]
    env["rc.seat.change"].create(
        {
            "key": "proof",
            "subscription_id": team.id,
            "company_id": team.company_id.id,
            "quantity": 1,
            "on": env.cr.now().date(),
        }
    )


def _attempt(env):
    env["rc.attempt"].create({"bucket": "proof", "at": env.cr.now(), "who": "proof"})


def _alert(env):
    at = env.cr.now()
    env["rc.attempt.alert"].create({"bucket": "proof", "at": at, "hour": at})


def _reveal(env):
    batch = env["rc.activation.batch"].search([], limit=1)
    batch.code_ids._reveal(batch.partner_id, env.cr.now(), "proof")


def _take_place(env):
    reward = env["rc.reward"].search([], limit=1)
    row = {"key": "proof|1", "bucket": "proof", "number": 1, "reward_id": reward.id}
    env["rc.reward.slot"]._insert([row | {"company_id": reward.company_id.id}])


def _spend_budget(env):
    reward = env["rc.reward"].search([], limit=1)
    budget = env["rc.reward.budget"].search([], limit=1)
    row = {"key": "proof", "budget_id": budget.id, "reward_id": reward.id, "amount": Decimal(1)}
    env["rc.reward.spending"]._insert(
        [row | {"company_id": budget.company_id.id, "at": env.cr.now()}]
    )


def _unlock_mission(env):
    mission = env["rc.mission"].search([], limit=1)
    row = {"key": "proof", "mission_id": mission.id, "company_id": mission.company_id.id}
    row |= {"partner_id": env.ref("rc_membership.partner_mia").id, "at": env.cr.now()}
    env["rc.mission.unlock"]._insert([row | {"code_id": env["rc.code"].search([], limit=1).id}])


def _place_on_board(env):
    board = env["rc.leaderboard"].search([], limit=1)
    row = {"key": "proof", "board_id": board.id, "company_id": board.company_id.id, "number": 1}
    row |= {"partner_id": env.ref("rc_membership.partner_mia").id, "value": 1}
    env["rc.leaderboard.place"]._insert([row | {"period_start": "2026-01-01"}])


def _drop_piece(env):
    piece = env["rc.piece"].search([], limit=1)
    row = {"key": "proof", "set_id": piece.set_id.id, "piece_id": piece.id, "at": env.cr.now()}
    row |= {"partner_id": env.ref("rc_membership.partner_mia").id, "on": "2026-01-01"}
    env["rc.piece.drop"]._insert([row | {"company_id": piece.company_id.id}])


def _freeze(env):
    case = env["rc.fraud.case"].search([("kind", "=", "participant")], limit=1)
    case._freeze(env.cr.now())


def _mark(env):
    mia = env.ref("rc_membership.partner_mia")
    env["rc.fraud.mark"]._note(mia, env.cr.now(), "192.0.2.1", "proof")


# models that nobody may create a row of: made through the door of the product
DOORS = {
    "rc.commission.pool": _fill_pool,
    "rc.commission.review": _review,
    "rc.commission.unlock": _unlock,
    "rc.fraud.freeze": _freeze,
    "rc.fraud.mark": _mark,
    "rc.golive.issue": _check_golive,
    "rc.green.account": _fill_green,
    "rc.membership.due": _bill,
    "rc.membership.exception": _disagree,
    "rc.package.refund": _ask_refund,
    "rc.leaderboard.place": _place_on_board,
    "rc.mission.unlock": _unlock_mission,
    "rc.piece.drop": _drop_piece,
    "rc.attempt": _attempt,
    "rc.attempt.alert": _alert,
    "rc.code.reveal": _reveal,
    "rc.reward.slot": _take_place,
    "rc.reward.spending": _spend_budget,
    "rc.seat.change": _add_seat,
    "rc.member.reference": _refer,
    "rc.point.conversion": _convert,
    "rc.point.hold": _hold,
    "rc.point.rule.multiplier": _multiply,
}


def _of_mia(env, model, *domain):
    """The oldest of Mia's records: demo data that comes later does not move it."""
    mia = ("partner_id", "=", env.ref("rc_membership.partner_mia").id)
    return env[model].search([mia, *domain], order="id", limit=1)


# the record a method is tried on, where which one it is decides who may: chosen by name, never as
# the first of a list that grows with the demo story
NAMED = {
    "account.move": lambda env: _of_mia(
        env, "account.move", ("move_type", "=", "out_invoice"), ("state", "=", "posted")
    ),
    "sale.order": lambda env: _of_mia(env, "sale.order", ("state", "=", "sale")),
    "loyalty.card": lambda env: (
        env["rc.point.account"]
        ._get_or_create(
            env.ref("rc_membership.partner_mia"), env.ref("rc_membership.program_platform")
        )
        .card_id
    ),
    "rc.code": lambda env: _of_mia(env, "rc.code", ("kind", "=", "invite")),
    "rc.subscription": lambda env: _of_mia(env, "rc.subscription", ("state", "=", "active")),
    "product.product": lambda env: env["product.product"].search(
        [("default_code", "=", "ultimate-year")], limit=1
    ),
}


def _refusal(_self, *what):
    return AccessError(" ".join(map(str, what)))


class SecurityCase(TransactionCase):
    """Roles as users, and for each model a record that belongs to nobody of them.

    ``foreign`` holds the records that were there before the users were: rows of the demo story.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        there = cls.env.registry._init_modules
        missing = {name for name in roles.OURS if name not in there and roles.is_due(name, there)}
        if missing:
            raise AssertionError(f"not installed, so not proven: {', '.join(sorted(missing))}")
        # twelve thousand refusals: what Odoo writes into one costs more than to find it
        for model in ("ir.model.access", "ir.rule"):
            cls.classPatch(cls.registry[model], "_make_access_error", _refusal)
        # as superuser, archived rows too: what a role sees is compared with all there is
        everything = cls.env(context={"active_test": False})
        cls.ours = roles.our_models(cls.env)
        cls.extended = roles.extended_models(cls.env)
        for model, values in BUILDERS.items():
            if model in cls.ours and not everything[model].search_count([], limit=1):
                everything[model].create(values)
        for model, fill in DOORS.items():
            if not everything[model].search_count([], limit=1):
                fill(cls.env)
        everything["rc.postback"].search([]).active = True  # the demo's would be hidden as archived
        cls.foreign = {name: everything[name].search([]) for name in cls.ours}
        cls.users = roles.make_users(cls.env)

    def sample(self, model):
        """Return one foreign record of the model (empty when there is none)."""
        if model in NAMED:
            return NAMED[model](self.env)
        if model in self.foreign:
            return self.foreign[model][:1]
        if self.env[model]._abstract or self.env[model]._transient:
            return self.env[model]
        own = {user.id for user in self.users.values()}
        domain = [("create_uid", "not in", list(own))]
        if model in ("res.partner", "res.users"):
            mia = self.env.ref("rc_membership.user_mia")
            return mia if model == "res.users" else mia.partner_id
        return self.env[model].with_context(active_test=False).search(domain, limit=1)

    def values_to_write(self, model, sample):
        """One stored field with the value that it has."""
        fields = self.env[model]._fields
        plain = [
            name
            for name, field in fields.items()
            if field.store
            and not field.compute
            and field.type in ("char", "boolean", "integer")
            and name not in ("id", "create_uid", "write_uid")
        ]
        name = next((n for n in ("active", "sequence", "name", *plain) if n in plain), None)
        return {name: sample[:1][name]} if name else {}

    def agrees(self, complaint):
        if complaint:
            self.fail(complaint)
