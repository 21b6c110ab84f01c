"""What members bought before there was growth becomes facts; ranks they have reached are theirs."""

from odoo import SUPERUSER_ID, api, fields

from odoo.addons.rc_membership.adapters import local_day

BATCH = 1000


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    now = fields.Datetime.now()
    for company in env["rc.program"].search([]).company_id:
        here = env(context={"allowed_company_ids": company.ids})
        today = local_day(now, company)
        moves = here["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
            ],
            order="id",
        )
        for start in range(0, len(moves), BATCH):
            batch = moves[start : start + BATCH]
            here["rc.member.purchase"]._note(batch, today)
            env.invalidate_all()
        # months before the update are not scored after the fact
        here["rc.program"].search([("company_id", "=", company.id)]).write({"growth_since": today})
        here["rc.ladder"]._review_all(today)
