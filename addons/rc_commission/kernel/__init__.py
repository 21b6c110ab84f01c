"""Decisions of rc_commission: plain Python, exact numbers, no Odoo."""
