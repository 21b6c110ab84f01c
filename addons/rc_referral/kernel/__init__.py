"""Decisions of rc_referral: plain Python, no Odoo, no clock, no random numbers."""
