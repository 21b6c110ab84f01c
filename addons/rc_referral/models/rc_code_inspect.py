from odoo import api, models

from ..adapters_fraud import find_same_person
from ..errors import CodeError
from ..kernel import codes
from ..secrets_box import get_hashes


class RcCode(models.Model):
    """What a code would do for a person now, and why not."""

    _inherit = "rc.code"

    @api.model
    @api.private
    def _inspect(self, text, partner, at, order=None):
        """Return [(check, ok, sentence)] about a text somebody types; nothing is written.

        :param partner: who would use it (may be empty: a visitor)
        :param order: the cart or quotation it would be typed on (may be empty)
        """
        company = order.company_id if order else self.env.company
        self = self.with_company(company)
        found, rows = self._inspect_text((text or "").strip())
        if not found:
            return rows
        if found.company_id != company:
            sentence = self.env._("It is a code of another company: here it is unknown.")
            return [*rows[:1], ("known", False, sentence)]
        rows += found._inspect_limits(partner, at)
        rows += found._inspect_effect(partner, order)
        try:
            self._resolve(text, partner=partner or None, at=at)
        except CodeError as refusal:
            return [*rows, ("result", False, refusal.args[0])]
        return [*rows, ("result", True, self.env._("The code works for this person now."))]

    @api.model
    def _inspect_text(self, text):
        """Return (code, rows) about the text itself."""
        if codes.diagnose(text) == "mistyped":
            return self.browse(), [("shape", False, self.env._("The text has a typing slip."))]
        rows = [("shape", True, self.env._("The text can be a code."))]
        every = self.sudo().with_context(active_test=False)  # staff ask about any code
        field, values = "code_key", [codes.fold(text)]
        if codes.is_valued(text):
            field, values = "secret_hash", get_hashes(self.env, codes.fold(text))
        found = every.search([(field, "in", values)], limit=1)
        if not found:
            return found, [*rows, ("known", False, self.env._("Nobody ever made this code."))]
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        sentence = self.env._(
            "%(kind)s of %(owner)s", kind=kinds[found.kind], owner=found.partner_id.name
        )
        return found, [*rows, ("known", True, sentence)]

    def _inspect_limits(self, partner, at):
        rows = []
        try:
            self._check_valid(at)
            rows.append(("valid", True, self.env._("It is valid on that day.")))
        except CodeError as refusal:
            reason = self.void_reason
            rows.append(
                ("valid", False, self.env._("Void: %s", reason) if reason else refusal.args[0])
            )
        if self.use_limit:
            left = max(self.env["rc.code.use"]._count_left(self), 0)
            rows.append(
                (
                    "uses",
                    left > 0,
                    self.env._("Uses left: %(left)s of %(all)s", left=left, all=self.use_limit),
                )
            )
        else:
            rows.append(("uses", True, self.env._("It can be used without limit.")))
        if not partner:
            return rows
        if self.use_limit_per_person:
            left = max(self.env["rc.code.use"]._count_left(self, partner), 0)
            rows.append(("person", left > 0, self.env._("Uses left for this person: %s", left)))
        refusal = self._get_audience_refusal(partner, at)
        sentence = (
            self.env._("The person is not who the code is meant for.")
            if refusal
            else self.env._("The code is meant for this person.")
        )
        rows.append(("audience", not refusal, sentence))
        if self._is_own(partner) or find_same_person(partner, self.partner_id):
            rows.append(
                ("own", self.kind in codes.VALUED, self.env._("It is the person's own code."))
            )
        return rows

    def _inspect_effect(self, partner, order):
        """What the code would bring: sponsor, guild and staff, discount, plan."""
        rows = []
        sponsor = partner.sudo().rc_sponsor_id if partner else partner
        if sponsor:
            rows.append(
                (
                    "sponsor",
                    sponsor == self.partner_id,
                    self.env._("The person's sponsor is %s.", sponsor.name),
                )
            )
        elif partner:
            rows.append(
                ("sponsor", True, self.env._("%s would become the sponsor.", self.partner_id.name))
            )
        staff = self._get_salesperson()
        if staff:
            rows.append(("staff", True, self.env._("%s looks after whom it brings.", staff.name)))
        if self.batch_id:
            rows.append(("plan", True, self.env._("It gives: %s", self.batch_id.plan_id.name)))
        rule = self._get_discount_rule()
        if rule:
            rows.append(self._inspect_discount(rule, order))
        return rows

    def _inspect_discount(self, rule, order):
        """Try the discount on the order, then take the try back."""
        name = rule.program_id.name
        if not order:
            return ("discount", True, self.env._("It gives the discount “%s”.", name))
        if rule in order.code_enabled_rule_ids:
            return ("discount", True, self.env._("The discount “%s” is in the order.", name))
        with self.env.cr.savepoint() as savepoint:
            status = order.sudo()._try_apply_code(rule.code)  # staff may not manage promotions
            error = status.get("error")
            savepoint.rollback()
        order.invalidate_recordset()
        sentence = error or self.env._("It gives the discount “%s”.", name)
        return ("discount", not error, sentence)
