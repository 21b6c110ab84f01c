"""Scenario files: a small world, dated events, and what must hold; run against Odoo and the engine.

``file`` reads them, ``engine_side`` runs them on the kernel alone, ``odoo_side`` on real records,
``runner`` on both and compares. Nothing here is imported by the addon itself: the command
``odoo scenario`` does.
"""
