import base64
import csv
import hashlib
import io

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class RcLedgerExport(models.Model):
    """A copy of a ledger that somebody has put in a safe place: what uninstalling asks for."""

    _name = "rc.ledger.export"
    _description = "Ledger Export"
    _order = "id desc"
    _rec_name = "ledger"
    _inherit = ["rc.fact.mixin"]
    _allow_sudo_commands = False
    _rc_facts = (
        "file",
        "file_name",
        "entry_count",
        "last_entry_id",
        "checksum",
        "confirmed_by_id",
        "confirmed_at",
        "company_ids",
    )

    ledger = fields.Selection(selection="_selection_ledger", required=True)
    file = fields.Binary(attachment=True, readonly=True)
    file_name = fields.Char(readonly=True)
    entry_count = fields.Integer(readonly=True)
    last_entry_id = fields.Integer(readonly=True)
    checksum = fields.Char("SHA-256", readonly=True)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    confirmed_at = fields.Datetime(readonly=True)
    company_ids = fields.Many2many(
        "res.company", string="Companies in It", readonly=True, help="Whose accounts it holds."
    )

    @api.model
    def _get_ledgers(self):
        """Return model name → module of every ledger installed."""
        mixin = self.env.registry["rc.ledger.entry.mixin"]
        return {
            name: model._original_module
            for name, model in self.env.registry.items()
            if issubclass(model, mixin) and not model._abstract
        }

    @api.model
    def _selection_ledger(self):
        return [(name, self.env[name]._description) for name in sorted(self._get_ledgers())]

    @api.model_create_multi
    def create(self, vals_list):
        exports = super().create([{"ledger": vals.get("ledger")} for vals in vals_list])
        for export in exports:
            export._write_file()
        return exports

    def _write_file(self):
        """Write all rows of the ledger as CSV, oldest first: they are of all companies."""
        table = SQL.identifier(self.env[self.ledger]._table)
        self.env.flush_all()
        companies = self._get_companies()
        if not self.env.su and companies - self.env.user.company_ids:
            # names only, so that the administrator knows whom to ask
            names = ", ".join(companies.sudo().mapped("name"))
            raise AccessError(
                self.env._(
                    "This ledger holds entries of other companies. Ask an administrator who works "
                    "in all of them: %s.",
                    names,
                )
            )
        self.env.cr.execute(SQL("SELECT * FROM %s ORDER BY id", table))
        columns = [column.name for column in self.env.cr.description]
        rows = self.env.cr.fetchall()
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(columns)
        writer.writerows(rows)
        content = buffer.getvalue().encode()
        self.sudo().write(  # what the file holds is a fact of the system
            {
                "company_ids": companies.ids,
                "file": base64.b64encode(content),
                "file_name": f"{self.ledger}.csv",
                "entry_count": len(rows),
                "last_entry_id": rows[-1][columns.index("id")] if rows else 0,
                "checksum": hashlib.sha256(content).hexdigest(),
            }
        )

    def _get_companies(self):
        """Return the companies of all accounts of the ledger."""
        accounts = self.env[self.env[self.ledger]._ledger_account]
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT company_id FROM %s", SQL.identifier(accounts._table))
        )
        return self.env["res.company"].browse(row[0] for row in rows)

    def action_confirm(self):
        """An administrator states that the file is in a safe place."""
        if not self.env.user.has_group("rc_membership.group_administrator"):
            raise AccessError(self.env._("Only a network administrator can confirm an export."))
        self.check_access("read")
        # who confirmed, and when, is a fact of the system
        self.sudo().write({"confirmed_by_id": self.env.uid, "confirmed_at": self.env.cr.now()})

    @api.model
    @api.private
    def _check_uninstall(self, module_names):
        """Raise unless every ledger of these modules is empty or has a confirmed full export."""
        for name, module in self._get_ledgers().items():
            if module not in module_names:
                continue
            self.env.cr.execute(
                SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(self.env[name]._table))
            )
            [(last_id,)] = self.env.cr.fetchall()
            confirmed = self.sudo().search(  # asked by whoever uninstalls
                [("ledger", "=", name), ("confirmed_at", "!=", False)], limit=1
            )
            if last_id > confirmed.last_entry_id:
                raise UserError(
                    self.env._(
                        "%(ledger)s has entries. Export it under Network ‣ Configuration ‣ Ledger "
                        "Exports, confirm that the file is safe, then uninstall.",
                        ledger=self.env[name]._description,
                    )
                )
