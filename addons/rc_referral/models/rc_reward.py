from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.rc_membership.adapters import exact, local_day
from odoo.addons.rc_membership.db import insert_once
from odoo.addons.rc_membership.exceptions import Refusal

from ..kernel.rewards import Situation, decide
from .rc_reward_gift_mixin import GIFT_FIELDS, KINDS

OPEN = ("held", "choice")


class Stop(Exception):
    """Giving stops before anything is written: the reward becomes ``state`` because of ``why``."""

    def __init__(self, state, why):
        super().__init__(why)
        self.state, self.why = state, why


class RcReward(models.Model):
    """One reward of one person: what, for what, and where it stands.

    One row per key for good. What it gives is fixed when it falls due; a rule that is changed
    later does not reach back. ``step`` counts how often it was given and taken back.
    """

    _name = "rc.reward"
    _description = "Reward"
    _inherit = ["rc.fact.mixin", "rc.reward.gift.mixin"]
    _order = "occurred_at desc, id desc"
    _allow_sudo_commands = False
    _rc_facts = (
        "key",
        "rule_id",
        "partner_id",
        "member_id",
        "edge_id",
        "beneficiary",
        "event",
        "milestone",
        "title",
        "state",
        "why",
        "step",
        "occurred_at",
        "hold_until",
        "given_at",
        "taken_back_at",
        "option_id",
        "cost",
        "unit_cost",
        "campaign_id",
        "budget_id",
        "card_id",
        "ticket_id",
        "used_invoice_id",
        "origin_model",
        "origin_id",
        "company_id",
        *GIFT_FIELDS,
    )

    key = fields.Char(required=True, readonly=True)
    rule_id = fields.Many2one("rc.reward.rule", readonly=True, ondelete="restrict", index=True)
    partner_id = fields.Many2one(
        "res.partner", "For", required=True, readonly=True, ondelete="restrict", index=True
    )
    member_id = fields.Many2one(
        "res.partner", "Because of", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    edge_id = fields.Many2one(
        "rc.sponsor.edge", "Referral", readonly=True, ondelete="set null", index="btree_not_null"
    )
    beneficiary = fields.Selection(
        [("sponsor", "Sponsor"), ("referee", "New Member"), ("own", "By Own Doing")],
        required=True,
        readonly=True,
    )
    event = fields.Char(required=True, readonly=True)
    milestone = fields.Char(
        readonly=True, help="Which one, of which period, for the how manieth time."
    )
    title = fields.Char(readonly=True, help="What it is for, where no rule says it.")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(KINDS, "Gives", required=False, default=None, readonly=True)
    state = fields.Selection(
        [
            ("held", "Held"),
            ("choice", "To Be Chosen"),
            ("given", "Given"),
            ("taken_back", "Taken Back"),
            ("refused", "Not Given"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    why = fields.Char("Reason Code", readonly=True)
    step = fields.Integer(required=True, readonly=True)
    occurred_at = fields.Datetime("When", required=True, readonly=True)
    hold_until = fields.Date(readonly=True)
    given_at = fields.Datetime(readonly=True)
    taken_back_at = fields.Datetime(readonly=True)
    option_id = fields.Many2one("rc.reward.option", "Chosen", readonly=True, ondelete="restrict")
    cost = fields.Monetary(readonly=True, currency_field="company_currency_id")
    unit_cost = fields.Monetary(readonly=True, currency_field="company_currency_id")
    campaign_id = fields.Many2one(
        "utm.campaign", "Budget of", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    budget_id = fields.Many2one("rc.reward.budget", readonly=True, ondelete="restrict")
    card_id = fields.Many2one("loyalty.card", "Coupon Code", readonly=True, ondelete="restrict")
    ticket_id = fields.Many2one("rc.draw.ticket", readonly=True, ondelete="restrict")
    used_invoice_id = fields.Many2one(
        "account.move", "Used on", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    origin_model = fields.Char(readonly=True)
    origin_id = fields.Many2oneReference("Source", model_field="origin_model", readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This reward is there already.")
    _open_idx = models.Index("(company_id, id) WHERE state = 'held'")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A reward is kept."))

    # ------------------------------------------------------------------
    # WRITE: a reward falls due
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _open(self, key, partner, gift, at, now, **facts):
        """Write once that a reward is due, and give it unless something holds it; return it.

        :param gift: record of ``rc.reward.gift.mixin`` (a rule, a mission, a prize)
        :param at: naive UTC datetime of what it is for
        :param now: naive UTC datetime of the review
        :param facts: rule, edge, beneficiary, event, milestone, title, origin
        """
        rewards = self.sudo()  # rewards are the system's; the door decides by its rules
        row = rewards._prepare_row(key, partner, gift, at, **facts)
        fresh = rewards._insert_rows([row])
        reward = rewards.search([("key", "=", key)])
        if fresh:
            reward._review(now, given_at=at)
        return reward

    @api.model
    def _insert_rows(self, rows):
        """Write rows whose key is new; return the set of keys that were new."""
        self.env.flush_all()
        return insert_once(self.env, self._table, rows, "key")

    def _prepare_row(
        self,
        key,
        partner,
        gift,
        at,
        rule=None,
        edge=None,
        beneficiary="sponsor",
        event="sign_up",
        milestone=None,
        title=None,
        origin=None,
    ):
        company = gift.company_id
        is_choice = bool(rule and rule.is_choice)
        gifts = dict.fromkeys(GIFT_FIELDS) if is_choice else gift._get_gift()
        hold_days = rule.hold_days if rule else 0
        return {
            "key": key,
            "rule_id": rule.id if rule else None,
            "partner_id": partner.id,
            "member_id": edge.member_id.id if edge else None,
            "edge_id": edge.id if edge else None,
            "beneficiary": beneficiary,
            "event": event,
            "milestone": milestone,
            "title": title,
            "state": "held",
            "why": "new",
            "step": 0,
            "occurred_at": at,
            "hold_until": local_day(at, company) + timedelta(days=hold_days) if hold_days else None,
            "campaign_id": gift.campaign_id.id or None,
            "unit_cost": exact(gift.unit_cost or 0),
            "origin_model": origin._name if origin else None,
            "origin_id": origin.id if origin else None,
            "company_id": company.id,
            **gifts,
        }

    # ------------------------------------------------------------------
    # READ → DECIDE → WRITE
    # ------------------------------------------------------------------

    def _review(self, now, given_at=None):
        """Give what nothing holds any more; say of the rest what it waits for.

        :param given_at: what is given at once carries the instant of its event
        """
        for reward in self.filtered(lambda r: r.state in OPEN):
            verdict = decide(reward._read_situation(now))
            if verdict.state == "given":
                reward._give(given_at or now, now)
            elif (reward.state, reward.why) != (verdict.state, verdict.why):
                reward.write({"state": verdict.state, "why": verdict.why})

    def _read_situation(self, now):
        self.ensure_one()
        rule = self.rule_id
        return Situation(
            today=local_day(now, self.company_id),
            waits_until=self.hold_until or None,
            missing=self._get_missing(rule.condition),
            screening=self._get_screening(),
            is_allowed=not self._is_marketing() or self.company_id._rc_allows_marketing_rewards(),
            is_chosen=not rule.is_choice or bool(self.option_id),
            can_pay=self.kind != "cash" or self._can_give_cash(),
        )

    def _get_screening(self):
        """Return pass, hold or reject: what the screening says of the referral."""
        if not self.edge_id:
            return "pass"
        answer = self.edge_id._is_rewardable()
        return "hold" if answer is None else "pass" if answer else "reject"

    def _get_missing(self, condition):
        """Return the condition that is not met yet, or None."""
        member = self.member_id
        if not condition or not member:
            return None
        is_met = {
            "email": lambda: member.rc_email_verified_at,
            "phone": lambda: member.rc_phone_verified_at,
            "paid": lambda: member in member._rc_get_paying(),
        }[condition]()
        return None if is_met else condition

    def _give(self, at, now):
        """WRITE: caps and budget are claimed by the database, then it is handed over."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():  # all of it or nothing
                self._claim_caps(at)
                budget, cost = self._spend(at)
                handed = self._hand_over(f"{self.key}|{self.step}", at)
                self.write(
                    {
                        "state": "given",
                        "why": False,
                        "step": self.step + 1,
                        "given_at": at,
                        "taken_back_at": False,
                        "cost": cost,
                        "budget_id": budget.id,
                        **handed,
                    }
                )
                self.flush_recordset()
        except Stop as stop:
            self.invalidate_recordset(flush=False)
            if (self.state, self.why) != (stop.state, stop.why):
                self.write({"state": stop.state, "why": stop.why})
                self._tell_stopped(stop)
        except Refusal:
            # what it gives cannot be given now (a draw that is over): it waits, and says so
            self.invalidate_recordset(flush=False)
            self.write({"state": "held", "why": "closed"})

    @api.private
    def _undo(self, now):
        """What a reward stood on is gone: take it back, once."""
        for reward in self.sudo().filtered(lambda r: r.state in ("given", *OPEN)):  # see _open
            values = {"state": "taken_back", "why": "undone", "taken_back_at": now}
            if reward.state == "given":
                kept = reward._take(f"{reward.key}|{reward.step}", now)
                if not kept:  # what was used has cost what it cost
                    reward._spend_back(now)
                values |= {"step": reward.step + 1, "why": kept or "undone"}
            reward.write(values)

    @api.private
    def _redo(self, now):
        """What was taken back is due again, as it was the first time.

        What could not be had back is with its owner still: it is given as it was, not once more.
        """
        again = self.sudo().filtered(lambda r: r.state == "taken_back")  # see _open
        for reward in again.filtered(lambda r: r.why == "used"):
            facts = {"state": "given", "why": False, "taken_back_at": False}
            reward.write({**facts, "step": reward.step - 1})
            if reward.kind == "codes":  # the part of them that could be had back
                reward._resume_codes(f"{reward.key}|{reward.step - 1}")
            again -= reward
        again.write({"state": "held", "why": "new"})
        again._review(now)

    @api.private
    def _choose(self, partner, option, now):
        """The person chooses one of the things of a rule; nobody chooses twice.

        :raise Refusal: ``not_eligible``
        """
        self.ensure_one()
        reward = self.sudo()  # members have no rights on rewards; the check is here
        if (
            reward.partner_id != partner
            or reward.state != "choice"
            or option not in reward.rule_id.option_ids
        ):
            raise Refusal(
                self.env._("This choice was made already, or is not yours."), "not_eligible"
            )
        reward.write({"option_id": option.id, **option._get_gift()})
        reward.flush_recordset()  # of two who choose at once the second is tried again
        reward._review(now)
