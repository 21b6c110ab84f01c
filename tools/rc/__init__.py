"""The ``rc`` command: gets a real Odoo 19, runs the product and tests it.

Standard library only, so that it runs before anything is installed.
"""
