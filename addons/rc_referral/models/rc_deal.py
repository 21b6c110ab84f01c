from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize

from odoo.addons.rc_membership.exceptions import Refusal

from ..adapters_attribution import get_param
from ..kernel.attribution import Candidate

DEAL_DAYS_DEFAULT = 180
STATES = [
    ("registered", "Waiting"),
    ("approved", "Approved"),
    ("won", "Won"),
    ("refused", "Refused"),
    ("expired", "Expired"),
]
LIVE = ("approved", "won")


class RcDeal(models.Model):
    """A customer whom a participant has registered before anybody else: evidence for their orders.

    Approved by somebody who does not gain from it; counts in ``[registered_at, expires_at)``.
    """

    _name = "rc.deal"
    _description = "Registered Deal"
    _inherit = ["mail.thread", "mail.activity.mixin", "rc.fact.mixin"]
    _order = "registered_at desc, id desc"
    _check_company_auto = True

    _rc_facts = (
        "state",
        "registered_at",
        "registered_by_id",
        "decided_by_id",
        "decided_at",
        "expires_at",
        "order_id",
    )

    name = fields.Char("Customer", required=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Participant",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        help="Who works on this customer and is paid for what they buy.",
    )
    customer_id = fields.Many2one(
        "res.partner", "Contact of the Customer", ondelete="restrict", index="btree_not_null"
    )
    email = fields.Char("E-mail")
    email_normalized = fields.Char(compute="_compute_email_normalized", store=True, index=True)
    phone = fields.Char()
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", ondelete="set null", index="btree_not_null", check_company=True
    )
    customer_key = fields.Char(compute="_compute_customer_key", store=True)
    note = fields.Text("What Was Done", help="Meetings, offers, who was spoken to.")
    proof = fields.Binary("Evidence", attachment=True)
    proof_name = fields.Char("Name of the File")
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
        tracking=True,
    )
    state = fields.Selection(
        STATES, default="registered", required=True, readonly=True, copy=False, tracking=True
    )
    registered_at = fields.Datetime(readonly=True, copy=False)
    registered_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict", string="Registered by"
    )
    expires_at = fields.Datetime("Counts until", readonly=True, copy=False)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, copy=False, ondelete="restrict"
    )
    decided_at = fields.Datetime(readonly=True, copy=False)
    order_id = fields.Many2one(
        "sale.order", "Won by Order", readonly=True, copy=False, ondelete="set null"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    _live_uniq = models.UniqueIndex(
        "(company_id, customer_key) WHERE state = 'approved' AND customer_key IS NOT NULL",
        "Another deal for this customer is approved already.",
    )

    @api.depends("email")
    def _compute_email_normalized(self):
        for deal in self:
            deal.email_normalized = email_normalize(deal.email or "") or False

    @api.depends("customer_id", "email_normalized")
    def _compute_customer_key(self):
        """What two deals about the same customer have in common."""
        for deal in self:
            email = deal.email_normalized or deal.customer_id.email_normalized
            company = deal.customer_id.commercial_partner_id
            deal.customer_key = email or (f"contact:{company.id}" if company else False)

    @api.onchange("customer_id")
    def _onchange_customer_id(self):
        if self.customer_id:
            self.name = self.name or self.customer_id.name
            self.email = self.email or self.customer_id.email
            self.phone = self.phone or self.customer_id.phone

    @api.model_create_multi
    def create(self, vals_list):
        """When and by whom it was registered is the system's, whatever a form or an import says."""
        deals = super().create(vals_list)
        fresh = deals.sudo().filtered(lambda deal: not deal.registered_at)
        fresh.write({"registered_at": fields.Datetime.now(), "registered_by_id": self.env.uid})
        return deals

    @api.constrains("customer_id", "email", "lead_id")
    def _check_customer(self):
        for deal in self:
            if not (deal.customer_id or deal.email_normalized or deal.lead_id):
                raise UserError(
                    self.env._(
                        "Say who the customer is: a contact, an e-mail address or an opportunity."
                    )
                )

    def write(self, vals):
        decided = self.filtered(lambda deal: deal.state != "registered")
        about = {"partner_id", "customer_id", "email", "lead_id", "company_id"}
        if decided and about & set(vals) and not self.env.su:
            raise UserError(self.env._("A deal that was decided is kept as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_waiting(self):
        if any(deal.state != "registered" for deal in self):
            raise UserError(self.env._("A deal that was decided is kept as it is."))

    # ------------------------------------------------------------------
    # Decision
    # ------------------------------------------------------------------

    def action_approve(self):
        now = fields.Datetime.now()
        for deal in self:
            deal._check_decider()
            deal._approve(now, self.env.user)

    def action_refuse(self):
        now = fields.Datetime.now()
        for deal in self:
            deal._check_decider()
            deal._update_state(("registered", "approved"), "refused", now, self.env.user)

    def _check_decider(self):
        """Raise unless a program manager decides about somebody else's deal."""
        self.ensure_one()
        self.check_access("write")
        user = self.env.user
        if not user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Ask a program manager to decide about deals."))
        if user == self.registered_by_id or user.partner_id == self.partner_id:
            raise UserError(
                self.env._("Nobody decides about their own deal: ask another program manager.")
            )

    def _approve(self, at, user):
        """Let the deal count from its registration on."""
        self._expire_due(self.company_id, at)
        rival = self.sudo().search(  # two deals at once are told apart whoever may see them
            [
                ("customer_key", "=", self.customer_key),
                ("state", "=", "approved"),
                ("company_id", "=", self.company_id.id),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if self.customer_key and rival:
            raise Refusal(
                self.env._(
                    "%(participant)s has registered this customer already, until %(date)s.",
                    participant=rival.partner_id.display_name,
                    date=fields.Date.to_string(rival.expires_at.date()),
                ),
                "not_eligible",
            )
        days = get_param(self.env, "deal_days")
        self.sudo().expires_at = at + timedelta(
            days=int(days) if days.isdigit() and int(days) else DEAL_DAYS_DEFAULT
        )
        self._update_state(("registered",), "approved", at, user)

    def _update_state(self, allowed, state, at=None, user=None):
        """Move the deal from one of ``allowed`` to ``state``."""
        self.ensure_one()
        if self.state not in allowed:
            raise UserError(self.env._("This deal was decided already."))
        values = {"state": state}
        if at:
            values |= {"decided_at": at, "decided_by_id": user.id}
        self.sudo().write(values)  # facts of the system; rights were checked at the button

    @api.model
    def _expire_due(self, company, at):
        deals = self.sudo().search(  # dates, not rights, end a deal
            [
                ("company_id", "=", company.id),
                ("state", "=", "approved"),
                ("expires_at", "<=", at),
            ]
        )
        deals.write({"state": "expired"})

    @api.model
    def _cron_expire(self):
        now = fields.Datetime.now()
        for company in self.env["res.company"].search([]):
            self._expire_due(company, now)

    # ------------------------------------------------------------------
    # Evidence
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _read_candidates(self, buyer, lead, company):
        """Return the approved deals about a buyer as candidates, those that ran out too."""
        about = [("customer_id", "child_of", buyer.commercial_partner_id.ids)]
        if buyer.email_normalized:
            about = ["|", ("email_normalized", "=", buyer.email_normalized), *about]
        if lead:
            about = ["|", ("lead_id", "=", lead.id), *about]
        deals = self.sudo().search(  # orders are decided for buyers and by crons
            [
                ("company_id", "=", company.id),
                ("state", "in", (*LIVE, "expired")),
                ("expires_at", "!=", False),
                *about,
            ]
        )
        return [
            Candidate(
                "deal",
                deal.partner_id.id,
                deal.registered_at,
                window=deal.expires_at - deal.registered_at,
            )
            for deal in deals
            if deal.expires_at > deal.registered_at
        ]

    @api.model
    @api.private
    def _win(self, order, participant):
        """The order that a deal brought is confirmed: the deal is won."""
        deals = self.sudo().search(  # facts of the system
            [("partner_id", "=", participant.id), ("state", "=", "approved")]
        )
        buyer = order.partner_id
        for deal in deals:
            is_about = (
                deal.customer_id.commercial_partner_id == buyer.commercial_partner_id
                if deal.customer_id
                else deal.email_normalized and deal.email_normalized == buyer.email_normalized
            ) or (deal.lead_id and deal.lead_id == order.opportunity_id)
            if is_about:
                deal.write({"state": "won", "order_id": order.id})
