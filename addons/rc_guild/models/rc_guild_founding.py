from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.rc_commission.adapters.time import local_day

from ..kernel.rules import Founder, GuildError, check_founding, check_free
from .rc_guild import GUILD_TYPES

STATES = [
    ("waiting", "Waiting for Payment"),
    ("blocked", "Paid, Needs Attention"),
    ("done", "Founded"),
    ("cancelled", "Cancelled"),
]


class RcGuildFounding(models.Model):
    """A member's wish to found a guild, and how its fee was paid."""

    _name = "rc.guild.founding"
    _description = "Guild Founding"
    _order = "id desc"
    _check_company_auto = True
    _allow_sudo_commands = False

    name = fields.Char("Guild Name", required=True)
    partner_id = fields.Many2one(
        "res.partner", "Founder", required=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one("rc.program", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    guild_type = fields.Selection(GUILD_TYPES, "Type", required=True)
    purpose = fields.Char(required=True)
    description = fields.Text()
    join_rule = fields.Selection(
        selection=lambda self: self.env["rc.guild"]._fields["join_rule"].selection,
        string="Joining",
        required=True,
    )
    paid_with = fields.Selection(
        [("points", "Points"), ("order", "Money")], required=True, readonly=True
    )
    points = fields.Integer("Points Paid", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True, ondelete="restrict", copy=False)
    state = fields.Selection(STATES, required=True, default="waiting", readonly=True)
    blocked_reason = fields.Char(readonly=True)
    guild_id = fields.Many2one("rc.guild", readonly=True, ondelete="restrict", copy=False)

    _open_uniq = models.UniqueIndex(
        "(partner_id, program_id) WHERE state IN ('waiting', 'blocked')",
        "This member is founding a guild already.",
    )
    _order_uniq = models.UniqueIndex(
        "(order_id) WHERE order_id IS NOT NULL", "The order pays for another founding."
    )
    _guild_uniq = models.UniqueIndex(
        "(guild_id) WHERE guild_id IS NOT NULL", "A guild is founded once."
    )

    # ------------------------------------------------------------------
    # Conditions
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _read_founder(self, partner, program, on=None):
        """READ where a member stands on a day (default: today), as the kernel's record."""
        on = on or local_day(fields.Datetime.now(), program.company_id)
        Membership = self.env["rc.guild.membership"]
        # looking at the form opens no account; the caller reads as the system
        account = self.env["rc.point.account"].search(
            [("partner_id", "=", partner.id), ("program_id", "=", program.id)], limit=1
        )
        balances = account._get_balances().get(account.id, {"available": 0})
        tier = partner._rc_get_tier(program, on)
        return Founder(
            tier_code=tier.code or None,
            points=int(balances["available"]),
            referrals=self.env["rc.sponsor.edge"].search_count(
                [("sponsor_id", "=", partner.id), ("ended_at", "=", False)]
            ),
            guild_id=Membership._get_live(partner, program).guild_id.id or None,
            free_on=Membership._get_free_on(partner, program),
        )

    @api.model
    @api.private
    def _get_open(self, partner, program):
        return self.search(
            [
                ("partner_id", "=", partner.id),
                ("program_id", "=", program.id),
                ("state", "in", ("waiting", "blocked")),
            ],
            limit=1,
        )

    @api.model
    @api.private
    def _get_likely_payment(self, partner, program):
        """Return ``points`` if the member has enough or money is not taken, else ``order``."""
        has_points = self._read_founder(partner, program).points >= program.rc_guild_founding_points
        return "points" if has_points or not program.rc_guild_founding_product_id else "order"

    @api.model
    @api.private
    def _get_checklist(self, partner, program):
        """Return [(text, is met)] of what founding asks, for the form."""
        founder = self._read_founder(partner, program)
        asked = program._rc_get_founding_conditions()
        tiers = ", ".join(program.rc_guild_founding_tier_ids.mapped("name"))
        checks = [
            (self.env._("Membership: %s", tiers), founder.tier_code in asked.tier_codes),
            (
                self.env._(
                    "%(needed)s points (you have %(points)s), or the fee in money",
                    needed=asked.points,
                    points=founder.points,
                ),
                founder.points >= asked.points,
            ),
        ]
        if asked.referrals_above is not None:
            text = self.env._(
                "More than %(above)s people brought (you have %(referrals)s)",
                above=asked.referrals_above,
                referrals=founder.referrals,
            )
            checks.append((text, founder.referrals > asked.referrals_above))
        return checks

    # ------------------------------------------------------------------
    # Founding
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _start(self, partner, program, vals, paid_with, now):
        """READ → DECIDE → WRITE: found at once for points, or wait for the order's payment.

        :param vals: name, guild_type, purpose, description, join_rule
        :raise GuildError: see ``kernel.rules.check_founding``
        :return: the founding; with money its ``order_id`` is to be paid
        """
        waiting = self._get_open(partner, program)
        if waiting:
            return waiting
        today = local_day(now, program.company_id)
        founder = self._read_founder(partner, program, today)
        conditions = program._rc_get_founding_conditions()
        check_founding(founder, conditions, today, pays_points=paid_with == "points")
        self.env["rc.guild"]._check_name(vals["name"], program)
        founding = self.create(
            {
                **vals,
                "partner_id": partner.id,
                "program_id": program.id,
                "paid_with": paid_with,
            }
        )
        if paid_with == "points":
            founding._pay_points(conditions.points, now)
            founding._found(now)
        else:
            founding.order_id = founding._create_order()
        return founding

    def _pay_points(self, points, now):
        self.ensure_one()
        if points:
            account = self.env["rc.point.account"]._get_or_create(self.partner_id, self.program_id)
            account._spend(
                points,
                f"rc.guild.founding:{self.id}|fee",
                self._get_points_reason(),
                origin=self,
                occurred_at=now,
            )
        self.points = points

    def _get_points_reason(self):
        """Return what the founder paid points for."""
        self.ensure_one()
        return self.env._("Founding of the guild %s", self.name)

    def _create_order(self):
        """Make the order of the fee, ready to be paid online."""
        self.ensure_one()
        product = self.program_id.rc_guild_founding_product_id
        if not product:
            raise UserError(self.env._("The fee can only be paid in points here."))
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "require_payment": True,
                "require_signature": False,
                "prepayment_percent": 1.0,
                "origin": self.env._("Guild %s", self.name),
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order.action_quotation_sent()
        return order

    def _found(self, now):
        """Make the guild with its leader and code."""
        self.ensure_one()
        self._update_state(("waiting", "blocked"), "done")
        guild = self.env["rc.guild"].create(
            {
                "name": self.name,
                "program_id": self.program_id.id,
                "guild_type": self.guild_type,
                "purpose": self.purpose,
                "description": self.description,
                "join_rule": self.join_rule,
                "founded_at": now,
                "is_published": True,
            }
        )
        stay = self.env["rc.guild.membership"].create(
            {
                "guild_id": guild.id,
                "partner_id": self.partner_id.id,
                "role": "leader",
                "joined_at": now,
            }
        )
        stay._update_contributions(now)
        self.env["rc.code"].create(
            {
                "kind": "guild",
                "guild_id": guild.id,
                "partner_id": self.partner_id.id,
                "company_id": guild.company_id.id,
                "landing_path": f"/guilds/{self.env['ir.http']._slug(guild)}",
            }
        )
        self.write({"guild_id": guild.id, "blocked_reason": False})
        return guild

    @api.private
    def _settle_paid(self, now):
        """Found what is paid; a founder who joined a guild meanwhile is left to staff."""
        for founding in self:
            if founding.state not in ("waiting", "blocked") or not founding._is_paid():
                continue
            try:
                live = self.env["rc.guild.membership"]._get_live(
                    founding.partner_id, founding.program_id
                )
                check_free(live.guild_id.id or None, None, now.date())
                self.env["rc.guild"]._check_name(founding.name, founding.program_id)
            except (GuildError, UserError) as error:
                founding._update_state(("waiting", "blocked"), "blocked")
                founding.blocked_reason = founding._get_blocked_reason(error)
                continue
            founding._found(now)

    def _get_blocked_reason(self, error):
        if isinstance(error, GuildError):
            return self.env._("The founder joined another guild before the payment arrived.")
        return str(error)

    @api.private
    def _cancel(self):
        """Give a founding up before its fee is paid; its order goes with it."""
        self.ensure_one()
        paying = self.order_id.transaction_ids.filtered(
            lambda tx: tx.state in ("pending", "authorized", "done")
        )
        if paying or self.order_id.state == "sale":
            raise UserError(self.env._("A payment is on its way. Wait until it has arrived."))
        self.order_id._action_cancel()  # the order tells its founding

    def _is_paid(self):
        self.ensure_one()
        return self.order_id._rc_is_paid_in_full()

    @api.private
    def _merge_foundings(self, sources, target):
        """One person founds one guild at a time: of two that wait, the unpaid one is cancelled."""
        for founding in self.search(
            [("partner_id", "in", sources.ids), ("state", "in", ("waiting", "blocked"))]
        ):
            twin = self._get_open(target, founding.program_id)
            unpaid = (twin | founding).filtered(lambda f: f.state == "waiting")
            if twin and not unpaid:
                raise UserError(
                    self.env._("Both contacts have paid for founding a guild. Found one first.")
                )
            if twin:
                unpaid[:1]._cancel()
                self.flush_model()
            founding.partner_id = target

    def action_found(self):
        """Staff: try again to found what is paid but was blocked."""
        self.ensure_one()
        self.check_access("read")
        self.env["rc.guild"]._check_manager()
        self.sudo()._settle_paid(self.env.cr.now())  # the right was checked on the line above
        if self.state == "blocked":
            raise UserError(self.blocked_reason)

    def _update_state(self, allowed, target):
        for founding in self:
            if founding.state not in allowed:
                raise UserError(self.env._("This founding is closed already."))
        self.state = target
