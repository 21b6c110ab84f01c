"""The platform's program gets the tier from which points convert to cash."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    program = env.ref("rc_membership.program_platform", raise_if_not_found=False)
    tier = env.ref("rc_membership.tier_premium", raise_if_not_found=False)
    if program and tier and not program.convert_tier_id and tier.program_id == program:
        program.convert_tier_id = tier
