from decimal import Decimal

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..adapters import exact
from ..points_cause import Cause, current_cause


class LoyaltyCard(models.Model):
    """The face of a points account: whoever writes ``points`` writes a ledger entry."""

    _inherit = "loyalty.card"

    @api.model_create_multi
    def create(self, vals_list):
        cards = super().create(vals_list)
        faces = cards.filtered(lambda c: c.partner_id and c.program_id.rc_program_ids)
        faces._rc_become_face()
        return cards

    def write(self, vals):
        if "points" not in vals:
            return super().write(vals)
        accounts = self._rc_get_accounts()
        if accounts:
            self._rc_check_may_write()
        before = {account: balances["available"] for account, balances in accounts.items()}
        result = super().write(vals)
        self._rc_post_changes(before)
        return result

    def _rc_get_accounts(self):
        """Return account → exact balances of the cards that are faces."""
        # whoever writes a card needs no rights on our ledger: the door works for them
        accounts = self.env["rc.point.account"].sudo().search([("card_id", "in", self.ids)])
        balances = accounts._get_balances()
        return {account: balances[account.id] for account in accounts}

    def _rc_check_may_write(self):
        """Points move with documents, which name their cause; a program manager may correct.

        Odoo lets every salesperson and cashier write cards, but members turn points into cash.
        """
        cause = current_cause(self.env)
        is_document = cause and cause.kind != "adjust"
        manager = "rc_membership.group_program_manager"
        if not (self.env.su or is_document or self.env.user.has_group(manager)):
            raise AccessError(
                self.env._(
                    "A member's points move with orders. Ask a program manager to correct a balance."
                )
            )

    def _rc_become_face(self):
        """A card made by Odoo itself gets (or is refused by) the member's account."""
        for card in self:
            # see _rc_get_accounts for why
            accounts = self.env["rc.point.account"].sudo()
            account = accounts._get_or_create(card.partner_id, card.program_id.rc_program_ids[:1])
            if account.card_id and account.card_id != card:
                raise UserError(
                    self.env._(
                        "%(member)s has a points card in %(program)s already. Use that one.",
                        member=card.partner_id.name,
                        program=card.program_id.name,
                    )
                )
            account.card_id = card
            if card.points:
                card._rc_post_changes({account: Decimal(0)})

    def _rc_post_changes(self, before):
        """Turn the change of each face into an entry; below zero is refused."""
        cause = current_cause(self.env) or Cause("unknown")
        for account, old in before.items():
            change = exact(account.card_id.points) - old
            if cause.kind == "cancel":
                # whatever Odoo thinks comes back: with this the document has moved nothing
                change = -account._get_net_of(cause.record)
            elif not change:
                continue
            if change != int(change):
                raise UserError(self.env._("Points are whole numbers."))
            if change:
                account._post_face_change(change, cause)
            # refused parts and what a debt took are not on the card
            self.env["rc.point.entry"].sudo()._show_on_cards(account.ids)  # see _rc_get_accounts
            account.card_id.invalidate_recordset(["points", "points_display"], flush=False)
