"""Milestones: so many sign-ups, paying friends, clicks or days in a row, each given once."""

from odoo import api, fields, models

from odoo.addons.rc_membership.adapters import company_zone, local_day
from odoo.addons.rc_membership.kernel.periods import calendar_period, utc_midnight

from .. import adapters_rewards as read
from ..kernel.rewards import count_streaks, next_goal, times_reached
from .rc_reward import OPEN
from .rc_reward_rule import KEY_PREFIX
from .rc_reward_slot import LADDER

BY_TIME = ("clicks", "referred_activity")  # no event tells of them: a cron looks
TEAM = "team"
TIMES_MAX = 1000


class RcRewardRule(models.Model):
    _inherit = "rc.reward.rule"

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.private
    def _get_figure(self, sponsor, at):
        """Return (figure, label of the period) of a milestone's metric at an instant."""
        self.ensure_one()
        company = self.company_id
        since, until, label = None, None, "ever"
        if self.period != "lifetime":
            span = calendar_period(local_day(at, company), self.period)
            zone = company_zone(company)
            since, until = utc_midnight(span.start, zone), utc_midnight(span.end, zone)
            label = span.start.isoformat()
        return self._read_metric(sponsor, since, until), label

    def _read_metric(self, sponsor, since, until):
        self.env.flush_all()
        if self.metric == "streak":
            zone = str(company_zone(self.company_id))
            days = read.read_sign_up_days(self.env, sponsor, zone, since, until)
            return count_streaks(days, self.threshold) * self.threshold
        if self.metric == TEAM:
            return len(self.env["rc.sponsor.edge"]._get_descendant_ids(sponsor))
        counters = {
            "sign_ups": read.count_sign_ups,
            "paid": read.count_paid,
            "clicks": read.count_clicks,
            "referred_activity": read.count_activity,
        }
        return counters[self.metric](self.env, sponsor, since, until, self.tier_ids.ids)

    def _get_milestone_rules(self, sponsor, company, today, metrics=None):
        """Return the milestones that are in force for a sponsor."""
        program = self.env["rc.program"]._get_platform(company)
        rules = self.search(
            [
                ("program_id", "=", program.id),
                ("event", "=", "milestone"),
                ("sponsor_kind", "in", self._get_kinds_of(sponsor)),
                *([("metric", "in", metrics)] if metrics else []),
            ]
        )
        return rules.filtered(
            lambda rule: (
                (not rule.date_from or today >= rule.date_from)
                and (not rule.date_to or today < rule.date_to)
                and (not rule.pilot_tag_id or rule.pilot_tag_id in sponsor.category_id)
                and (not rule.rank_id or rule._has_rank(sponsor))
            )
        )

    @api.private
    def _get_goal(self, sponsor, at):
        """Return (figure, next figure or None) for the portal's progress bar."""
        figure, _label = self._get_figure(sponsor, at)
        return figure, next_goal(figure, self.threshold, self.is_repeating)

    # ------------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _apply_milestones(self, edge, now):
        """Bring the milestones of a referral's sponsor, and of those above for the tree, to now."""
        sponsor, company = edge.sponsor_id, edge.company_id
        today = local_day(now, company)
        metrics = [name for name, _label in self._fields["metric"].selection if name not in BY_TIME]
        rules = self._get_milestone_rules(sponsor, company, today, metrics)
        self._review_ladder(sponsor, company, today)
        rules._apply_milestone(sponsor, now)
        above = self.search_count([("event", "=", "milestone"), ("metric", "=", TEAM)], limit=1)
        if above:
            ancestors = self.env["rc.sponsor.edge"]._get_ancestor_ids(sponsor)
            for person in self.env["res.partner"].browse(ancestors):
                team = self._get_milestone_rules(person, company, today, [TEAM])
                team._apply_milestone(person, now)

    @api.model
    def _review_ladder(self, sponsor, company, today):
        """Let the sponsor rise on the referral ladder, which raises caps."""
        program = self.env["rc.program"]._get_platform(company)
        ladder = self.env["rc.ladder"].search(
            [("code", "=", LADDER), ("program_id", "=", program.id)]
        )
        if ladder:
            ladder._review(sponsor, today)

    def _apply_milestone(self, sponsor, now):
        """READ the figure → DECIDE how often it is reached → WRITE what is new, undo what is gone."""
        rewards = self.env["rc.reward"].sudo()  # rewards are the system's
        for rule in self:
            figure, label = rule._get_figure(sponsor, now)
            times = min(
                times_reached(figure, rule.threshold, rule.is_repeating),
                TIMES_MAX,
            )
            stem = f"{rule.part or rule.id}:{label}:"
            # by person and milestone, not by key: contacts may have been merged since
            known = rewards.search(
                [
                    ("partner_id", "=", sponsor.id),
                    ("company_id", "=", rule.company_id.id),
                    ("event", "=", "milestone"),
                    ("milestone", "=like", f"{stem}%"),
                ]
            )
            there = set(known.mapped("milestone"))
            for number in range(1, times + 1):
                milestone = f"{stem}{number}"
                if milestone in there:
                    continue
                key = f"{KEY_PREFIX}|milestone|{rule.company_id.id}/{milestone}"
                rewards._open(
                    f"{key}|sponsor:{sponsor.id}",
                    sponsor,
                    rule,
                    now,
                    now,
                    rule=rule,
                    event="milestone",
                    milestone=milestone,
                    origin=sponsor,
                )
            reached = known.filtered(lambda r: int(r.milestone.rpartition(":")[2]) <= times)  # noqa: B023
            reached._redo(now)
            if rule.metric != "clicks":  # the retention deletes clicks; what they earned stays
                (known - reached)._undo(now)

    @api.model
    def _follow_rounds(self, edge, now):
        """Money moved: take back milestones of every round that is reached no more, give again those
        that are.

        The round that runs is looked at anyway; a refund often comes in the next one. Here no rule
        has to be in force any more.
        """
        given = self.env["rc.reward"].sudo()  # rewards are the system's
        given = given.search(
            [
                ("partner_id", "=", edge.sponsor_id.id),
                ("company_id", "=", edge.company_id.id),
                ("event", "=", "milestone"),
                ("rule_id.metric", "=", "paid"),
                ("state", "in", ("given", "taken_back", *OPEN)),
            ]
        )
        for (rule, label), rewards in given.grouped(
            lambda r: (r.rule_id, r.milestone.split(":")[1])
        ).items():
            at = now if label == "ever" else rule._get_round_start(label)
            figure, _label = rule._get_figure(edge.sponsor_id, at)
            times = times_reached(figure, rule.threshold, rule.is_repeating)
            reached = rewards.filtered(lambda r, n=times: int(r.milestone.rpartition(":")[2]) <= n)
            reached._redo(now)
            (rewards - reached)._undo(now)

    def _get_round_start(self, label):
        return utc_midnight(fields.Date.to_date(label), company_zone(self.company_id))

    @api.model
    def _cron_milestones(self):
        """Clicks and what referred people do are looked at once a day."""
        now = fields.Datetime.now()
        rules = self.search([("event", "=", "milestone"), ("metric", "in", BY_TIME)])
        for company in rules.company_id:
            own = rules.filtered(lambda r: r.company_id == company)  # noqa: B023
            people = self._get_timed_people(company, set(own.mapped("metric")))
            inbox = self.env["rc.event"].with_company(company)
            inbox._serve_each(
                people,
                "milestones_due",
                now,
                lambda person, of=company: self._apply_timed_of(person, of, now),
            )

    @api.model
    @api.private
    def _apply_timed(self, company, metrics, now):
        """Bring milestones that no event tells of to now, for everybody with people or clicks."""
        for person in self._get_timed_people(company, metrics):
            self._apply_timed_of(person, company, now)

    def _get_timed_people(self, company, metrics):
        people = self.env["res.partner"]
        if "clicks" in metrics:
            codes = self.env["rc.code"].search([("company_id", "=", company.id)])
            people |= codes.partner_id
        if "referred_activity" in metrics:
            edges = self.env["rc.sponsor.edge"]._read_group(
                [("company_id", "=", company.id), ("ended_at", "=", False)], ["sponsor_id"]
            )
            people |= people.union(*(sponsor for [sponsor] in edges))
        return people

    def _apply_timed_of(self, person, company, now):
        rules = self.with_company(company)._get_milestone_rules(
            person, company, local_day(now, company), BY_TIME
        )
        rules._apply_milestone(person, now)
