"""Caps: how many rewards of a rule one person may have, in places that are taken one by one."""

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.rc_membership.adapters import local_day

from ..kernel.rewards import lowest_free, raised_cap
from .rc_reward import Stop
from .rc_reward_rule import FREE_METRICS

LADDER = "referral"  # its ranks raise caps


class RcRewardSlot(models.Model):
    """A taken place of a cap. Two who take the same place at once cannot both have it."""

    _name = "rc.reward.slot"
    _description = "Place under a Reward Cap"
    _inherit = ["rc.history.mixin"]
    _order = "id"
    _rec_name = "bucket"

    key = fields.Char(required=True, readonly=True)
    bucket = fields.Char(required=True, readonly=True, index=True)
    number = fields.Integer(required=True, readonly=True)
    reward_id = fields.Many2one(
        "rc.reward", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "This place is taken.")


class RcLadderRank(models.Model):
    _inherit = "rc.ladder.rank"

    rc_cap_percent = fields.Integer(
        "Reward Caps (%)",
        default=100,
        help="On the referral ladder: limits of reward rules for one person are raised to this.",
    )

    _cap_percent = models.Constraint(
        "CHECK (rc_cap_percent IS NULL OR rc_cap_percent >= 100)",
        "A rank raises caps, or leaves them.",
    )


class RcReward(models.Model):
    _inherit = "rc.reward"

    def _get_cap_percent(self):
        """Return what the person's rank on the referral ladder makes of a cap of 100."""
        program = self._get_program()
        rank = self.partner_id._rc_get_ranks(LADDER, program).get(self.partner_id.id)
        if not rank:
            return 100
        ranks = self.env["rc.ladder.rank"].search(
            [
                ("ladder_id.code", "=", LADDER),
                ("ladder_id.program_id", "=", program.id),
                ("code", "=", rank),
            ],
            limit=1,
        )
        return ranks.rc_cap_percent or 100

    def _claim_caps(self, at):
        """Take a place under each cap of the rule.

        :raise Stop: none is left
        """
        self.ensure_one()
        self._claim_mission_place()
        rule = self.rule_id
        caps = {"day": rule.cap_day, "month": rule.cap_month, "ever": rule.cap_total}
        if not any(caps.values()):
            return
        percent = self._get_cap_percent()
        day = local_day(at, self.company_id).isoformat()
        labels = {"day": day, "month": day[:7], "ever": "ever"}
        for name, cap in caps.items():
            limit = raised_cap(cap, percent)
            if limit:
                bucket = f"{rule.id}|{self.partner_id.id}|{labels[name]}"
                others = self._read_places_of_others(bucket, f"{rule.id}|%|{labels[name]}")
                if self.id not in others:
                    self._claim_place(bucket, limit - len(others))

    def _read_places_of_others(self, bucket, pattern):
        """Return the rewards whose places somebody took as another contact, before a merge."""
        self.env["rc.reward.slot"].flush_model()
        self.flush_model(["partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT reward.id FROM rc_reward reward
                  JOIN rc_reward_slot slot ON slot.reward_id = reward.id
                 WHERE reward.partner_id = %s AND slot.bucket <> %s AND slot.bucket LIKE %s
                """,
                self.partner_id.id,
                bucket,
                pattern,
            )
        )
        return [row[0] for row in rows]

    def _claim_mission_place(self):
        """Take one of the places of the mission behind the reward, if it has a limit."""
        mission = self._get_mission()
        if mission.claim_limit:
            after = self.id % mission.claim_limit
            self._claim_place(mission._get_bucket(), mission.claim_limit, after)

    def _get_mission(self):
        """Return the mission that was claimed (empty where the reward is for something else)."""
        is_mission = self.origin_model == "rc.mission"
        return self.env["rc.mission"].browse(self.origin_id if is_mission else None)

    def _is_marketing(self):
        """True for what costs the new member nothing: a rule's, or a mission's."""
        return self.rule_id.is_marketing or self._get_mission().metric in FREE_METRICS

    def _claim_place(self, bucket, limit, after=0):
        slots = self.env["rc.reward.slot"]
        slots.flush_model()
        taken = dict(
            self.env.execute_query(
                SQL("SELECT number, reward_id FROM rc_reward_slot WHERE bucket = %s", bucket)
            )
        )
        if self.id in taken.values():
            return
        number = lowest_free(taken, limit, after)
        if number is None:
            raise Stop("refused", "cap")
        slots._insert(
            [
                {
                    "key": f"{bucket}|{number}",
                    "bucket": bucket,
                    "number": number,
                    "reward_id": self.id,
                    "company_id": self.company_id.id,
                }
            ]
        )
