"""Run in an Odoo shell: uninstall the modules that RC_MODULES names, one after the other."""

import os

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

for name in os.environ["RC_MODULES"].split(","):
    # each uninstall makes a new registry: the shell's own env is of the one before
    with Registry(env.cr.dbname).cursor() as cr:  # noqa: F821
        modules = api.Environment(cr, SUPERUSER_ID, {})["ir.module.module"]
        modules.search([("name", "=", name)]).button_immediate_uninstall()
