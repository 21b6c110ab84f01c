"""Odoo's own command, as a script: its server starts its evented process by the script's name."""

import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
