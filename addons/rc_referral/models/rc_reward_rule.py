from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.rc_membership.adapters import local_noon, read_paid_on

from ..kernel.rewards import Given, next_step

KEY_PREFIX = "referral"  # the keys of a reward's entries begin with it, then the event
EVENTS = [
    ("sign_up", "Free Sign-up"),
    ("first_payment", "First Payment"),
    ("renewal", "Renewal"),
]


class RcRewardRule(models.Model):
    """What a referral earns: an event, whose sponsor, how many points, for whom."""

    _name = "rc.reward.rule"
    _description = "Referral Reward Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one(
        "rc.program",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env["rc.program"]._get_platform(),
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    event = fields.Selection(EVENTS, required=True)
    sponsor_kind = fields.Selection(
        [("member", "Member (Free)"), ("paying_member", "Paying Member")],
        "Sponsor",
        required=True,
        default="member",
        help="Staff and partners are paid by their compensation plan, not by these rules.",
    )
    beneficiary = fields.Selection(
        [("sponsor", "Sponsor"), ("referee", "New Member")],
        "Who Gets It",
        required=True,
        default="sponsor",
    )
    points = fields.Integer(required=True)

    _points_positive = models.Constraint(
        "CHECK (points > 0)", "A rule gives more than zero points."
    )
    _rule_uniq = models.UniqueIndex(
        "(program_id, event, sponsor_kind, beneficiary) WHERE active",
        "There is a rule for this event, sponsor and beneficiary already.",
    )

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _apply_sign_up(self, member):
        """Give what a sign-up earns, once."""
        edge = self._get_edge(member)
        if edge:
            self._settle("sign_up", edge, is_due=True, origin=member, at=edge.bound_at)

    @api.model
    @api.private
    def _apply_payment(self, move):
        """Bring first-payment and renewal rewards of the payer to what is due now.

        Recomputed from the invoices, so it may run any number of times: a reward falls due with a
        paid plan invoice and is taken back when no paid invoice stands behind it any more.
        """
        member = move._rc_get_member()
        edge = self._get_edge(member)
        if not edge or move.move_type != "out_invoice":
            return
        move._rc_ensure_charges()  # if the consumer before this one failed
        kinds = {line._rc_get_charge_kind() for line in move.invoice_line_ids}
        at = self._get_paid_at(move)
        if "renewal" in kinds:
            self._settle("renewal", edge, self._is_paid(move), origin=move, at=at, source=move)
        if "first" in kinds:
            firsts = self._get_first_invoices(member)
            is_due = any(self._is_paid(invoice) for invoice in firsts)
            self._settle("first_payment", edge, is_due, origin=move, at=at)

    def _get_paid_at(self, move):
        """Return noon of the day the invoice was paid, or None."""
        paid_on = read_paid_on(move).get(move.id)
        return local_noon(paid_on, move.company_id) if paid_on else None

    def _get_edge(self, member):
        return self.env["rc.sponsor.edge"].search(
            [("member_id", "=", member.id), ("ended_at", "=", False)], limit=1
        )

    def _get_first_invoices(self, member):
        """Return the invoices that began a membership of ``member``."""
        charges = self.env["rc.subscription.charge"].search(
            [("subscription_id.partner_id", "=", member.id), ("kind", "=", "first")]
        )
        return charges.invoice_line_id.move_id

    def _is_paid(self, move):
        return (
            move.state == "posted"
            and move.payment_state in ("paid", "in_payment")
            and not move._rc_is_fully_credited()
        )

    # ------------------------------------------------------------------
    # Points
    # ------------------------------------------------------------------

    @api.model
    def _settle(self, event, edge, is_due, origin, at=None, source=None):
        """READ what was given → DECIDE the next step → WRITE it, for sponsor and new member.

        The key names the edge: contacts change their ids when they are merged, edges do not. It
        does not name the rule, so a changed or replaced one never pays the same thing twice.

        :param source: the invoice, for what is given once for each
        """
        kind = edge.sponsor_id._rc_get_sponsor_kind()
        program = self.env["rc.program"]._get_platform(edge.company_id)
        payees = {"sponsor": edge.sponsor_id, "referee": edge.member_id}
        for beneficiary, payee in payees.items():
            rule = self.search(
                [
                    ("program_id", "=", program.id),
                    ("event", "=", event),
                    ("sponsor_kind", "=", kind),
                    ("beneficiary", "=", beneficiary),
                ],
                limit=1,
            )
            about = f"rc.sponsor.edge:{edge.id}"
            if source:
                about = f"{about}/{source._name}:{source.id}"
            base_key = f"{KEY_PREFIX}|{event}|{about}|{beneficiary}"
            # keys written before 19.0.1.1.0 named the contacts
            old = source or edge.member_id
            old_key = f"{KEY_PREFIX}|{event}|{old._name}:{old.id}|{beneficiary}:{payee.id}"
            given = self._get_given(base_key, old_key)
            step = next_step(base_key, given, is_due, rule.points)
            if step:
                self._write_step(step, payee, program, self._get_reason(event), origin, at)

    def _write_step(self, step, payee, program, reason, origin, at):
        account = self.env["rc.point.account"]._get_or_create(payee, program)
        if step.points > 0:
            account._grant(step.points, step.key, reason, origin=origin, occurred_at=at)
        else:
            account._take_back(-step.points, step.key, reason, origin=origin)

    @api.model
    def _get_given(self, base_key, old_key):
        """Return the steps already booked under the keys, oldest first."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT split_part(key, '|', 5)::integer,
                       SUM(CASE WHEN debit_bucket = 'issued' THEN amount ELSE -amount END)
                  FROM rc_point_entry WHERE starts_with(key, %s) OR starts_with(key, %s)
                 GROUP BY 1 ORDER BY 1
                """,
                f"{base_key}|",
                f"{old_key}|",
            )
        )
        return [Given(f"{base_key}|{number}", int(points)) for number, points in rows]

    @api.model
    def _get_reason(self, event):
        return {
            "sign_up": self.env._("A friend signed up"),
            "first_payment": self.env._("A friend's first payment"),
            "renewal": self.env._("A friend renewed"),
        }[event]
