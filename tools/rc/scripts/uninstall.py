"""Run in an Odoo shell: uninstall the module that RC_MODULE names."""

import os

module = env["ir.module.module"].search([("name", "=", os.environ["RC_MODULE"])])  # noqa: F821
module.button_immediate_uninstall()
