from fractions import Fraction

from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import babel_locale_parse, escape_psql, format_date, get_lang

from odoo.addons.rc_commission.adapters.time import company_zone, local_day
from odoo.addons.rc_membership.adapters import exact
from odoo.addons.rc_membership.kernel.money import round_half_up
from odoo.addons.rc_membership.kernel.periods import add_months, local_date, utc_midnight

from ..adapters import read_receipts
from ..kernel.fund import bases_by_month

GUILD_TYPES = [
    ("sales", "Sales"),
    ("learning", "Learning"),
    ("creative", "Creative"),
    ("community", "Community"),
    ("service", "Service"),
    ("mentor", "Mentor"),
]


class RcGuild(models.Model):
    """A community with a purpose, inside one program."""

    _name = "rc.guild"
    _description = "Guild"
    _inherit = ["mail.thread", "image.mixin", "website.published.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one(
        "rc.program",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env["rc.program"]._get_platform(),
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="program_id.currency_id")
    guild_type = fields.Selection(GUILD_TYPES, "Type", required=True, default="community")
    purpose = fields.Char(required=True, help="One sentence: what the guild is for.")
    description = fields.Text()
    join_rule = fields.Selection(
        [("code", "With the guild's code"), ("open", "Open to everybody")],
        "Joining",
        required=True,
        default="code",
        tracking=True,
    )
    state = fields.Selection(
        [("active", "Active"), ("suspended", "Suspended")],
        default="active",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    founded_at = fields.Datetime(required=True, readonly=True, copy=False)
    leader_id = fields.Many2one(
        "res.partner", compute="_compute_leader_id", store=True, index=True, ondelete="restrict"
    )
    membership_ids = fields.One2many("rc.guild.membership", "guild_id", "Members")
    member_count = fields.Integer("Number of Members", compute="_compute_member_count")
    code_ids = fields.One2many("rc.code", "guild_id", "Codes")
    account_ids = fields.One2many("rc.guild.account", "guild_id", "Accounts")
    points = fields.Float(digits=(16, 0), compute="_compute_balances")
    fund = fields.Monetary("Growth Fund", compute="_compute_balances")
    plan_fund = fields.Monetary(
        "Set Aside by Plans",
        compute="_compute_balances",
        help="The part of the growth fund that commission plans set aside.",
    )
    entry_ids = fields.One2many("rc.guild.entry", "guild_id", "Contributions")

    _name_uniq = models.UniqueIndex(
        "(program_id, lower(name)) WHERE active", "Another guild has this name. Choose another."
    )

    @api.depends("membership_ids.role", "membership_ids.left_at", "membership_ids.partner_id")
    def _compute_leader_id(self):
        for guild in self:
            guild.leader_id = guild.membership_ids.filtered(
                lambda stay: stay.role == "leader" and not stay.left_at
            )[:1].partner_id

    @api.depends("membership_ids.left_at")
    def _compute_member_count(self):
        counts = dict(
            self.env["rc.guild.membership"]._read_group(
                [("guild_id", "in", self.ids), ("left_at", "=", False)], ["guild_id"], ["__count"]
            )
        )
        for guild in self:
            guild.member_count = counts.get(guild, 0)

    @api.depends("account_ids.points", "account_ids.fund")
    def _compute_balances(self):
        # whoever sees a guild sees its fund; pools are the staff's
        pools = self.env["rc.commission.pool"].sudo()._get_of_guilds(self)
        for guild in self:
            own = pools.filtered(
                lambda pool, g=guild: pool.guild_id == g and pool.currency_id == g.currency_id
            )
            guild.points = guild.account_ids[:1].points
            guild.plan_fund = sum(own.mapped("balance")) - sum(own.mapped("short"))
            guild.fund = guild.account_ids[:1].fund + guild.plan_fund

    def action_view_plan_fund(self):
        """Open what commission plans set aside for the guild, with its entries."""
        self.ensure_one()
        self.check_access("read")
        pools = self.env["rc.commission.pool"]
        pools.check_access("read")
        return pools._get_of_guilds(self).action_view_entries()

    def _compute_website_url(self):
        super()._compute_website_url()
        for guild in self.filtered("id"):
            guild.website_url = f"/guilds/{self.env['ir.http']._slug(guild)}"

    @api.model_create_multi
    def create(self, vals_list):
        now = self.env.cr.now()
        for vals in vals_list:
            vals.setdefault("founded_at", now)
        guilds = super().create(vals_list)
        # the ledger belongs to the system; who founds a guild has no rights on it
        self.env["rc.guild.account"].sudo().create([{"guild_id": guild.id} for guild in guilds])
        return guilds

    def write(self, vals):
        if "program_id" in vals and any(g.program_id.id != vals["program_id"] for g in self):
            raise UserError(self.env._("A guild stays in the program it was founded in."))
        if {"state", "leader_id", "founded_at"} & set(vals) and not self.env.su:
            raise UserError(self.env._("State and leader of a guild change by its buttons only."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A guild is kept with its ledger. Archive it instead."))

    @api.model
    @api.private
    def _check_name(self, name, program):
        """Raise if another guild of the program has the name, whatever its capitals."""
        same = [("program_id", "=", program.id), ("name", "=ilike", escape_psql(name))]
        if self.search_count(same, limit=1):
            raise UserError(self.env._("Another guild has this name. Choose another."))

    # ------------------------------------------------------------------
    # State
    # ------------------------------------------------------------------

    def action_suspend(self):
        """Staff: nobody can join, and the guild leaves Guild Square."""
        self._check_manager()
        self._update_state(("active",), "suspended")
        self.is_published = False

    def action_reopen(self):
        self._check_manager()
        self._update_state(("suspended",), "active")

    def _update_state(self, allowed, target):
        wrong = self.filtered(lambda guild: guild.state not in allowed)
        if wrong:
            raise UserError(
                self.env._(
                    "%s is not in the right state for this.", ", ".join(wrong.mapped("name"))
                )
            )
        self.sudo().state = target  # the buttons checked the right

    def _check_manager(self):
        self.check_access("write")
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager can do this."))

    # ------------------------------------------------------------------
    # Membership
    # ------------------------------------------------------------------

    @api.private
    def _join(self, partner, at, code=None):
        """Let a member in, by code or openly; return the membership.

        :param code: the ``rc.code`` that was used, empty for joining openly
        :raise GuildError: not_available, code_required, limit_reached, cooling_off
        """
        self.ensure_one()
        Membership = self.env["rc.guild.membership"].sudo()  # members hold no rights on stays
        Membership._check_joining(self, partner, at, has_code=bool(code))
        stay = Membership.create(
            {
                "guild_id": self.id,
                "partner_id": partner.id,
                "joined_at": at,
                "code_id": code.id if code else False,
            }
        )
        if code:
            self._use_code(code, partner, stay, at)
        stay._update_contributions(at)
        return stay

    def _use_code(self, code, partner, stay, at):
        """Joining by a code uses it; signing up with it and joining is one use.

        :raise CodeError: no use is left
        """
        uses = self.env["rc.code.use"].sudo()  # members have no rights on codes and their uses
        if not uses._get_by_key(code._get_sign_up_key(partner)):
            code._use(partner, f"rc.guild.membership:{stay.id}", at, origin=stay)

    def _get_code(self):
        """Return the guild's own invite code."""
        self.ensure_one()
        return self.code_ids.filtered(lambda code: code.kind == "guild" and code.active)[:1]

    # ------------------------------------------------------------------
    # What the portal shows
    # ------------------------------------------------------------------

    @api.private
    def _get_month_so_far(self, now):
        """Return {'base', 'share'} of the running month: net payments, and their fund share."""
        self.ensure_one()
        program = self.program_id
        today = local_day(now, self.company_id)
        receipts = read_receipts(program, self.membership_ids.partner_id.ids)
        bases = bases_by_month(receipt for own in receipts.values() for receipt in own)
        base = bases.get(self.id, {}).get(today.replace(day=1), 0)
        digits = self.currency_id.decimal_places
        rate = Fraction(exact(program.rc_guild_fund_rate)) / 100
        return {
            "base": round_half_up(base, digits),
            "share": round_half_up(base * rate, digits),
        }

    @api.private
    def _get_points_chart(self, now, months):
        """Return the points of the last ``months`` months as the portal's chart."""
        self.ensure_one()
        zone = company_zone(self.company_id)
        this_month = local_date(now, zone).replace(day=1)
        starts = [add_months(this_month, -back) for back in range(months - 1, -1, -1)]
        entries = self.env["rc.guild.entry"].with_context(tz=str(zone))
        sums = {
            month.date(): points
            for month, points in entries._read_group(
                [
                    ("guild_id", "=", self.id),
                    ("kind", "=", "contribution"),
                    ("occurred_at", ">=", utc_midnight(starts[0], zone)),
                ],
                ["occurred_at:month"],
                ["points:sum"],
            )
        }
        return {
            "type": "bar",
            "labels": [self._format_month(start) for start in starts],
            "series": [
                {
                    "label": self.env._("Points"),
                    "values": [sums.get(start, 0) for start in starts],
                    "tone": "accent",
                }
            ],
        }

    @api.model
    def _format_month(self, day):
        """Return the month of a day in the reader's language: Oct 2026, 2026年10月."""
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton("yMMM", day, locale=locale)

    def _get_founded_text(self):
        self.ensure_one()
        return self._format_month(local_date(self.founded_at, company_zone(self.company_id)))

    # ------------------------------------------------------------------
    # Refusals
    # ------------------------------------------------------------------

    @api.model
    def _get_refusal(self, error):
        """Return a refusal of the kernel as a sentence that says what to do next."""
        values = error.values
        texts = {
            "not_available": self.env._("This guild takes nobody in at the moment."),
            "code_required": self.env._("This guild needs its code. Ask a member for it."),
            "limit_reached": self.env._(
                "You belong to a guild already. Leave it first; one guild at a time."
            ),
            "cooling_off": self.env._(
                "You left a guild not long ago. You can join or found one from %s on.",
                values.get("free_on") and format_date(self.env, values["free_on"]),
            ),
        }
        if error.code == "tier_required":
            return self._get_tier_refusal(values["tier_codes"])
        if error.code == "not_eligible":
            return self.env._(
                "You have brought %(referrals)s members; more than %(above)s are needed to found a "
                "guild. Invite friends with your link.",
                referrals=values["referrals"],
                above=values["above"],
            )
        if error.code == "insufficient_points":
            return self.env._(
                "Founding costs %(needed)s points and you have %(points)s. Earn more points or pay "
                "the fee in money.",
                needed=values["needed"],
                points=values["points"],
            )
        return texts.get(error.code, error.code)

    def _get_tier_refusal(self, tier_codes):
        tiers = self.env["rc.tier"].sudo().search([("code", "in", tier_codes)])  # names only
        names = ", ".join(dict.fromkeys(tiers.mapped("name")))
        return self.env._("Founding a guild needs one of these memberships: %s.", names)
