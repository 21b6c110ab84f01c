from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters import read_balances, read_open_items
from ..adapters.activity import read_referred_activity
from ..kernel.hold import is_payable
from ..kernel.plan import ROLES
from ..wording import role_labels

FINANCE = "rc_membership.group_salesperson,rc_membership.group_accountant"
STAFF_GROUPS = "rc_membership.group_program_manager,rc_membership.group_accountant"


class ResPartner(models.Model):
    _inherit = "res.partner"

    rc_participant_role = fields.Selection(
        selection=lambda self: [r for r in role_labels(self.env) if r[0] != "staff"],
        string="Participant Role",
        groups="rc_membership.group_program_manager,rc_membership.group_accountant",
        help="Which plans pay this contact. Empty: by login (staff, partner, promoter), else member.",
    )
    rc_role = fields.Selection(
        selection=lambda self: role_labels(self.env),
        string="Network Role",
        compute="_compute_rc_role",
        compute_sudo=True,
        groups="base.group_user",
    )
    rc_parent_id = fields.Many2one(
        "res.partner",
        "Parent Partner",
        groups=STAFF_GROUPS,
        ondelete="set null",
        index="btree_not_null",
        help="The partner who takes a share of what this one sells, where a plan splits it.",
    )
    rc_joined_on = fields.Date(
        "Joined On",
        groups=STAFF_GROUPS,
        help="Who joined first comes first where people share something. Empty: the day they got "
        "a sponsor, else the day the contact was made.",
    )
    rc_training_ids = fields.Many2many(
        "rc.training",
        string="Trainings Passed",
        groups=STAFF_GROUPS,
        help="Ranks and rules may ask for them.",
    )
    rc_region_ids = fields.Many2many(
        "rc.region",
        string="Sales Regions",
        groups=STAFF_GROUPS,
        help="The regions this address lies in, with those above them. Empty: by city, state and "
        "country.",
    )
    rc_owned_region_ids = fields.One2many(
        "rc.region", "owner_id", "Own Regions", groups=STAFF_GROUPS
    )
    rc_commission_account_ids = fields.One2many(
        "rc.commission.account", "partner_id", "Commission Accounts", groups=FINANCE
    )

    rc_rank_names = fields.Char(
        "Ranks",
        compute="_compute_rc_rank_names",
        groups="rc_membership.group_accountant,rc_membership.group_program_manager",
    )

    def _compute_rc_rank_names(self):
        found = self.env["rc.commission.standing"]._get_of(self, self.env.company)
        for partner in self:
            rows = found.get(partner._origin.id, [])
            held = [row.rank_name.partition(" · ")[2] for row in rows if row.rank]
            partner.rc_rank_names = " · ".join(held)

    @api.depends("rc_participant_role", "user_ids.group_ids", "user_ids.active")
    def _compute_rc_role(self):
        roles = self._rc_get_roles()
        for partner in self:
            partner.rc_role = roles.get(partner._origin.id, "member")

    @api.private
    def _rc_get_roles(self):
        """Return partner id → role, in one query.

        Who logs in to the back office is staff; else the role on the contact; else the group of
        the portal login; else a member.
        """
        if not self.ids:
            return {}
        groups = [
            tuple(self.env.ref(f"rc_membership.{name}").ids[0] for name in names)
            for names in (("group_partner", "group_partner_finance"), ("group_promoter",))
        ]
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.id, CASE
                         WHEN BOOL_OR(NOT users.share) THEN 'staff'
                         WHEN partner.rc_participant_role IS NOT NULL THEN partner.rc_participant_role
                         WHEN BOOL_OR(rel.gid IN %(partner)s) THEN 'partner'
                         WHEN BOOL_OR(rel.gid IN %(promoter)s) THEN 'promoter'
                         ELSE 'member' END
                  FROM res_partner partner
                  LEFT JOIN res_users users ON users.partner_id = partner.id AND users.active
                  LEFT JOIN res_groups_users_rel rel ON rel.uid = users.id
                 WHERE partner.id IN %(ids)s
                 GROUP BY partner.id
                """,
                partner=groups[0],
                promoter=groups[1],
                ids=tuple(self.ids),
            )
        )
        return {partner_id: role for partner_id, role in rows if role in ROLES}

    @api.private
    def _rc_get_training(self):
        """Return partner id → codes of the trainings passed, in one query."""
        if not self.ids:
            return {}
        self.env.flush_all()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT rel.res_partner_id, ARRAY_AGG(training.code)
                      FROM rc_training_res_partner_rel rel
                      JOIN rc_training training ON training.id = rel.rc_training_id
                     WHERE rel.res_partner_id IN %s GROUP BY rel.res_partner_id
                    """,
                    tuple(self.ids),
                )
            )
        )

    @api.private
    def _rc_get_kyc(self):
        """Return partner id → whether their identity is proven; who is left out has."""
        return {}

    @api.private
    def _rc_get_counts(self, name, start, end):
        """Return partner id → a dated count that is no purchase, over ``[start, end)``.

        Addons that count something extend this.
        """
        if name == "referred_activity":
            return read_referred_activity(self.env, self.env.company, self.ids, start, end)
        return {}

    @api.model
    @api.private
    def _rc_read_guilds(self, company, days):
        """Return (partner id, day) → (id of the guild they were in then, id of its leader).

        :param days: (partner id, date) pairs

        ``rc_guild`` extends this.
        """
        return {}

    @api.private
    def _rc_get_commission_summary(self, today):
        """Return res.currency → {held, payable, settled, paid, reserve, debt, accrued} as Decimals.

        :param today: date in the company's time zone; decides what is held and what is payable

        The caller has checked who may see it: the portal shows people their own, staff by rules.
        """
        accounts = (
            self.env["rc.commission.account"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.ids),
                    ("company_id", "in", self.env.companies.ids),
                    ("merged_into_id", "=", False),
                ]
            )
        )
        balances = read_balances(self.env, accounts.ids)
        items = read_open_items(self.env, accounts.ids)
        summary = {}
        for account in accounts:
            totals = summary.setdefault(account.currency_id, defaultdict(Decimal))
            balance = balances[account.id]
            payable = sum(
                (i.amount for i in items.get(account.id, ()) if is_payable(i.payable_on, today)),
                Decimal(0),
            )
            totals["payable"] += payable
            totals["held"] += balance["open"] + balance["review"] - payable
            for bucket in ("settled", "paid", "reserve", "debt"):
                totals[bucket] += balance[bucket]
            totals["accrued"] += sum(balance.values()) - 2 * balance["debt"]
        return {currency: dict(totals) for currency, totals in summary.items()}

    # ------------------------------------------------------------------
    # Merge of contacts
    # ------------------------------------------------------------------

    @api.model
    def _rc_before_merge(self, sources, target):
        """Move balances by entries where both contacts have an account; else the account moves."""
        super()._rc_before_merge(sources, target)
        for name, key in (
            ("rc.commission.account", "currency_id"),
            ("rc.green.account", "plan_code"),
        ):
            accounts = self.env[name].sudo()  # a merge is decided by its own rights
            for account in accounts.search(
                [("partner_id", "in", sources.ids), ("merged_into_id", "=", False)]
            ):
                same = [("company_id", "=", account.company_id.id), ("merged_into_id", "=", False)]
                value = account[key].id if key == "currency_id" else account[key]
                same += [("partner_id", "=", target.id), (key, "=", value)]
                twin = accounts.search(same, limit=1)
                if twin:
                    account._merge_into(twin)
                account.partner_id = target
        self.env["rc.placement.edge"].sudo()._merge_members(sources, target)  # see above

    def action_rc_view_commissions(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_commission.rc_commission_award_action"
        )
        return {**action, "domain": [("account_id.partner_id", "in", self.ids)], "context": {}}

    def action_rc_view_standing(self):
        """Open where this contact stands on the ladders, with the way to the next rank."""
        self.ensure_one()
        self.check_access("read")
        rows = self.env["rc.commission.standing"].search([("partner_id", "=", self.id)])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_commission.rc_commission_standing_action"
        )
        action |= {"domain": [("partner_id", "=", self.id)], "context": {}}
        if len(rows) == 1:
            action |= {"views": [(False, "form")], "res_id": rows.id}
        return action

    def action_rc_view_tree(self):
        """Open the sponsor tree around this contact."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "rc_commission.rc_sponsor_node_action"
        )
        return {**action, "context": {"hierarchy_res_id": self.id}}
