"""Points from one member to another: they stay what they are, with their last day."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..adapters import company_zone, local_day
from ..db import make_append_only
from ..exceptions import Refusal
from ..kernel.ledger import Posting, Slot
from ..kernel.periods import calendar_period, utc_midnight

MESSAGE_MAX = 120


class RcPointGift(models.Model):
    _name = "rc.point.gift"
    _description = "Points Gift"
    _order = "at desc, id desc"
    _rec_name = "partner_id"
    _allow_sudo_commands = False

    key = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "From", required=True, readonly=True, ondelete="restrict", index=True
    )
    receiver_id = fields.Many2one(
        "res.partner", "To", required=True, readonly=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one("rc.program", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    points = fields.Integer(required=True, readonly=True, aggregator="sum")
    message = fields.Char(readonly=True)
    at = fields.Datetime("Given at", required=True, readonly=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This gift was given before.")
    _points_positive = models.Constraint("CHECK (points > 0)", "A gift has points.")

    def init(self):
        super().init()
        # a merge moves the people; an erased person's words go
        make_append_only(self.env.cr, self._table, mutable=("partner_id", "receiver_id", "message"))

    def write(self, vals):
        if set(vals) - {"partner_id", "receiver_id"}:
            raise UserError(self.env._("A gift is a fact and never changes."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A gift is a fact and is never deleted."))

    @api.model
    @api.private
    def _give(self, giver, receiver, program, points, key, at, message="", confirmed=False):
        """Give points to another member, once per key; return the gift.

        The lots that are given keep their nature and last day, so bought points never become
        earned ones.

        :raise Refusal: ``not_eligible`` (to oneself, no whole number), ``limit_reached``,
            ``insufficient_points`` (also with a points debt), ``review_required``
        """
        gifts = self.sudo()  # members have no rights on gifts; the door works for them
        known = gifts.search([("key", "=", key)])
        if known:
            return known._check_same(giver, receiver, points)
        gifts._check(giver, receiver, program, points, at)
        accounts = self.env["rc.point.account"]
        source = accounts._get_or_create(giver, program)
        target = accounts._get_or_create(receiver, program)
        source._expire_due_of(at)
        source._check_spend(Decimal(points), at, confirmed)
        with self.env.cr.savepoint():  # the gift and its entry, or neither
            gift = gifts.create(
                {
                    "key": key,
                    "partner_id": giver.id,
                    "receiver_id": receiver.id,
                    "program_id": program.id,
                    "company_id": program.company_id.id,
                    "points": points,
                    "message": (message or "")[:MESSAGE_MAX],
                    "at": at,
                }
            )
            source._post_or_refuse(
                [
                    Posting(
                        key=f"rc.point.gift:{key}",
                        kind="gift",
                        debit=Slot("available", source.id),
                        credit=Slot("available", target.id),
                        amount=Decimal(points),
                        occurred_at=at,
                        reason=self.env._(
                            "Gift from %(giver)s to %(receiver)s",
                            # each side reads the other's name in the history
                            giver=giver.sudo().name,
                            # as above
                            receiver=receiver.sudo().name,
                        ),
                        origin=(gift._name, gift.id),
                    )
                ]
            )
            target._settle_debt(f"rc.point.gift:{key}", at)
        return gift

    def _check_same(self, giver, receiver, points):
        self.ensure_one()
        if (self.partner_id, self.receiver_id, self.points) != (giver, receiver, points):
            raise Refusal(
                self.env._("This request was sent before with other content. Start it again."),
                "key_conflict",
            )
        return self

    def _check(self, giver, receiver, program, points, at):
        """Refuse what a gift cannot be."""
        if isinstance(points, bool) or not isinstance(points, int) or points <= 0:
            raise Refusal(self.env._("Give a whole number of points above zero."), "not_eligible")
        if giver.commercial_partner_id == receiver.commercial_partner_id:
            raise Refusal(self.env._("Points cannot be given to oneself."), "not_eligible")
        day = local_day(at, program.company_id)
        for unit, most in (("day", program.gift_day_max), ("month", program.gift_month_max)):
            given = self._read_given(giver, program, calendar_period(day, unit))
            if given + points > most:
                raise Refusal(
                    self.env._(
                        "At most %(day)s points a day and %(month)s a month can be given away. "
                        "Give less, or come back later.",
                        day=program.gift_day_max,
                        month=program.gift_month_max,
                    ),
                    "limit_reached",
                )

    def _read_given(self, giver, program, period):
        zone = company_zone(program.company_id)
        self.flush_model()
        [(total,)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(points), 0) FROM rc_point_gift
                 WHERE partner_id = %s AND program_id = %s AND at >= %s AND at < %s
                """,
                giver.id,
                program.id,
                utc_midnight(period.start, zone),
                utc_midnight(period.end, zone),
            )
        )
        return int(total)
