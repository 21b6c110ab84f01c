"""What a person left in Odoo's own documents: messages, files, payments, visits."""

from collections import Counter

from odoo import api, models
from odoo.tools import SQL

# what is written about somebody in their own log, and what they wrote or were sent
_MAILED = ("email", "email_outgoing", "auto_comment", "user_notification", "sms")
# of modules that need not be there: rows with somebody's address, which go as a whole
_ADDRESS_ROWS = (
    ("mail.blacklist", "email"),
    ("mailing.contact", "email_normalized"),
    ("mailing.trace", "email"),
)
# texts of documents with the person's name or words in them → what stands there afterwards
_PAYER = ("partner_name", "partner_email", "partner_address", "partner_zip", "partner_city")


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _rc_erase_traces(self, identity, at):
        """Delete a person's traces; return counts by area. Addons delete theirs first, then this.

        Plain SQL: a log of the change would say again what is deleted, and rows that only grow
        let a few columns go.
        """
        counts = Counter()
        counts["messages"] = self._rc_erase_messages(identity)
        counts["files"] = self._rc_erase_files(identity)
        self._rc_erase_payments(identity)
        self._rc_erase_orders(identity)
        self._rc_erase_addresses(identity)
        self._rc_erase_own_rows(identity)
        self.env.invalidate_all()
        return counts

    @api.model
    def _rc_sql(self, query, *args, **kwargs):
        """Run a statement on flushed data; return how many rows it touched."""
        self.env.cr.execute(SQL(query, *args, **kwargs))
        return self.env.cr.rowcount

    # ------------------------------------------------------------------
    # Messages
    # ------------------------------------------------------------------

    def _rc_erase_messages(self, identity):
        """Empty what they wrote, were sent and what the log of their contact says; take the name
        out of everything else on documents of theirs.
        """
        partners = tuple(identity.partners.ids)
        users = tuple(identity.users.ids) or (0,)
        self._rc_sql(
            """
            CREATE TEMPORARY TABLE rc_erased_message ON COMMIT DROP AS
            SELECT id, (model = 'res.partner' AND res_id IN %(partners)s)
                    OR (model = 'res.users' AND res_id IN %(users)s)
                    OR (author_id IN %(partners)s AND message_type <> 'notification')
                    OR (message_type IN %(mailed)s AND id IN (
                        SELECT mail_message_id FROM mail_notification
                         WHERE res_partner_id IN %(partners)s)) AS is_own
              FROM mail_message
             WHERE author_id IN %(partners)s
                OR (model = 'res.partner' AND res_id IN %(partners)s)
                OR (model = 'res.users' AND res_id IN %(users)s)
                OR id IN (SELECT mail_message_id FROM mail_notification
                           WHERE res_partner_id IN %(partners)s)
                OR id IN (SELECT mail_message_id FROM mail_message_res_partner_rel
                           WHERE res_partner_id IN %(partners)s)
            """,
            partners=partners,
            users=users,
            mailed=_MAILED,
        )
        self._rc_sql(
            """
            INSERT INTO rc_erased_message (id, is_own)
            SELECT mail_message_id, TRUE FROM mail_mail
             WHERE id IN (SELECT mail_mail_id FROM mail_mail_res_partner_rel
                           WHERE res_partner_id IN %s) OR email_to ~* %s
            """,
            partners,
            identity.pattern,
        )
        for model, field in self._rc_get_threads():
            self._rc_sql(
                """
                INSERT INTO rc_erased_message (id, is_own)
                SELECT id, FALSE FROM mail_message WHERE model = %s AND res_id IN (
                    SELECT id FROM %s WHERE %s IN %s)
                """,
                model._name,
                SQL.identifier(model._table),
                SQL.identifier(field),
                partners,
            )
        return self._rc_empty_messages(identity)

    def _rc_get_threads(self):
        """Return (model, field) of every document with a log that may name a contact."""
        found = []
        for model in self.env.values():
            if model._abstract or model._transient or not model._auto or model._name == self._name:
                continue
            if "message_ids" in model._fields:
                found += [
                    (model, name)
                    for name, field in model._fields.items()
                    if field.type == "many2one" and field.comodel_name == self._name and field.store
                ]
        return found

    def _rc_empty_messages(self, identity):
        """Work on the messages found; return how many were the person's own."""
        self._rc_sql(
            """
            UPDATE mail_message SET body = NULL, subject = NULL
             WHERE id IN (SELECT id FROM rc_erased_message WHERE is_own)
            """
        )
        count = self.env.cr.rowcount
        columns = ("body", "subject", "email_from", "reply_to", "outgoing_email_to")
        columns += ("incoming_email_to", "incoming_email_cc")
        self.env.cr.execute("SELECT id FROM rc_erased_message")
        ids = [row[0] for row in self.env.cr.fetchall()]
        self._rc_scrub("mail_message", columns, identity, ids)
        self._rc_sql(
            """
            DELETE FROM mail_tracking_value WHERE mail_message_id IN (
                SELECT id FROM rc_erased_message WHERE is_own)
            """
        )
        values = ("old_value_char", "new_value_char", "old_value_text", "new_value_text")
        tracked = self.env["mail.tracking.value"].search([("mail_message_id", "in", ids)]).ids
        self._rc_scrub("mail_tracking_value", values, identity, tracked)
        partners = tuple(identity.partners.ids)
        for table in ("mail_notification", "mail_mail_res_partner_rel"):
            self._rc_sql(
                "DELETE FROM %s WHERE res_partner_id IN %s", SQL.identifier(table), partners
            )
        self._rc_sql("DELETE FROM mail_followers WHERE partner_id IN %s", partners)
        self._rc_sql("DELETE FROM discuss_channel_member WHERE partner_id IN %s", partners)
        self._rc_sql(
            "DELETE FROM mail_mail WHERE mail_message_id IN (SELECT id FROM rc_erased_message)"
        )
        self._rc_sql("DROP TABLE rc_erased_message")
        return count

    @api.model
    def _rc_scrub(self, table, columns, identity, ids):
        """Put the tombstone in the place of what names the person, in the rows ``ids``."""
        if not (identity.pattern and ids):
            return
        for column in columns:
            name = SQL.identifier(column)
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(name)s = regexp_replace(%(name)s, %(find)s, %(by)s, 'gi')"
                    " WHERE id = ANY(%(ids)s) AND %(name)s ~* %(find)s",
                    table=SQL.identifier(table),
                    name=name,
                    find=identity.pattern,
                    by=identity.name,
                    ids=list(ids),
                )
            )

    # ------------------------------------------------------------------
    # Files, payments, orders, addresses
    # ------------------------------------------------------------------

    def _rc_erase_files(self, identity):
        """Delete the contact's files and those the person sent; what belongs to an invoice stays."""
        files = self.env["ir.attachment"].search(
            [
                ("id", "!=", 0),  # with the pictures of fields, which Odoo leaves out otherwise
                "|",
                "&",
                ("res_model", "=", "res.partner"),
                ("res_id", "in", identity.partners.ids),
                "&",
                ("create_uid", "in", identity.users.ids),
                ("res_model", "!=", "account.move"),
            ]
        )
        count = len(files)
        files.unlink()
        return count

    def _rc_erase_payments(self, identity):
        partners = tuple(identity.partners.ids)
        self._rc_sql(
            """
            UPDATE payment_transaction SET partner_name = %(name)s, partner_email = NULL,
                   partner_address = NULL, partner_zip = NULL, partner_city = NULL,
                   partner_phone = NULL, partner_state_id = NULL
             WHERE partner_id IN %(partners)s
            """,
            name=identity.name,
            partners=partners,
        )
        self._rc_sql(
            """
            UPDATE payment_token SET active = FALSE, payment_details = NULL,
                   provider_ref = 'erased-' || id WHERE partner_id IN %s
            """,
            partners,
        )
        self._rc_sql(
            """
            UPDATE res_partner_bank SET active = FALSE, allow_out_payment = FALSE, note = NULL,
                   acc_number = 'erased-' || id, sanitized_acc_number = 'ERASED' || id,
                   acc_holder_name = NULL, clearing_number = NULL WHERE partner_id IN %s
            """,
            partners,
        )

    def _rc_erase_orders(self, identity):
        partners = tuple(identity.partners.ids)
        orders = self.env["sale.order"].search([("partner_id", "in", partners)])
        orders._track_discard()
        orders.write({"signed_by": False, "signature": False, "client_order_ref": False})
        self.env.flush_all()
        self._rc_sql("UPDATE sale_order SET access_token = NULL WHERE partner_id IN %s", partners)
        self._rc_sql("UPDATE account_move SET access_token = NULL WHERE partner_id IN %s", partners)
        emails = identity.emails or ("",)
        self._rc_sql(
            """
            UPDATE sale_order_line SET rc_recipient_email = NULL, rc_gift_name = NULL,
                   rc_gift_message = NULL
             WHERE rc_recipient_id IN %(partners)s OR LOWER(rc_recipient_email) IN %(emails)s
            """,
            partners=partners,
            emails=tuple(email.lower() for email in emails),
        )
        self._rc_sql(
            """
            UPDATE sale_order_line SET rc_gift_from = NULL, rc_gift_message = NULL
             WHERE order_partner_id IN %s
            """,
            partners,
        )

    def _rc_erase_addresses(self, identity):
        """Delete visits, ratings' words, mailing lists and what waits to be sent."""
        partners = identity.partners
        self.env["website.visitor"].search([("partner_id", "in", partners.ids)]).unlink()
        ratings = "UPDATE rating_rating SET feedback = NULL, res_name = NULL WHERE partner_id IN %s"
        self._rc_sql(ratings, tuple(partners.ids))
        emails = tuple({email.lower() for email in identity.emails}) or ("",)
        for name, column in _ADDRESS_ROWS:
            if name in self.env:
                self._rc_sql(
                    "DELETE FROM %s WHERE LOWER(%s) IN %s",
                    SQL.identifier(self.env[name]._table),
                    SQL.identifier(column),
                    emails,
                )
        for name in ("sms.sms", "mail.push.device"):
            if name in self.env:
                self._rc_sql(
                    "DELETE FROM %s WHERE partner_id IN %s",
                    SQL.identifier(self.env[name]._table),
                    tuple(partners.ids),
                )
        if "phone.blacklist" in self.env and "phone_sanitized" in partners._fields:
            phones = tuple(filter(None, partners.mapped("phone_sanitized"))) or ("",)
            self._rc_sql("DELETE FROM phone_blacklist WHERE number IN %s", phones)
