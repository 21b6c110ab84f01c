Badges of Odoo show ranks and the badges of the mall; the guild's page shows titles and frames.
