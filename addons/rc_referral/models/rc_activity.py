"""What referrals do for their sponsor, told as activities: earning rules and growth read them.

Three kinds: ``referral`` (somebody brought became a member who pays), ``referral_action`` (they
renewed, or took a better plan) and ``together`` (both were active on one day). What a step of a
referral earns is said by the reward rules; an earning rule gives for it only where they do not.
"""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.rc_membership.adapters import company_zone, local_day
from odoo.addons.rc_membership.kernel.periods import utc_midnight

from ..kernel.rewards import BY_OTHERS, Given, next_step
from .rc_reward_rule import KEY_PREFIX

REFERRAL, ACTION, TOGETHER = BY_OTHERS
# paid steps only: what costs nothing is a marketing reward, from a campaign's budget
STEPS = {"first_payment": REFERRAL, "renewal": ACTION, "upgrade": ACTION}
TOLD = "told"
# a referral that was paid for is one that signed up: whichever of the two gave points
SAME = {REFERRAL: ("first_payment", "sign_up"), ACTION: ()}
TOGETHER_MAX = 20  # a day and activity; the earning rule's own limit is far below


class RcRewardRule(models.Model):
    _inherit = "rc.reward.rule"

    @api.model
    def _settle(self, event, edge, is_due, origin, at, now, source=None):
        """Rewards first: where they give points, the activity earns none."""
        super()._settle(event, edge, is_due, origin, at, now, source=source)
        if event in STEPS:
            about = f"rc.sponsor.edge:{edge.id}"
            if source:
                about = f"{about}/{source._name}:{source.id}"
            stem = f"{KEY_PREFIX}|{event}|{about}|"
            self.env["rc.activity"]._tell_step(edge, STEPS[event], stem, is_due, at, now)


class RcActivity(models.Model):
    _inherit = "rc.activity"

    @api.model
    def _tell_step(self, edge, kind, stem, is_due, at, now):
        """WRITE once that a referral took a step; what it earned follows its money."""
        key = f"{stem}{TOLD}"
        told = self.sudo().search([("key", "=", key)])  # facts are the system's
        if told:
            self.env["rc.point.rule"]._follow_step(told, is_due, now)
        elif is_due and edge._is_rewardable():
            # about the new member: whose plan may double what it earns
            self.with_company(edge.company_id)._record(
                edge.sponsor_id, kind, 1, key, at, origin=edge.member_id
            )

    def _get_stems(self):
        """Return how the keys of rewards begin that are for the same step."""
        self.ensure_one()
        stems = [self.key.removesuffix(TOLD)] if self.key.startswith(f"{KEY_PREFIX}|") else []
        if self.origin_model == "res.partner" and SAME[self.kind]:
            edges = self.env["rc.sponsor.edge"].search(
                [("sponsor_id", "=", self.partner_id.id), ("member_id", "=", self.origin_id)]
            )
            stems += [
                f"{KEY_PREFIX}|{event}|rc.sponsor.edge:{edge.id}|"
                for edge in edges
                for event in SAME[self.kind]
            ]
        return stems

    def _is_rewarded(self):
        """True if reward rules give the sponsor points for what this tells."""
        return any(
            self.env["rc.reward"].search_count(
                [
                    ("key", "=like", f"{stem}sponsor%"),
                    ("kind", "=", "points"),
                    ("state", "!=", "refused"),
                ],
                limit=1,
            )
            for stem in self._get_stems()
        )

    def _is_repeated(self):
        """True if the same referral was told before, by the app or by us."""
        return self.kind == REFERRAL and bool(
            self.search_count(
                [
                    ("kind", "=", REFERRAL),
                    ("partner_id", "=", self.partner_id.id),
                    ("origin_model", "=", self.origin_model),
                    ("origin_id", "=", self.origin_id),
                    ("id", "<", self.id),
                ],
                limit=1,
            )
            if self.origin_id
            else False
        )


