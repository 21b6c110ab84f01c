import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..errors import value_error
from ..kernel import codes
from ..secrets_box import close_box, get_hashes, open_box


class RcCode(models.Model):
    """Codes of value: whoever holds the text has what it is worth, so the text is not stored."""

    _inherit = "rc.code"

    _rc_facts = ("secret_hash", "secret_box")

    # nobody reads these, whatever their rights: the doors below do
    secret_hash = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    secret_box = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)

    _secret_uniq = models.UniqueIndex("(secret_hash)", "This code is taken.")
    # no NOT IN: PostgreSQL writes a list of varchar otherwise into a backup than it was told
    _value_is_secret = models.Constraint(
        "CHECK ((kind <> 'activation' AND kind <> 'gift')"
        " OR (secret_hash IS NOT NULL AND secret_box IS NOT NULL))",
        "Activation and gift codes are made in batches, not by hand.",
    )

    @api.model
    @api.private
    def _make_valued(self, kind, vals_list):
        """Make codes of value, one per dict of values (``partner_id``, ``date_to`` …); return them.

        :param kind: ``activation`` or ``gift``
        """
        values = []
        for vals in vals_list:
            text = codes.make_valued(kind, secrets.token_bytes(codes.VALUED_BYTES))
            values.append(
                {
                    "use_limit": 1,
                    **vals,
                    "kind": kind,
                    "code": codes.mask_valued(text),
                    "secret_hash": get_hashes(self.env, codes.fold(text))[0],
                    "secret_box": close_box(self.env, text),
                }
            )
        # a payment makes them: whoever pays has no rights on codes; no chatter of a thousand rows
        records = self.sudo().with_context(tracking_disable=True, mail_create_nolog=True)
        return records.create(values).with_env(self.env)

    @api.private
    def _reveal(self, viewer, at, purpose=""):
        """Return code id → text for their owner ``viewer`` (res.partner); it is written down.

        :raise AccessError: a code belongs to somebody else
        """
        codes_of_value = self.sudo()  # the owner was asked for, and is checked here
        if not all(code.secret_box and code._is_own(viewer) for code in codes_of_value):
            raise AccessError(self.env._("Only their buyer can see these codes."))
        self.env["rc.code.reveal"]._write_down(codes_of_value, at, purpose)
        return {code.id: open_box(self.env, code.secret_box) for code in codes_of_value}

    @api.model
    def _resolve_valued(self, text, partner, at):
        """Return a code of value that can be redeemed now.

        One query asks everything, so that a code that is unknown, used, expired, void or another
        company's takes the same time to the same answer.
        """
        self.env["rc.code"].flush_model()
        self.env["rc.code.use"].flush_model()
        company = self.env.company.sudo()  # its time zone: visitors may not read its contact
        today = fields.Datetime.context_timestamp(
            self.with_context(tz=company.partner_id.tz or "UTC"), at
        ).date()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT code.id FROM rc_code code
                 WHERE code.secret_hash IN %(hashes)s AND code.active
                   AND code.company_id = %(company)s
                   AND COALESCE(code.date_from <= %(today)s, TRUE)
                   AND COALESCE(code.date_to > %(today)s, TRUE)
                   AND code.use_limit > (
                       SELECT COUNT(*) FILTER (WHERE releases_id IS NULL)
                            - COUNT(*) FILTER (WHERE releases_id IS NOT NULL)
                         FROM rc_code_use WHERE code_id = code.id)
                """,
                hashes=tuple(get_hashes(self.env, codes.fold(text))),
                company=company.id,
                today=today,
            )
        )
        # as in _resolve: knowing the code is the right to use it
        record = self.sudo().browse(rows[0][0] if rows else None)
        if not record or (partner and record._get_audience_refusal(partner, at)):
            raise value_error(self.env)
        return record
