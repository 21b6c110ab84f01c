import base64
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..adapters import count_members
from ..adapters_fraud import find_same_person
from ..errors import code_error
from ..kernel import codes

_MAKE_TRIES = 50
PERSONAL = ("invite", "vanity")
AS_TYPED = {"coupon", *codes.VALUED}  # kept as they are: Odoo's promo code, the mask


class RcCode(models.Model):
    """A code of a participant, and the link that goes with it."""

    _name = "rc.code"
    _description = "Referral Code"
    _inherit = ["rc.fact.mixin", "mail.thread"]
    _order = "id desc"
    _rec_name = "code"
    _check_company_auto = True

    code = fields.Char(
        required=True,
        copy=False,
        tracking=True,
        help="Letters and digits. Case, blanks and dashes make no difference when it is typed.",
    )
    code_key = fields.Char(compute="_compute_code_key", store=True, string="Compared As")
    kind = fields.Selection(
        [
            ("invite", "Personal Invitation"),
            ("vanity", "Vanity Code"),
            ("mission", "Mission"),
            ("coupon", "Coupon"),
            ("activation", "Activation"),
            ("gift", "Gift"),
        ],
        required=True,
        default="vanity",
        help="A personal code has a check character, so that a typing slip is noticed.",
    )
    partner_id = fields.Many2one(
        "res.partner", "Owner", required=True, ondelete="restrict", index=True, tracking=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        domain=[("share", "=", False)],
        tracking=True,
        help="Looks after the members this code brings. Empty: the owner, if staff, or the "
        "owner's salesperson.",
    )
    team_id = fields.Many2one("crm.team", "Sales Team", check_company=True)
    campaign_id = fields.Many2one("utm.campaign")
    date_from = fields.Date("Valid from")
    date_to = fields.Date("Expires on", help="From this day on the code is refused.")
    landing_path = fields.Char(
        "Landing Page", help="Page of this website where the link leads, for example /shop."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    link = fields.Char(compute="_compute_link")
    qr_image = fields.Binary("QR Code", compute="_compute_qr_image")
    touch_count = fields.Integer("Clicks", compute="_compute_counts", compute_sudo=True)
    sign_up_count = fields.Integer("Sign-ups", compute="_compute_counts", compute_sudo=True)
    paid_count = fields.Integer("Paid", compute="_compute_counts", compute_sudo=True)

    _key_uniq = models.UniqueIndex("(code_key)", "This code, or one that looks like it, is taken.")
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to > date_from)",
        "A code expires after it became valid.",
    )

    @api.depends("code")
    def _compute_code_key(self):
        for record in self:
            try:
                record.code_key = codes.fold(record.code or "")
            except codes.CodeFormatError:
                record.code_key = False  # the mask of a code of value; others: see _check_code

    @api.depends("code")
    def _compute_link(self):
        for record in self:
            record.link = record._get_link() if record.code else False

    @api.depends("code")
    def _compute_qr_image(self):
        report = self.env["ir.actions.report"]
        for record in self:
            png = record.link and report.barcode("QR", record.link, width=320, height=320)
            record.qr_image = png and base64.b64encode(png)

    def _compute_counts(self):
        touches = dict(
            self.env["rc.touch"]._read_group(
                [("code_id", "in", self.ids), ("is_bot", "=", False)], ["code_id"], ["__count"]
            )
        )
        members = count_members(self.env, "code_id", self.ids)
        for record in self:
            record.touch_count = touches.get(record, 0)
            record.sign_up_count, record.paid_count = members.get(record.id, (0, 0))

    @api.depends("code", "partner_id.name")
    def _compute_display_name(self):
        for record in self:
            owner = record.partner_id.name
            record.display_name = f"{record.code} – {owner}" if owner else record.code

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("code", "kind")
    def _check_code(self):
        for record in self.filtered(lambda code: code.kind not in codes.VALUED):
            try:
                status = codes.diagnose(codes.normalise(record.code))
                prefix_kind = codes.get_kind(record.code)
            except codes.CodeFormatError as error:
                raise ValidationError(
                    self.env._(
                        "A code has 1 to %s letters and digits, nothing else.", codes.LENGTH_MAX
                    )
                ) from error
            expected = record.kind if record.kind in codes.PREFIXES else None
            if prefix_kind != expected:
                raise ValidationError(
                    self.env._(
                        "“%(code)s” does not fit its kind: the beginnings %(prefixes)s belong to "
                        "codes that are made with a check character.",
                        code=record.code,
                        prefixes=", ".join(codes.PREFIXES.values()),
                    )
                )
            if expected and status != "ok":
                raise ValidationError(
                    self.env._("The check character of “%s” is wrong.", record.code)
                )

    @api.constrains("landing_path")
    def _check_landing_path(self):
        for record in self:
            path = record.landing_path
            if path and (not path.startswith("/") or path.startswith("//") or "\\" in path):
                raise ValidationError(
                    self.env._("The landing page is a path of this website, for example /shop.")
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("code"):
                if vals.get("kind") not in AS_TYPED:
                    vals["code"] = self._get_pretty(vals["code"])
            elif vals.get("kind") in codes.PREFIXES:
                vals["code"] = self._make_code(vals["kind"])
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("code") and not set(self.mapped("kind")) & AS_TYPED:
            vals = {**vals, "code": self._get_pretty(vals["code"])}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused(self):
        if self.env["rc.touch"].sudo().search_count([("code_id", "in", self.ids)], limit=1):
            # counting alone: staff may delete a code without the right to read touches
            raise UserError(
                self.env._("A code that was clicked is kept. Archive it, then it is refused.")
            )

    def _get_pretty(self, text):
        try:
            return codes.pretty(text)
        except codes.CodeFormatError:
            return text  # _check_code refuses it with a sentence

    @api.model
    def _make_code(self, kind):
        """Return a free code of the kind; the unique index has the last word."""
        for _try in range(_MAKE_TRIES):
            code = codes.make(codes.PREFIXES[kind], secrets.token_bytes(codes.RANDOM_BYTES))
            taken = self.sudo().search_count(  # a code is taken whoever owns it
                [("code_key", "=", codes.fold(code)), ("active", "in", (True, False))], limit=1
            )
            if not taken:
                return code
        raise UserError(self.env._("No free code was found. Try again."))

    # ------------------------------------------------------------------
    # Resolving
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _resolve(self, text, partner=None, at=None):
        """Return the code that ``text`` means.

        The company is that of the environment: of the website, or of the document.

        :param partner: who would use it; their own code is refused
        :param at: naive UTC datetime, default: now
        :raise CodeError: mistyped_code, unknown_code, expired_code, own_code, used_code,
            limit_reached, not_eligible, tier_required; of a code of value only mistyped_code and
            unknown_code are told
        """
        text = (text or "").strip()
        at = at or self.env.cr.now()
        status = codes.diagnose(text)
        if status == "mistyped":
            raise code_error(self.env, "mistyped_code", text)
        if codes.is_valued(text):
            return self._resolve_valued(text, partner, at)
        # visitors and members have no rights on codes; knowing a code is the right to use it
        record = self.sudo().search(
            [("code_key", "=", codes.fold(text)), ("active", "in", (True, False))], limit=1
        )
        # what one company promises binds no other: there its code is one like any unknown text
        if record.company_id != self.env.company:
            raise code_error(self.env, "unknown_code", text)
        record._check_valid(at)
        if partner and (record._is_own(partner) or find_same_person(partner, record.partner_id)):
            raise code_error(self.env, "own_code", record.code)
        record._check_usable(partner or self.env["res.partner"], at)
        return record

    def _check_valid(self, at):
        """Raise unless the code may be used at the instant ``at``."""
        if not self.active:
            raise code_error(self.env, "expired_code", self.code)
        if not (self.date_from or self.date_to):
            return  # most links: no need to know which day it is where
        today = fields.Datetime.context_timestamp(
            self.with_context(tz=self.company_id.partner_id.tz or "UTC"), at
        ).date()
        if self.date_from and today < self.date_from:
            raise code_error(self.env, "expired_code", self.code)
        if self.date_to and today >= self.date_to:
            raise code_error(self.env, "expired_code", self.code, since=self.date_to)

    def _is_own(self, partner):
        return self.partner_id.commercial_partner_id == partner.commercial_partner_id

    def _get_link(self):
        """Return the full address of the code's link; a code of value has only the redeem page."""
        self.ensure_one()
        if self.kind in codes.VALUED:
            return f"{self.get_base_url()}/redeem"
        return f"{self.get_base_url()}/ref/{self.code}"

    def _get_salesperson(self):
        """Return the user who looks after members brought by this code (may be empty)."""
        self.ensure_one()
        staff = self.partner_id.user_ids.filtered(lambda user: not user.share)
        return self.user_id or staff[:1] or self.partner_id.user_id

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------

    def _is_secondary(self):
        """True for a code that names a sponsor only if no other code of the sign-up does.

        A guild's code binds to the guild; its owner is the sponsor when nobody else is.
        """
        self.ensure_one()
        return False

    def _on_bound(self, partner, at):
        """Called once for each code that a new member came with; addons act on their kinds.

        :param partner: the new member
        :param at: naive UTC datetime of the sign-up
        """
        self.ensure_one()

    def action_view_touches(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_referral.rc_touch_action")
        return {**action, "domain": [("code_id", "in", self.ids)], "context": {}}

    def action_view_edges(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_referral.rc_sponsor_edge_action")
        return {**action, "domain": [("code_id", "in", self.ids)], "context": {}}
