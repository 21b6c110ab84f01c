import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..kernel.draws import seed_hash


class RcSeedMixin(models.AbstractModel):
    """Something decided by published odds: the seed's hash stands before, the seed itself after.

    ``_seed_fixed`` names what nobody changes after it was published.
    """

    _name = "rc.seed.mixin"
    _description = "Decided by a Seed"
    _inherit = ["rc.fact.mixin"]
    _order = "id desc"
    _rc_facts = ("state", "seed_hash", "seed_secret")
    _check_company_auto = True

    _seed_fixed = frozenset()

    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    program_id = fields.Many2one(
        "rc.program",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env["rc.program"]._get_platform(),
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    state = fields.Selection(
        [("draft", "Draft"), ("open", "Open"), ("ended", "Ended")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    seed_secret = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    seed_hash = fields.Char(
        "Hash of the Seed", readonly=True, copy=False, help="SHA-256, published before it opens."
    )
    seed = fields.Char(
        compute="_compute_seed",
        compute_sudo=True,
        help="Shown when it has ended: with it everybody can work out each result again.",
    )

    @api.depends("state", "seed_secret")
    def _compute_seed(self):
        for record in self:
            record.seed = record.seed_secret if record.state == "ended" else False

    def write(self, vals):
        if self._seed_fixed & set(vals):
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._check_draft()

    def _check_draft(self):
        if any(record.state != "draft" for record in self):
            raise UserError(
                self.env._("What was published stays: odds, prizes and stock are fixed.")
            )

    def _check_manager(self):
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager runs draws and sets to collect."))
        self.check_access("write")

    def action_publish(self):
        """Fix what can be won and its odds, make the secret seed, and publish its hash."""
        self._check_manager()
        for record in self.sudo():  # facts of the system
            record._publish(fields.Datetime.now(), secrets.token_hex(32))

    def action_end(self):
        """End it, and show the seed."""
        self._check_manager()
        for record in self.sudo():  # facts of the system
            record._end(fields.Datetime.now())

    @api.private
    def _publish(self, at, seed):
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("%s is published already.", self.name))
        self._check_complete()
        self.write({"state": "open", "seed_secret": seed, "seed_hash": seed_hash(seed)})

    @api.private
    def _end(self, at):
        self.ensure_one()
        if self.state != "open":
            raise UserError(self.env._("%s is not open.", self.name))
        self._finish(at)
        self.write({"state": "ended"})

    def _check_complete(self):
        """Refuse to publish what is not complete."""

    def _finish(self, at):
        """Do what is left to be done before the seed is shown."""
