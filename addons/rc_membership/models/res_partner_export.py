"""A person's data, section by section: what they get when they ask for a copy."""

import json

from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..privacy_file import write_archive


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _rc_write_export(self, at):
        """Return the archive (bytes) of a person's data as it is at ``at``, in their language."""
        self.ensure_one()
        person = self.sudo().with_context(  # the request was checked; archived rows are theirs too
            lang=self.lang or self.env.lang, active_test=False
        )
        sections = person._rc_export_sections()
        page = person.env["ir.qweb"]._render(
            "rc_membership.privacy_export",
            {
                "person": person,
                "sections": sections,
                "at": fields.Datetime.to_string(at),
                "company": person.company_id or person.env.company,
            },
        )
        return write_archive(f"<!DOCTYPE html>\n{page}", sections)

    @api.private
    def _rc_export_sections(self):
        """Return the sections of a copy of the person's data; addons append theirs.

        ``name`` (of the file), ``title``, ``columns`` (key → label), ``rows`` (dicts by key). What
        tells of other people is left out.
        """
        self.ensure_one()
        return [
            self._rc_export_contact(),
            self._rc_export("logins", self.env._("Logins"), self.user_ids, ["login", "login_date"]),
            *self._rc_export_memberships(),
            *self._rc_export_points(),
            *self._rc_export_rights(),
            *self._rc_export_money(),
        ]

    def _rc_export_contact(self):
        names = ["name", "email", "phone", "street", "street2", "zip", "city", "state_id"]
        names += ["country_id", "vat", "website", "function", "lang", "tz", "rc_birthday"]
        names += ["comment", "create_date"]
        people = self | self._rc_get_addresses()
        return self._rc_export("contact", self.env._("Contact"), people, names)

    def _rc_export_memberships(self):
        mine = [("partner_id", "=", self.id)]
        plans = self.env["rc.subscription"].search(mine, order="id")
        covers = self.env["rc.tier.cover"].search(mine, order="id")
        ranks = self.env["rc.member.rank"].search(mine, order="id")
        return [
            self._rc_export(
                "memberships",
                self.env._("Memberships"),
                plans,
                ["program_id", "product_id", "tier_id", "state", "started_on", "period_end"],
            ),
            self._rc_export(
                "tiers",
                self.env._("Tiers without a Plan"),
                covers,
                ["tier_id", "kind", "start_on", "end_on", "reason"],
            ),
            self._rc_export(
                "ranks", self.env._("Ranks"), ranks, ["rank_id", "cause", "reason", "since"]
            ),
        ]

    def _rc_export_points(self):
        mine = [("partner_id", "=", self.id)]
        accounts = self.env["rc.point.account"].search(mine, order="id")
        return [
            self._rc_export(
                "points_balances",
                self.env._("Points"),
                accounts,
                ["program_id", "available", "pending", "locked", "held", "debt"],
            ),
            {
                "name": "points",
                "title": self.env._("Points, Entry by Entry"),
                "columns": {
                    "at": self.env._("When"),
                    "points": self.env._("Points"),
                    "reason": self.env._("Reason"),
                },
                "rows": [row for account in accounts for row in account._rc_export_entries()],
            },
            self._rc_export(
                "activities",
                self.env._("What You Did"),
                self.env["rc.activity"].search(mine, order="id"),
                ["kind", "count", "at"],
            ),
            self._rc_export(
                "growth",
                self.env._("Growth Value"),
                self.env["rc.growth.entry"].search(mine, order="id"),
                ["date", "value", "reason"],
            ),
        ]

    def _rc_export_rights(self):
        mine = [("partner_id", "=", self.id)]
        return [
            self._rc_export(
                "rights",
                self.env._("Rights and Benefits"),
                self.env["rc.entitlement.grant"].search(mine, order="id"),
                ["entitlement_id", "amount", "used", "starts_on", "expires_on", "reason"],
            ),
            self._rc_export(
                "usage",
                self.env._("Usage"),
                self.env["rc.entitlement.use"].search(mine, order="id"),
                ["entitlement_id", "amount", "occurred_at", "place", "note"],
            ),
        ]

    def _rc_export_money(self):
        about = [("partner_id", "in", (self | self._rc_get_addresses()).ids)]
        moves = [*about, ("state", "=", "posted"), ("move_type", "!=", "entry")]
        return [
            self._rc_export(
                "orders",
                self.env._("Orders"),
                self.env["sale.order"].search(about, order="id"),
                ["name", "date_order", "state", "currency_id", "amount_total"],
            ),
            self._rc_export(
                "invoices",
                self.env._("Invoices and Bills"),
                self.env["account.move"].search(moves, order="id"),
                [
                    "name",
                    "move_type",
                    "invoice_date",
                    "currency_id",
                    "amount_total",
                    "payment_state",
                ],
            ),
            self._rc_export(
                "bank_accounts",
                self.env._("Bank Accounts"),
                self.bank_ids,
                ["acc_number", "acc_holder_name"],
            ),
            self._rc_export(
                "messages",
                self.env._("Messages You Wrote"),
                self.env["mail.message"].search([("author_id", "=", self.id)], order="id"),
                ["date", "record_name", "subject", "preview"],
            ),
        ]

    # ------------------------------------------------------------------
    # From records to rows
    # ------------------------------------------------------------------

    @api.private
    def _rc_get_addresses(self):
        """Return the person's own further addresses; other people under a company are not theirs."""
        addresses = self.with_context(active_test=False).child_ids.filtered(
            lambda child: child.type in ("invoice", "delivery", "other") and not child.user_ids
        )
        return self.browse(addresses.ids)

    @api.model
    def _rc_export(self, name, title, records, names):
        """Return a section of ``records`` with the fields of these names."""
        return {
            "name": name,
            "title": title,
            "columns": {
                one: info["string"] for one, info in records.fields_get(names, ["string"]).items()
            },
            "rows": [
                {one: self._rc_export_value(record, one) for one in names} for record in records
            ],
        }

    @api.model
    def _rc_export_value(self, record, name):
        """Return a field's value as people read it: text, number or None."""
        field, value = record._fields[name], record[name]
        if value is False and field.type != "boolean":
            return 0 if field.type in ("integer", "float", "monetary") else None
        if field.type in ("many2one", "many2many", "one2many"):
            return ", ".join(value.mapped("display_name"))
        if field.type == "selection":
            return dict(field._description_selection(record.env)).get(value, value)
        if field.type in ("date", "datetime"):
            return field.to_string(value)
        if field.type == "json":
            return json.dumps(value, ensure_ascii=False)
        if field.type == "html":
            return html2plaintext(value)
        return str(value) if field.type in ("char", "text", "reference") else value


class RcPointAccount(models.Model):
    _inherit = "rc.point.account"

    def _rc_export_entries(self):
        """Return every entry of a points account: when, how many, why."""
        self.ensure_one()
        entries = self.env["rc.point.entry"]
        return [
            {
                "at": fields.Datetime.to_string(entry.occurred_at),
                "points": entry._get_change_of(self),
                "reason": entry._get_label(),
            }
            for entry in entries.search(entries._get_domain_of(self), order="id")
        ]
