from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters import local_day
from ..kernel.usage import describe_more


class RcQuotaNotice(models.Model):
    """A member who has nearly used up a quota, with the plan that fits: one a month and quota."""

    _name = "rc.quota.notice"
    _description = "Member near a Quota"
    _inherit = ["rc.fact.mixin"]
    _order = "noticed_on desc, id desc"
    _rec_name = "partner_id"
    _allow_sudo_commands = False
    _rc_facts = (
        "partner_id",
        "entitlement_id",
        "program_id",
        "company_id",
        "tier_id",
        "noticed_on",
        "month_on",
        "used",
        "amount",
        "product_tmpl_id",
    )

    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    entitlement_id = fields.Many2one(
        "rc.entitlement", required=True, readonly=True, ondelete="cascade"
    )
    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    tier_id = fields.Many2one("rc.tier", readonly=True, ondelete="set null")
    noticed_on = fields.Date(required=True, readonly=True)
    month_on = fields.Date(required=True, readonly=True)
    used = fields.Float(digits=(16, 4), readonly=True)
    amount = fields.Float("Allowance", digits=(16, 4), readonly=True)
    product_tmpl_id = fields.Many2one(
        "product.template", "Plan that Fits", readonly=True, ondelete="set null"
    )
    is_done = fields.Boolean("Done", help="Somebody has spoken with the member.")

    _month_uniq = models.Constraint(
        "UNIQUE (partner_id, entitlement_id, program_id, month_on)",
        "This was noticed this month already.",
    )

    @api.model
    def _cron_notice(self):
        """List who is near a quota, in each company on its own day."""
        now = fields.Datetime.now()
        for program in self.env["rc.program"].search([]):
            self._notice(program, local_day(now, program.company_id))

    @api.model
    @api.private
    def _notice(self, program, today):
        """READ who is near → DECIDE the plan that fits → WRITE a row each, and tell.

        Set-based: the same few queries for any number of members.

        :return: the new rows
        """
        company = program.company_id
        if not company.rc_quota_near_percent:
            return self.browse()
        catalogue = self.env["rc.usage"]._get_catalogue(program.id)
        rows = [
            self._prepare_row(catalogue, program, today, *found)
            for found in self._read_near(catalogue, program, today, company.rc_quota_near_percent)
        ]
        notices = self.browse(self._insert(rows))
        if company.rc_quota_near_action == "activity":
            notices._schedule_activities()
        elif company.rc_quota_near_action == "mail":
            notices._send_mails()
        return notices

    @api.model
    def _read_near(self, catalogue, program, today, percent):
        """READ (partner, right, line, used) of the tier's windows of yesterday and today."""
        counters = self.env["rc.entitlement.counter"].search(
            [
                ("program_id", "=", program.id),
                ("grant_id", "=", False),
                ("next_id", "=", False),
                ("used", ">", 0),
                ("window_start", "<=", today),
                "|",
                ("window_end", "=", False),
                ("window_end", ">=", today),
                ("partner_id.active", "=", True),
            ]
        )
        tiers = self.env["rc.subscription"]._get_tiers(counters.partner_id, program, today)
        for counter in counters:
            line = catalogue.lines.get(tiers[counter.partner_id.id].id, {}).get(
                counter.entitlement_id.id
            )
            if line is None or line.amount is None or line.per != counter.per:
                continue
            if counter.used * 100 >= float(line.amount) * percent:
                yield counter, tiers[counter.partner_id.id], line

    @api.model
    def _prepare_row(self, catalogue, program, today, counter, tier, line):
        right = counter.entitlement_id.id
        lines = {t: given[right] for t, given in catalogue.lines.items() if right in given}
        higher = describe_more(lines, catalogue.ranks, tier.id, line)
        plans = self.env["rc.tier"].browse(higher).plan_ids.filtered("sale_ok")
        ranked = plans.sorted(lambda p: (catalogue.ranks[p.rc_tier_id.id], p._rc_get_months()))
        return {
            "partner_id": counter.partner_id.id,
            "entitlement_id": right,
            "program_id": program.id,
            "company_id": program.company_id.id,
            "tier_id": tier.id,
            "noticed_on": today,
            "month_on": today.replace(day=1),
            "used": counter.used,
            "amount": line.amount,
            "product_tmpl_id": ranked[:1].id or None,
        }

    @api.model
    def _insert(self, rows):
        """WRITE the rows that are not there yet; return their ids."""
        if not rows:
            return []
        self.flush_model()
        values = [{**row, "is_done": False, "create_uid": self.env.uid} for row in rows]
        found = self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_quota_notice (%s) VALUES %s
                    ON CONFLICT (partner_id, entitlement_id, program_id, month_on) DO NOTHING
             RETURNING id
                """,
                SQL(", ").join(map(SQL.identifier, values[0])),
                SQL(", ").join(
                    SQL("(%s)", SQL(", ").join(SQL("%s", value) for value in row.values()))
                    for row in values
                ),
            )
        )
        return [row_id for (row_id,) in found]

    # ------------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------------

    def _get_sentence(self):
        self.ensure_one()
        right = self.entitlement_id.name
        if not self.product_tmpl_id:
            return self.env._(
                "%(used)g of %(amount)g used: %(right)s.",
                used=self.used,
                amount=self.amount,
                right=right,
            )
        return self.env._(
            "%(used)g of %(amount)g used: %(right)s. The plan that fits: %(plan)s.",
            used=self.used,
            amount=self.amount,
            right=right,
            plan=self.product_tmpl_id.name,
        )

    def _schedule_activities(self):
        """A to-do on the contact for its salesperson (else for whoever runs the program)."""
        for notice in self:
            user = notice.user_id or self.env.ref("base.user_admin")
            notice.partner_id.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=notice.noticed_on,
                summary=self.env._("Near a quota"),
                note=notice._get_sentence(),
                user_id=user.id,
            )

    def _send_mails(self):
        """Tell the member, in the member's language, by the way they prefer."""
        template = self.env.ref("rc_membership.mail_template_quota_near")
        for notice in self:
            notice.partner_id._rc_tell(template, notice)
