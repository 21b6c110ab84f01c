"""Decisions of rc_partner_portal: plain Python, no Odoo."""
