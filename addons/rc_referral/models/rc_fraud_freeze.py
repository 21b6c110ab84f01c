from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class RcFraudFreeze(models.Model):
    """A time in which a participant is given and paid nothing new; ended ones are kept."""

    _name = "rc.fraud.freeze"
    _description = "Freeze of a Participant"
    _inherit = ["rc.fact.mixin"]
    _order = "frozen_at desc, id desc"
    _rec_name = "partner_id"
    _allow_sudo_commands = False
    _rc_facts = (
        "partner_id",
        "company_id",
        "case_id",
        "frozen_at",
        "frozen_by_id",
        "ended_at",
        "ended_by_id",
    )

    partner_id = fields.Many2one(
        "res.partner", "Participant", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    case_id = fields.Many2one(
        "rc.fraud.case", required=True, readonly=True, ondelete="restrict", index=True
    )
    frozen_at = fields.Datetime(required=True, readonly=True)
    frozen_by_id = fields.Many2one(
        "res.users", readonly=True, ondelete="restrict", help="Empty: the screening."
    )
    ended_at = fields.Datetime(readonly=True)
    ended_by_id = fields.Many2one("res.users", "Ended by", readonly=True, ondelete="restrict")

    _live_uniq = models.UniqueIndex(
        "(partner_id, company_id) WHERE ended_at IS NULL", "This participant is frozen already."
    )
    _ends_later = models.Constraint(
        "CHECK (ended_at IS NULL OR ended_at >= frozen_at)", "A freeze ends after it began."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A freeze is kept; end it instead."))

    @api.model
    @api.private
    def _get_live(self, partners, company):
        return self.sudo().search(  # whoever gives or pays asks, also for visitors
            [
                ("partner_id", "in", partners.ids),
                ("company_id", "=", company.id),
                ("ended_at", "=", False),
            ]
        )

    @api.model
    @api.private
    def _begin(self, case, at, user=None):
        """Freeze the participant of a case; whoever is frozen stays so, once."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_fraud_freeze (partner_id, company_id, case_id, frozen_at,
                                             frozen_by_id, create_uid, create_date)
                VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
                """,
                case.partner_id.id,
                case.company_id.id,
                case.id,
                at,
                user.id if user else None,
                self.env.uid,
                at,
            )
        )
        self.env["rc.fraud.case"].invalidate_model(["is_frozen"])

    @api.private
    def _end(self, at, user):
        """Give and pay again; what waited is looked at once more."""
        for freeze in self.sudo():  # the right was checked by whoever decides the case
            freeze.write({"ended_at": max(at, freeze.frozen_at), "ended_by_id": user.id})
            freeze.partner_id._rc_release_frozen(freeze.company_id, at)
        self.env["rc.fraud.case"].invalidate_model(["is_frozen"])

    @api.model
    @api.private
    def _merge_members(self, sources, target):
        """Of two live freezes the older one stays."""
        live = self.sudo().search(  # a merge of contacts is decided by its own rights
            [("partner_id", "in", (sources | target).ids), ("ended_at", "=", False)],
            order="frozen_at, id",
        )
        for company in live.company_id:
            surplus = live.filtered(lambda freeze, c=company: freeze.company_id == c)[1:]
            for freeze in surplus:
                freeze.ended_at = max(fields.Datetime.now(), freeze.frozen_at)
        self.env.flush_all()