class RcPointRule(models.Model):
    _inherit = "rc.point.rule"

    def _may_earn(self, activity):
        """Nothing pays twice: the reward table comes first."""
        if activity.kind in SAME and (activity._is_rewarded() or activity._is_repeated()):
            return False
        return super()._may_earn(activity)

    @api.model
    def _follow_step(self, activity, is_due, now):
        """A refund takes back what the activity earned; paid again, it is given again."""
        earnings = self.env["rc.point.earning"].sudo()  # the system's
        for earning in earnings.search(
            [("origin_model", "=", activity._name), ("origin_id", "=", activity.id)]
        ):
            step = next_step(earning.key, self._read_given(earning.key), is_due, 0)
            if not step:
                continue
            rule = earning.rule_id
            accounts = self.env["rc.point.account"]
            account = accounts._get_or_create(activity.partner_id, rule.program_id)
            facts = {"origin": activity, "occurred_at": now, "rule": rule}
            if step.points > 0:
                account._grant(step.points, step.key, rule.name, **facts)
            else:
                facts["grant_key"] = earning.key
                account._take_back(-step.points, step.key, rule.name, **facts)

    def _read_given(self, key):
        """Return what was booked under ``key`` and its steps, oldest first."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT step, SUM(points) FROM (
                    SELECT COALESCE(substring(key FROM %(size)s), '0')::integer AS step,
                           CASE WHEN debit_bucket = 'issued' THEN amount ELSE -amount END AS points
                      FROM rc_point_entry
                     WHERE (key = %(key)s OR starts_with(key, %(key)s || '|'))
                       AND 'issued' IN (debit_bucket, credit_bucket)) booked
                 GROUP BY step ORDER BY step
                """,
                key=key,
                size=r"[|]([0-9]+)(?:[|][a-z]+)?$",
            )
        )
        return [Given(f"{key}|{step}", int(points)) for step, points in rows]


class RcEvent(models.Model):
    _inherit = "rc.event"

    @api.model
    def _get_consumers(self, kind):
        consumers = super()._get_consumers(kind)
        return consumers + {"activity": ["referral_together"]}.get(kind, [])

    def _consume_referral_together(self):
        self.env["rc.sponsor.edge"]._tell_together(self._get_record())


class RcSponsorEdge(models.Model):
    _inherit = "rc.sponsor.edge"

    @api.model
    def _tell_together(self, activity):
        """WRITE for each referral whose two sides were active on the activity's day, once a day."""
        if activity.kind in BY_OTHERS:
            return  # nobody is active by what others did
        company = activity.company_id
        day = local_day(activity.at, company)
        zone = company_zone(company)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT edge.id FROM rc_sponsor_edge edge
                 WHERE %(who)s IN (edge.member_id, edge.sponsor_id) AND edge.ended_at IS NULL
                   AND edge.company_id = %(company)s
                   AND EXISTS (SELECT 1 FROM rc_activity other
                        WHERE other.partner_id = CASE WHEN edge.member_id = %(who)s
                                                 THEN edge.sponsor_id ELSE edge.member_id END
                          AND other.company_id = %(company)s AND other.kind NOT IN %(kinds)s
                          AND other.at >= %(start)s AND other.at < %(end)s)
                   AND NOT EXISTS (SELECT 1 FROM rc_activity told
                        WHERE told.key = %(prefix)s || edge.id || %(suffix)s)
                 ORDER BY edge.id LIMIT %(most)s
                """,
                who=activity.partner_id.id,
                company=company.id,
                kinds=BY_OTHERS,
                start=utc_midnight(day, zone),
                end=utc_midnight(day + timedelta(days=1), zone),
                prefix=f"{TOGETHER}|rc.sponsor.edge:",
                suffix=f"|{day}",
                most=TOGETHER_MAX,
            )
        )
        activities = self.env["rc.activity"].with_company(company)
        for edge in self.browse(row[0] for row in rows):
            if edge._is_rewardable():
                key = f"{TOGETHER}|rc.sponsor.edge:{edge.id}|{day}"
                activities._record(
                    edge.sponsor_id, TOGETHER, 1, key, activity.at, origin=edge.member_id
                )
