import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..kernel import code_file, codes

_FIELDS = {
    "valid_from": "date_from",
    "expires_on": "date_to",
    "use_limit": "use_limit",
    "use_limit_per_person": "use_limit_per_person",
    "landing_page": "landing_path",
}
_SHOWN_MAX = 200


class RcCodeImport(models.TransientModel):
    """Take over codes from a CSV file; every mistake is told with its line, and then nothing is made."""

    _name = "rc.code.import"
    _description = "Take Over Codes"

    file = fields.Binary(required=True)
    file_name = fields.Char()
    problem_text = fields.Text("What Is Wrong", readonly=True)
    columns = fields.Char(default=lambda self: ", ".join(code_file.COLUMNS), readonly=True)

    def action_import(self):
        """Program managers: READ the file → DECIDE line by line → WRITE all or nothing."""
        self.ensure_one()
        records = self.env["rc.code"]
        records.check_access("create")
        try:
            text = base64.b64decode(self.file).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UserError(
                self.env._("The file is not UTF-8 text. Save it as “CSV UTF-8” and try again.")
            ) from error
        lines, problems = code_file.read(text)
        taken = self._get_taken(lines)
        owners = self._get_owners(lines)
        for line in lines:
            if codes.fold(line.values["code"]) in taken:
                problems.append(
                    code_file.Problem(line.number, "code", "taken", line.values["code"])
                )
            if len(owners.get(line.values["owner"], ())) != 1:
                problems.append(
                    code_file.Problem(line.number, "owner", "no_owner", line.values["owner"])
                )
        if problems:
            return self._show(sorted(problems))
        campaigns = self._get_campaigns(lines)
        made = records.create([self._prepare(line.values, owners, campaigns) for line in lines])
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_referral.rc_code_action")
        return {**action, "domain": [("id", "in", made.ids)], "context": {}}

    def _get_taken(self, lines):
        """Return the folded codes of the file that exist, archived or of another company too."""
        keys = [codes.fold(line.values["code"]) for line in lines]
        every = self.env["rc.code"].sudo()  # a code is taken whoever owns it
        found = every.search([("code_key", "in", keys), ("active", "in", (True, False))])
        return set(found.mapped("code_key"))

    def _get_owners(self, lines):
        """Return text → contacts whose address or reference it is."""
        texts = list({line.values["owner"] for line in lines})
        found = {}
        for field in ("email_normalized", "ref"):
            wanted = [text.lower() for text in texts] if field == "email_normalized" else texts
            for partner in self.env["res.partner"].search([(field, "in", wanted)]):
                for text in texts:
                    own = text.lower() if field == "email_normalized" else text
                    if partner[field] == own:
                        found[text] = found.get(text, partner.browse()) | partner
        return found

    def _get_campaigns(self, lines):
        """Return name → campaign; new names become new campaigns."""
        names = {line.values["campaign"] for line in lines if line.values.get("campaign")}
        campaigns = self.env["utm.campaign"]
        known = {
            campaign.name: campaign for campaign in campaigns.search([("name", "in", [*names])])
        }
        for name in sorted(names - set(known)):
            known[name] = campaigns.create({"name": name})
        return known

    def _prepare(self, values, owners, campaigns):
        vals = {name: values[column] for column, name in _FIELDS.items() if column in values}
        text = values["code"]
        return {
            **vals,
            "code": text,
            "kind": codes.get_kind(text) or "vanity",
            "partner_id": owners[values["owner"]].id,
            "campaign_id": campaigns[values["campaign"]].id if "campaign" in values else False,
        }

    def _show(self, problems):
        """Show the mistakes in the same dialog; nothing was made."""
        sentences = self._get_sentences()
        shown = [
            self.env._(
                "Line %(line)s, %(column)s: %(what)s %(value)s",
                line=problem.number,
                column=problem.column or "–",
                what=sentences[problem.kind],
                value=problem.value,
            ).strip()
            for problem in problems[:_SHOWN_MAX]
        ]
        if len(problems) > _SHOWN_MAX:
            shown.append(self.env._("… and %s more", len(problems) - _SHOWN_MAX))
        self.problem_text = "\n".join(shown)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _get_sentences(self):
        return {
            "missing_column": self.env._("this column is needed."),
            "unknown_column": self.env._("this column is not known."),
            "too_long": self.env._("the file has too many lines; split it."),
            "missing": self.env._("this cell is empty."),
            "formula": self.env._("this is a formula of a spreadsheet; copy the values only."),
            "bad_code": self.env._("this cannot be a code."),
            "twice": self.env._("this code stands in the file twice."),
            "taken": self.env._("this code, or one that looks like it, exists already."),
            "no_owner": self.env._("not exactly one contact has this address or reference."),
            "bad_date": self.env._("write a date as 2026-12-31."),
            "bad_number": self.env._("write a whole number from 0 to 100000."),
            "dates_reversed": self.env._("the code would expire before it is valid."),
        }
