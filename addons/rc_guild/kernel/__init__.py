"""Decisions of rc_guild: plain Python, exact numbers, no Odoo."""
