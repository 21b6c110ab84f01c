"""Companies that have plans get the newly shipped ones, as drafts to choose from."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Add what is missing; nothing is put in force, and what is there stays as it is."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    plans = env["rc.commission.plan"].with_context(active_test=False).search([])
    for company in plans.company_id:
        env["rc.commission.plan"]._load_shipped(company, publish=False)
