from datetime import timedelta

from odoo import api, fields, models

from .res_partner import STAFF


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_member_rank_ids = fields.One2many(
        "rc.member.rank", "partner_id", "Rank History", groups=STAFF, copy=False
    )
    rc_rank_ids = fields.Many2many(
        "rc.ladder.rank",
        string="Member Ranks",
        compute="_compute_rc_rank_ids",
        search="_search_rc_rank_ids",
        compute_sudo=True,
        groups=STAFF,
        help="The ranks held in the programs of the company.",
    )

    rc_rank_count = fields.Integer(
        "Rank Count", compute="_compute_rc_rank_ids", compute_sudo=True, groups=STAFF
    )
    rc_growth_value = fields.Integer(
        "Growth Value",
        compute="_compute_rc_growth",
        search="_search_rc_growth_value",
        compute_sudo=True,
        groups=STAFF,
        help="In the platform's program.",
    )
    rc_rfm_segment = fields.Selection(
        selection=lambda self: self.env["rc.growth.account"]._fields["segment"].selection,
        string="RFM Segment",
        compute="_compute_rc_growth",
        search="_search_rc_rfm_segment",
        compute_sudo=True,
        groups=STAFF,
    )

    @api.depends_context("company")
    def _compute_rc_growth(self):
        program = self.env["rc.program"]._get_platform()
        accounts = {
            account.partner_id.id: account
            for account in self.env["rc.growth.account"].search(
                [("partner_id", "in", self._origin.ids), ("program_id", "=", program.id)]
            )
        }
        nothing = self.env["rc.growth.account"]
        for partner in self:
            account = accounts.get(partner._origin.id, nothing)
            partner.rc_growth_value = account.value
            partner.rc_rfm_segment = account.segment

    @api.model
    def _search_rc_growth_value(self, operator, value):
        """Find members by growth; whoever has none has 0 and is found by a negation only."""
        return self._rc_search_growth("value", operator, value)

    @api.model
    def _search_rc_rfm_segment(self, operator, value):
        return self._rc_search_growth("segment", operator, value)

    def _rc_search_growth(self, name, operator, value):
        if operator in ("not in", "!=", "not any"):
            return NotImplemented
        # who may search members by growth need not read the accounts themselves
        accounts = self.env["rc.growth.account"].sudo()
        program = self.env["rc.program"].sudo()._get_platform()  # see above
        found = accounts._search([("program_id", "=", program.id), (name, operator, value)])
        return [("id", "in", found.subselect("partner_id"))]

    @api.depends_context("company")
    @api.depends("rc_member_rank_ids")
    def _compute_rc_rank_ids(self):
        ladders = self.env["rc.ladder"].search([("company_id", "=", self.env.company.id)])
        held = dict.fromkeys(self.ids, self.env["rc.ladder.rank"])
        for ladder in ladders:
            ranks = {rank.code: rank for rank in ladder.rank_ids}
            for partner_id, code in ladder._get_ranks_of(self._origin.ids).items():
                held[partner_id] |= ranks.get(code, self.env["rc.ladder.rank"])
        for partner in self:
            partner.rc_rank_ids = held.get(partner._origin.id, self.env["rc.ladder.rank"])
            partner.rc_rank_count = len(partner.rc_rank_ids)

    @api.model
    def _search_rc_rank_ids(self, operator, value):
        """Find members by a rank they hold by a row of theirs; what everybody has is no search."""
        if operator not in ("in", "any"):
            return NotImplemented
        ranks = self.env["rc.ladder.rank"].search([("id", operator, value)])
        return [("id", "in", self.env["rc.member.rank"]._get_holders_sql(ranks.ids))]

    @api.private
    def _rc_get_ranks(self, ladder_code, program=None):
        """Return partner id → code of the rank held (None: none), in one query for all.

        :param program: default: the platform's of the company
        """
        ladder = self.env["rc.ladder"]._find(ladder_code, program)
        return ladder._get_ranks_of(self.ids) if ladder else dict.fromkeys(self.ids)

    @api.private
    def _rc_plan_win_back(self, on):
        """Ask the salesperson of members who buy much less than before to call them."""
        for partner in self:
            summary = self.env._("Buys much less than before: ask why, and win them back")
            user = partner.user_id
            if user:
                partner.activity_schedule(
                    "mail.mail_activity_data_call",
                    date_deadline=on + timedelta(days=3),
                    summary=summary,
                    user_id=user.id,
                )
            else:
                partner.message_post(body=summary, subtype_xmlid="mail.mt_note")

    # ------------------------------------------------------------------
    # Merge of contacts
    # ------------------------------------------------------------------

    @api.model
    def _rc_before_merge(self, sources, target):
        """Ranks and growth of both are of the one who stays; the highest rank holds."""
        super()._rc_before_merge(sources, target)
        # a merge is decided by its own rights, whoever may read ranks
        self.env["rc.ladder"].sudo().search([])._merge_members(sources, target)
        self.env["rc.growth.account"].sudo()._merge_members(sources, target)
