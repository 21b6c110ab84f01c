import secrets

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models, tools
from odoo.tools import SQL

KEPT_MONTHS = 3


class RcHashKey(models.Model):
    """The random key of a month, with which addresses and user agents of that month are hashed.

    When the key is gone, nobody can tell any more what a hash was made from, not even with a copy of
    the database and all its settings.
    """

    _name = "rc.hash.key"
    _description = "Hash Key of a Month"
    _order = "month desc"
    _rec_name = "month"
    _allow_sudo_commands = False

    month = fields.Char(required=True, readonly=True)
    secret = fields.Char(required=True, readonly=True, groups="base.group_system")

    _month_uniq = models.UniqueIndex("(month)", "There is a key of this month.")

    @api.model
    @api.private
    @tools.ormcache("month")
    def _get_secret(self, month):
        """Return the key of a month (``YYYY-MM``) as bytes; it is made when first needed."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO rc_hash_key (month, secret, create_uid, write_uid, create_date, write_date)
                VALUES (%s, %s, 1, 1, NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC')
                ON CONFLICT (month) DO NOTHING RETURNING id
                """,
                month,
                secrets.token_hex(32),
            )
        )
        [[secret]] = self.env.execute_query(
            SQL("SELECT secret FROM rc_hash_key WHERE month = %s", month)
        )
        return bytes.fromhex(secret)

    @api.model
    def _cron_rotate(self):
        """Make the next month's key before anybody waits for it, and forget the old ones."""
        today = fields.Date.today()
        self._get_secret((today + relativedelta(months=1)).strftime("%Y-%m"))
        oldest = (today - relativedelta(months=KEPT_MONTHS - 1)).strftime("%Y-%m")
        old = self.sudo().search([("month", "<", oldest)])  # a cron of the system
        if old:
            old.unlink()
            self.env.registry.clear_cache()
