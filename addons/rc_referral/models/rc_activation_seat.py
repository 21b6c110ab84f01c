"""A team's codes are seats of its plan: they come and go with the money."""

from odoo import fields, models

from odoo.addons.rc_membership.adapters import local_day


class RcActivationBatch(models.Model):
    _inherit = "rc.activation.batch"

    def _add_seats(self):
        """A team that buys codes of its own tier buys seats: its plan has so many more."""
        self.ensure_one()
        team = self._get_team()
        if team:
            self._change_seats(team, self.count, local_day(self.made_at, self.company_id))

    def _follow_seats(self, due):
        """Bring the seats the batch gave to a team to ``due``, what is still paid of it."""
        self.ensure_one()
        earlier = self._get_seat_changes()
        team, change = earlier.subscription_id[:1], due - sum(earlier.mapped("quantity"))
        if team and change:
            on = local_day(fields.Datetime.now(), self.company_id)
            self._change_seats(team, change, on)
            team._sync_seats(on)

    def _get_seat_changes(self):
        changes = self.env["rc.seat.change"].sudo()  # seats are facts of the system
        return changes.search([("key", "=like", f"rc.activation.batch:{self.id}:seats%")])

    def _change_seats(self, team, quantity, on):
        """WRITE a change of a team's seats, one after the other where two would."""
        team._lock_seats()
        earlier = self._get_seat_changes()
        number = f":{len(earlier)}" if earlier else ""
        earlier.create(
            {
                "key": f"rc.activation.batch:{self.id}:seats{number}",
                "subscription_id": team.id,
                "company_id": team.company_id.id,
                "quantity": quantity,
                "on": on,
                "invoice_line_id": self.invoice_line_id.id,
                "reason": self.name,
            }
        )
        team.invalidate_recordset(["extra_seat_count", "seat_count"])
