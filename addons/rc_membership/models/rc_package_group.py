import secrets
from datetime import timedelta

from odoo import api, fields, models

from ..adapters import local_day
from ..exceptions import Refusal
from ..kernel.packages import decide_points

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


class RcPackageGroup(models.Model):
    """People who buy together: when enough of them have paid in time, all get more points.

    Everybody has the plain package at once; the group's bonus follows for all when a number of
    people is reached. A group that is not filled in time just stays plain.
    """

    _name = "rc.package.group"
    _description = "Package Group Buy"
    _order = "started_at desc, id desc"
    _rec_name = "code"
    _allow_sudo_commands = False

    code = fields.Char(required=True, readonly=True)
    program_id = fields.Many2one(
        "rc.program", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    package_id = fields.Many2one(
        "rc.package", readonly=True, ondelete="restrict", help="Empty: any package."
    )
    owner_id = fields.Many2one(
        "res.partner", "Started by", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    started_at = fields.Datetime(required=True, readonly=True)
    ends_at = fields.Datetime("Ends", required=True, readonly=True)
    purchase_ids = fields.One2many("rc.package.purchase", "group_id", "Purchases")
    paid_count = fields.Integer("People Who Paid", compute="_compute_paid_count")
    state = fields.Selection(
        [("open", "Open"), ("ended", "Ended")], compute="_compute_state", search="_search_state"
    )

    _code_uniq = models.Constraint("UNIQUE (company_id, code)", "This group code is in use.")
    _window = models.Constraint("CHECK (ends_at > started_at)", "A group ends after it began.")

    @api.depends("purchase_ids.state", "purchase_ids.partner_id")
    def _compute_paid_count(self):
        for group in self:
            paid = group.purchase_ids.filtered(lambda p: p.state in ("granted", "refunded"))
            group.paid_count = len(paid.filtered("granted_bought").partner_id)

    def _compute_state(self):
        now = fields.Datetime.now()
        for group in self:
            group.state = "open" if now < group.ends_at else "ended"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        now, values = fields.Datetime.now(), set(value)
        if values >= {"open", "ended"}:
            return []
        return [("ends_at", ">" if "open" in values else "<=", now)]

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _start(self, program, owner, at, package=None, code=None):
        """Start a group for a member at the naive UTC instant ``at``; its window is a setting."""
        day = local_day(at, program.company_id)
        promotions = self.env["rc.package.promotion"]._get_running(program, day, "group", owner)
        promotions = promotions._get_of(package) if package else promotions
        if not promotions:
            raise Refusal(self.env._("There is no group buy at the moment."), "not_available")
        return self.sudo().create(  # members have no rights on groups
            {
                "code": code or self._make_code(),
                "program_id": program.id,
                "company_id": program.company_id.id,
                "package_id": package.id if package else False,
                "owner_id": owner.id,
                "started_at": at,
                "ends_at": at + timedelta(hours=promotions[0].window_hours),
            }
        )

    @api.model
    def _make_code(self):
        return "".join(secrets.choice(ALPHABET) for _number in range(CODE_LENGTH))

    @api.model
    @api.private
    def _resolve(self, code, company, at):
        """Return the open group of a code.

        :raise Refusal: ``unknown_code``, ``expired_code``
        """
        text = (code or "").strip().upper()
        # members have no rights on groups; who knows the code may join
        group = self.sudo().search([("code", "=", text), ("company_id", "=", company.id)], limit=1)
        if not group:
            raise Refusal(
                self.env._("There is no group with the code %s. Ask for its link.", text),
                "unknown_code",
            )
        if at >= group.ends_at:
            raise Refusal(
                self.env._("The group %s has ended. Start a new one.", text), "expired_code"
            )
        return group

    def _get_in_time(self, ordered_at, paid_on):
        """Return the group if an order and its payment are within the window, else none."""
        return self.filtered(
            lambda group: (
                group.started_at <= ordered_at < group.ends_at
                and paid_on <= local_day(group.ends_at, group.company_id)
            )
        )

    def _review(self):
        """READ how many have paid → DECIDE everybody's points again → WRITE what is new.

        Numbers only rise: a refund of one leaves what the others were given.
        """
        for group in self:
            group.flush_recordset()
            granted = group.purchase_ids.filtered(
                lambda p: p.state == "granted" and p.granted_bought == p.points_bought
            )
            for purchase in granted:
                purchase._raise_by_group(group.paid_count)


class RcPackagePurchase(models.Model):
    _inherit = "rc.package.purchase"

    def _raise_by_group(self, count):
        """Give what the number of people adds to the purchase, once."""
        self.ensure_one()
        day = local_day(self.ordered_at, self.company_id)
        promotions = self.env["rc.package.promotion"]._get_running(
            self.program_id, day, "group", self.partner_id
        )
        rates = promotions._get_rates(
            self.package_id,
            self.partner_id,
            day,
            {"quantity": self.quantity, "is_first": False, "group_count": count},
        )
        if not rates or not self.package_id.has_promotions:
            return
        points = decide_points(self._get_offer(rates))
        if points.bonus <= self.points_bonus:
            return
        self.write({"points_bonus": points.bonus, "explanation": dict(points.explanation)})
        self._post_points(self.granted_bought, points.bonus)
