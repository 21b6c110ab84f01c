"""Missions: something to do within a day, a week or once; whoever did it claims the reward."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.rc_membership.adapters import company_zone, local_day
from odoo.addons.rc_membership.exceptions import Refusal
from odoo.addons.rc_membership.kernel.periods import calendar_period, utc_midnight

from .. import adapters_rewards as read


class RcMission(models.Model):
    _name = "rc.mission"
    _description = "Mission"
    _inherit = ["rc.reward.gift.mixin", "rc.reward.cost.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short name used in files and by the API.")
    description = fields.Text(translate=True)
    icon = fields.Char(default="fa-flag-checkered", help="Font Awesome icon shown to members.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one(
        "rc.program",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env["rc.program"]._get_platform(),
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    cycle = fields.Selection(
        [("day", "Daily"), ("week", "Weekly"), ("month", "Monthly"), ("once", "Once")],
        required=True,
        default="once",
    )
    metric = fields.Selection(
        [
            ("activity", "Things done"),
            ("sign_ups", "Sign-ups"),
            ("paid", "Paying referrals"),
            ("clicks", "Valid clicks"),
            ("referred_activity", "What referred people did"),
        ],
        required=True,
        default="activity",
    )
    activity_kind = fields.Char(
        "Activity", help="One word: login, conversation, check_in, minute, share … Empty: any."
    )
    target = fields.Integer(required=True, default=1)
    date_from = fields.Date("Valid from")
    date_to = fields.Date("Until", help="The first day without it.")
    minimum_tier_id = fields.Many2one(
        "rc.tier", "Tier at Least", ondelete="restrict", domain="[('program_id', '=', program_id)]"
    )
    pilot_tag_id = fields.Many2one(
        "res.partner.category", "Pilot Audience", ondelete="restrict", help="Empty: everybody."
    )
    is_locked = fields.Boolean("Needs a Code", help="Only for whoever typed a code of the mission.")
    claim_limit = fields.Integer(
        "Claims in All", help="How often everybody together may claim it. Zero: no limit."
    )
    code_ids = fields.One2many("rc.code", "mission_id", "Codes")
    reward_count = fields.Integer(compute="_compute_reward_count")

    _code_uniq = models.UniqueIndex("(program_id, code)", "This mission code is in use.")
    _target_positive = models.Constraint("CHECK (target > 0)", "A mission has a figure above zero.")
    _limit_positive = models.Constraint(
        "CHECK (COALESCE(claim_limit, 0) >= 0)", "A limit of claims is not negative."
    )

    def _compute_reward_count(self):
        counts = dict(
            self.env["rc.reward"]._read_group(
                [("origin_model", "=", self._name), ("origin_id", "in", self.ids)],
                ["origin_id"],
                ["__count"],
            )
        )
        for mission in self:
            mission.reward_count = counts.get(mission.id, 0)

    @api.constrains("is_locked", "code_ids", "program_id", "minimum_tier_id")
    def _check_program(self):
        for mission in self:
            if mission.minimum_tier_id.program_id - mission.program_id:
                raise ValidationError(self.env._("The tier of a mission is one of its program."))

    def action_view_rewards(self):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rc_referral.rc_reward_action")
        domain = [("origin_model", "=", self._name), ("origin_id", "in", self.ids)]
        return {**action, "domain": domain, "context": {}}

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _get_open(self, partner, program, at):
        """Return the missions somebody may do now."""
        today = local_day(at, program.company_id)
        tier = self.env["rc.subscription"]._get_tiers(partner, program, today)[partner.id]
        missions = self.search([("program_id", "=", program.id)])
        unlocked = self.env["rc.mission.unlock"].search([("partner_id", "=", partner.id)])
        return missions.filtered(
            lambda mission: (
                (not mission.date_from or today >= mission.date_from)
                and (not mission.date_to or today < mission.date_to)
                and (
                    not mission.minimum_tier_id
                    or tier._get_rank() >= mission.minimum_tier_id._get_rank()
                )
                and (not mission.pilot_tag_id or mission.pilot_tag_id in partner.category_id)
                and (not mission.is_locked or mission in unlocked.mission_id)
            )
        )

    def _get_span(self, at):
        """Return (since, until, label) of the running round of a mission."""
        self.ensure_one()
        zone = company_zone(self.company_id)
        if self.cycle == "once":
            since = self.date_from and utc_midnight(self.date_from, zone)
            until = self.date_to and utc_midnight(self.date_to, zone)
            return since or None, until or None, "once"
        span = calendar_period(local_day(at, self.company_id), self.cycle)
        return utc_midnight(span.start, zone), utc_midnight(span.end, zone), span.start.isoformat()

    @api.private
    def _get_progress(self, partner, at):
        """Return how much of the mission somebody did in its running round."""
        self.ensure_one()
        since, until, _label = self._get_span(at)
        self.env.flush_all()
        if self.metric == "activity":
            return read.count_own_activity(self.env, partner, self.activity_kind, since, until)
        counters = {
            "sign_ups": read.count_sign_ups,
            "paid": read.count_paid,
            "clicks": read.count_clicks,
            "referred_activity": read.count_activity,
        }
        return counters[self.metric](self.env, partner, since, until)

    def _get_milestone(self, at):
        """Return what names the running round: it is claimed once by each."""
        _since, _until, label = self._get_span(at)
        return f"mission-{self.id}:{label}:1"

    @api.private
    def _get_left(self):
        """Return how many claims are left of the mission's limit."""
        self.ensure_one()
        taken = self.env["rc.reward.slot"].search_count([("bucket", "=", self._get_bucket())])
        return max(self.claim_limit - taken, 0)

    def _get_bucket(self):
        return f"{self._name}:{self.id}"

    @api.private
    def _get_claimed(self, partner, at):
        """Return the reward of the running round (empty if it was not claimed)."""
        self.ensure_one()
        # by person and round, not by key: contacts may have been merged since
        return self.env["rc.reward"].search(
            [("partner_id", "=", partner.id), ("milestone", "=", self._get_milestone(at))], limit=1
        )

    # ------------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------------

    @api.private
    def _claim(self, partner, at):
        """READ what was done → DECIDE → WRITE the reward, once a round; return it.

        :raise Refusal: ``not_eligible`` where it is not done, or not open to them
        """
        self.ensure_one()
        mission = self.sudo()  # members have no rights on missions; the door checks
        if mission not in mission._get_open(partner, mission.program_id, at):
            raise Refusal(self.env._("%s is not open to you.", mission.name), "not_eligible")
        if claimed := mission._get_claimed(partner, at):
            return claimed
        done = mission._get_progress(partner, at)
        if done < mission.target:
            raise Refusal(
                self.env._(
                    "%(name)s: %(left)s to go.", name=mission.name, left=mission.target - done
                ),
                "not_eligible",
            )
        if mission.claim_limit and not mission._get_left():
            raise Refusal(
                self.env._("%s: all of them were claimed.", mission.name), "limit_reached"
            )
        milestone = mission._get_milestone(at)
        reward = self.env["rc.reward"]._open_own("mission", mission, milestone, partner, at)
        self.env["rc.event"]._push(f"{milestone}:{partner.id}", "mission_done", reward, at)
        return reward

    @api.model
    @api.private
    def _unlock(self, partner, text, at):
        """Open a mission by its code; return it.

        :raise CodeError: as :meth:`rc.code._resolve`, and of the code's limits
        """
        code = self.env["rc.code"]._resolve(text, partner, at)
        mission = code.mission_id
        if code.kind != "mission" or not mission:
            raise Refusal(self.env._("This code is for no mission."), "not_eligible")
        unlocks = self.env["rc.mission.unlock"].sudo()  # as _claim
        key = f"{mission.id}|{partner.id}"
        if not unlocks.search_count([("key", "=", key)], limit=1):
            code._use(partner, f"mission:{key}", at, origin=mission)
            unlocks._insert(
                [
                    {
                        "key": key,
                        "mission_id": mission.id,
                        "partner_id": partner.id,
                        "code_id": code.id,
                        "company_id": mission.company_id.id,
                        "at": at,
                    }
                ]
            )
        return mission


class RcCode(models.Model):
    _inherit = "rc.code"

    mission_id = fields.Many2one(
        "rc.mission", ondelete="restrict", index="btree_not_null", check_company=True
    )

    @api.constrains("kind", "mission_id")
    def _check_mission(self):
        for code in self:
            if code.mission_id and code.kind != "mission":
                raise ValidationError(self.env._("Only a code of the kind Mission opens one."))


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        consumers = super()._get_consumers(kind)
        return consumers + {"mission_done": ["referral_mission"]}.get(kind, [])

    def _consume_referral_mission(self):
        """A mission done is a thing its member did: it counts for sponsors and growth."""
        reward = self._get_record()
        self.env["rc.activity"]._record(
            reward.partner_id,
            "mission_done",
            1,
            f"rc.reward:{reward.id}:mission",
            self.occurred_at,
            origin=reward,
        )
