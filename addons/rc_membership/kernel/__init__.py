"""Decisions of rc_membership: plain Python, exact numbers, no Odoo."""
