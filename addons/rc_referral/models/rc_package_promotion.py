from odoo import fields, models

from odoo.addons.rc_membership.adapters import local_noon

FRIEND = "invited_friend"


class RcPackagePromotion(models.Model):
    """An invited friend's first package gives points to both."""

    _inherit = "rc.package.promotion"

    kind = fields.Selection(
        selection_add=[(FRIEND, "Invited Friend")], ondelete={FRIEND: "cascade"}
    )
    points = fields.Integer(help="For each of the two: the friend and who invited them.")

    _friend_points = models.Constraint(
        f"CHECK (kind <> '{FRIEND}' OR points > 0)", "An invited friend's package gives points."
    )


class RcPackageWording(models.AbstractModel):
    _inherit = "rc.package.wording"

    def _describe(self, promotion):
        if promotion.kind == FRIEND:
            return self.env._(
                "+%s points for you and for who invited you, with your first package",
                promotion.points,
            )
        return super()._describe(promotion)


class RcPackagePurchase(models.Model):
    _inherit = "rc.package.purchase"

    def _release(self):
        result = super()._release()
        for purchase in self:
            purchase._give_for_friend()
        return result

    def _get_friend_keys(self, edge):
        """Return beneficiary → key of what the friend's purchase gives."""
        key = f"package-friend:{self.invoice_line_id.id}"
        return {edge.member_id: f"{key}|friend", edge.sponsor_id: f"{key}|sponsor"}

    def _give_for_friend(self):
        """READ who invited the buyer → DECIDE whether it is their first package → WRITE both."""
        self.ensure_one()
        if not self.granted_bought:  # its money went back meanwhile
            return
        edge = self.env["rc.sponsor.edge"].search(
            [("member_id", "=", self.partner_id.id), ("ended_at", "=", False)], limit=1
        )
        promotions = self.env["rc.package.promotion"]._get_running(
            self.program_id, self.paid_on, FRIEND, self.partner_id
        )
        promotion = promotions._get_of(self.package_id)[:1]
        others = self.search_count(
            [
                ("partner_id", "=", self.partner_id.id),
                ("program_id", "=", self.program_id.id),
                ("id", "<", self.id),
                ("state", "!=", "refused"),
            ],
            limit=1,
        )
        if not edge or not promotion or others:
            return
        accounts = self.env["rc.point.account"]
        for partner, key in self._get_friend_keys(edge).items():
            accounts._get_or_create(partner, self.program_id)._grant(
                promotion.points,
                key,
                promotion.name,
                origin=self,
                occurred_at=local_noon(self.paid_on, self.company_id),
                kind="bonus",
                nature="bonus",
            )

    def _undo_extras(self, on):
        """What a friend's package gave to both goes back with its money."""
        result = super()._undo_extras(on)
        for key, entries in self._get_friend_entries().items():
            amount = sum(int(e.amount) * (1 if e.kind == "bonus" else -1) for e in entries)
            if amount > 0:
                self._get_friend_account(entries)._take_back(
                    amount,
                    f"{key}|back|{len(entries)}",
                    self.env._("%s was refunded", self.package_id.name),
                    origin=self,
                    occurred_at=local_noon(on, self.company_id),
                    grant_key=entries[-1].key.rpartition("|")[0],
                )
        return result

    def _redo_extras(self):
        """Money that came again gives both again what went with it."""
        result = super()._redo_extras()
        given = self._get_friend_entries()
        if not given:
            self._give_for_friend()
        for key, entries in given.items():
            first = entries.filtered(lambda e, key=key: e.key.rpartition("|")[0] == key)
            if entries[-1].kind == "bonus":
                continue
            self._get_friend_account(entries)._grant(
                sum(int(entry.amount) for entry in first),
                f"{key}|again|{len(entries)}",
                first[:1].reason,
                origin=self,
                kind="bonus",
                nature="bonus",
            )
        return result

    def _get_friend_entries(self):
        """Return key of a beneficiary → entries of what this gave them and took back, in order."""
        prefix = f"package-friend:{self.invoice_line_id.id}|"
        entries = self.env["rc.point.entry"].search(
            [
                ("origin_model", "=", self._name),
                ("origin_id", "=", self.id),
                ("key", "=like", f"{prefix}%"),
                ("kind", "in", ("bonus", "take_back")),
            ],
            order="id",
        )
        return entries.grouped(lambda entry: "|".join(entry.key.split("|")[:2]))

    def _get_friend_account(self, entries):
        account = entries[0].credit_account_id or entries[0].debit_account_id
        return account._get_heir()
