"""READ what happened → DECIDE the points → WRITE them once: the doors of the earning rules."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL

from ..adapters import company_zone, exact, local_noon, read_invoice_money, read_paid_on
from ..kernel.earning import money_points, multiplied, ranged_points, rising_points, within_caps
from ..kernel.periods import add_months, calendar_period, local_date
from ..kernel.subscription import RUNNING

OF_PLANS = ("monthly", "anniversary")  # of a running plan, whatever tier is held beside it


class RcPointRule(models.Model):
    _inherit = "rc.point.rule"

    # ------------------------------------------------------------------
    # Money
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _apply_to_invoices(self, moves):
        """READ net money received → DECIDE points due → WRITE the difference to what was given.

        Idempotent: entries are keyed by invoice, rule and running number.
        """
        money = read_invoice_money(moves)
        paid_on = read_paid_on(moves)
        for move in moves.filtered(lambda m: m.move_type == "out_invoice"):
            net = money[move.id].net_received if move.id in money else Decimal(0)
            for rule in self._get_rules_of(move, paid_on.get(move.id) or move.invoice_date):
                is_same = rule.currency_id == move.currency_id  # not so if the invoice was changed
                base = rule._get_money_points(move, net) if is_same else Decimal(0)
                rule._give_difference(move, base, paid_on.get(move.id))

    def _get_rules_of(self, move, paid_on):
        """Return the rules of an invoice: those that gave for it, archived or not, else today's.

        A rule made later gives nothing for an old invoice, and one archived since still takes back.
        """
        self.env.flush_all()
        gave = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT rule_id FROM rc_point_entry
                 WHERE origin_model = 'account.move' AND origin_id = %s AND rule_id IS NOT NULL
                """,
                move.id,
            )
        )
        if gave:
            return self.browse(row[0] for row in gave).sorted("id")
        rules = self.search(
            [
                ("event", "=", "payment"),
                ("company_id", "=", move.company_id.id),
                ("currency_id", "=", move.currency_id.id),
            ]
        )
        member = move._rc_get_member()
        return rules.filtered(lambda rule: rule._is_for(member, paid_on))

    def _get_money_points(self, move, net):
        """Return the points of ``net`` money received for an invoice, before multipliers."""
        self.ensure_one()
        share = self._get_share(move)
        if self.minimum_amount and exact(move.amount_untaxed) * share < exact(self.minimum_amount):
            return Decimal(0)
        threshold = exact(self.threshold_amount)
        return money_points(
            Fraction(net) * share,
            exact(self.points_per_unit),
            threshold if threshold and self.points_per_unit_above else None,
            exact(self.points_per_unit_above),
        )

    def _get_share(self, move):
        """Return which part of an invoice's net amount is for what this rule is about."""
        return move._rc_get_share(self._is_about)

    def _is_about(self, product, program):
        """Whether a rule is about a product: the ones it names, else what its program sells.

        The platform's rules are about everything that is of no partner's program.
        """
        if self.product_ids or self.category_ids:
            path = product.categ_id.parent_path or ""
            return product in self.product_ids or any(
                path.startswith(category.parent_path) for category in self.category_ids
            )
        return self.program_id._sells_of(program)

    def _give_difference(self, move, base, paid_on):
        """Post the points due for ``base`` less what this rule gave for the invoice so far.

        Multiplier and day are those of the first payment; caps are of that day.
        """
        key = f"account.move:{move.id}|rule:{self.id}"
        given, count = self._get_given(move, key)
        partner = move._rc_get_member()
        earnings = self.env["rc.point.earning"].sudo()  # the system's, by the inbox
        earning = earnings._find(key)
        if not earning and not given and not base:
            return
        day = earning.day or paid_on
        factor = earning._get_factor() if earning or given else self._get_factor(partner, day)
        due = multiplied(base, factor)
        caps = self._read_caps(partner, day) if day else ()
        target = min(due, given + within_caps(due, [(c.cap, c.given) for c in caps]))
        change = target - given
        if not earning and not given:
            earnings._claim(self, partner, key, day, base, factor, change, move)
        if not change:
            return
        self._count(caps, change)
        account = self.env["rc.point.account"]._get_or_create(partner, self.program_id)
        values = {
            "origin": move,
            "occurred_at": local_noon(paid_on, move.company_id) if paid_on else None,
            "rule": self,
        }
        if change > 0:
            account._grant(change, f"{key}|{count}", self.name, **values, **self._get_life(day))
        else:
            account._take_back(-change, f"{key}|{count}", self.name, grant_key=f"{key}|0", **values)

    def _get_given(self, move, key):
        """Return (points given so far, number of earlier rounds) by this rule for ``move``."""
        self.env.flush_all()
        [(given, rounds)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(CASE WHEN kind = 'take_back' THEN -amount
                                         WHEN kind = 'release' THEN 0 ELSE amount END), 0)
                            ::text,
                       COUNT(DISTINCT split_part(key, '|', 3))
                  FROM rc_point_entry
                 WHERE origin_model = 'account.move' AND origin_id = %s AND starts_with(key, %s)
                """,
                move.id,
                f"{key}|",
            )
        )
        return Decimal(given), rounds

    # ------------------------------------------------------------------
    # What members do
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _apply_to_activity(self, activity):
        """Give the points of an activity by each rule of its kind, once, in all programs that
        the member belongs to."""
        programs = self.env["rc.program"].with_company(activity.company_id)
        rules = self.search(
            [
                ("event", "=", "activity"),
                ("activity_kind", "=", activity.kind),
                ("program_id", "in", programs._get_programs_of(activity.partner_id).ids),
            ]
        )
        worth = None if not activity.amount else exact(activity.amount)
        for rule in rules:
            if rule.minimum_amount and (worth or 0) < exact(rule.minimum_amount):
                continue
            if not rule._may_earn(activity):
                continue
            each = ranged_points(Decimal(rule.points), Decimal(rule.points_max), worth)
            base = each * activity.count * (2 if rule._is_double(activity) else 1)
            rule._give(
                activity.partner_id, f"rc.activity:{activity.id}", base, activity.at, activity
            )

    def _may_earn(self, activity):
        """False where another rule set gives for the same thing; addons extend it."""
        self.ensure_one()
        return True

    def _is_double(self, activity):
        """Whether the person an activity is about has a yearly plan, or a high enough tier."""
        if not (self.double_yearly or self.double_tier_id):
            return False
        if activity.origin_model != "res.partner" or not activity.origin_id:
            return False
        other = self.env["res.partner"].browse(activity.origin_id).exists()
        tier = other and self._get_tier(other, self._get_day(other, activity.at))
        if self.double_tier_id and tier and tier.sequence >= self.double_tier_id.sequence:
            return True
        running = self.env["rc.subscription"]._get_running(other, self.program_id)
        return bool(self.double_yearly and running.product_id.rc_period_unit == "year")

    @api.model
    @api.private
    def _apply_to_check_in(self, check_in):
        """Give the points of a day's check-in, and of the streak that it completes; return the
        rules with what each gave."""
        rules = self.search(
            [
                ("program_id", "=", check_in.program_id.id),
                "|",
                ("event", "=", "check_in"),
                "&",
                ("event", "=", "streak"),
                ("streak_days", "=", check_in.streak),
            ]
        )
        gave = []
        for rule in rules:
            base, key = Decimal(rule.points), f"rc.checkin:{check_in.id}"
            if rule.event == "check_in":
                base = rising_points(base, Decimal(rule.points_max), check_in.streak)
            if rule._is_for(check_in.partner_id, check_in.day):
                points = rule._give(check_in.partner_id, key, base, check_in.at, check_in)
                gave.append((rule, points))
                rule._give_trial(check_in)
        return gave

    def _give_trial(self, check_in):
        """A streak may also bring a tier to try: a cover, which never needs money."""
        if not self.trial_tier_id or not self.trial_months:
            return
        self.env["rc.tier.cover"]._give(
            check_in.partner_id,
            self.trial_tier_id,
            check_in.day,
            add_months(check_in.day, self.trial_months),
            "trial",
            f"rc.checkin:{check_in.id}|rule:{self.id}",
            origin=check_in,
            reason=self.name,
        )

    # ------------------------------------------------------------------
    # What time brings
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _earn_due(self, company, today, limit=500):
        """Give what months and years bring by ``today``; return how many were given.

        Each is keyed by member and date, so a day off, or a run twice, changes nothing.
        """
        rules = self.search([("event", "in", OF_PLANS), ("company_id", "=", company.id)])
        given = 0
        for rule in rules:
            for partner, start in rule._read_due(today, limit - given):
                at = local_noon(start, company)
                rule._give(partner, f"{rule.event}:{partner.id}:{start}", Decimal(rule.points), at)
                given += 1
        return given + self._earn_birthdays(company, today, limit - given)

    def _read_due(self, today, limit):
        """Return (member, day) of running plans whose month or year began and is not given yet.

        Only the latest: a month nobody was here for is not made up for.
        """
        self.env.flush_all()
        months = 1 if self.event == "monthly" else 12
        tiers = tuple(self.tier_ids.ids)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT due.partner_id, due.day FROM (
                    SELECT member.partner_id, member.since,
                           (member.since + steps.months * INTERVAL '1 month')::date AS day
                      FROM (
                        SELECT subscription.partner_id,
                               CASE WHEN %(is_month)s THEN subscription.anchor_on
                                    ELSE subscription.started_on END AS since
                          FROM rc_subscription subscription
                         WHERE subscription.program_id = %(program)s
                           AND subscription.state IN %(running)s AND %(tier)s AND %(people)s
                      ) member
                      -- the last whole step: months end where they end (31 Jan, 28 Feb, 31 Mar)
                      CROSS JOIN LATERAL (
                        SELECT MAX(months) AS months
                          FROM generate_series(0, %(step)s + (
                               DATE_PART('year', %(today)s::date) - DATE_PART('year', member.since)
                               )::int * 12 + 12, %(step)s) AS months
                         WHERE (member.since + months * INTERVAL '1 month')::date <= %(today)s
                      ) steps
                     WHERE steps.months IS NOT NULL
                ) due
                 WHERE (%(is_month)s OR due.day > due.since)
                   -- by person, not by key: contacts may have been merged since
                   AND NOT EXISTS (SELECT 1 FROM rc_point_earning earning
                        WHERE earning.partner_id = due.partner_id AND earning.rule_id = %(rule)s
                          AND earning.key LIKE %(event)s || ':%%:' || due.day || '|rule:%%')
                 ORDER BY due.day, due.partner_id LIMIT %(limit)s
                """,
                step=months,
                is_month=self.event == "monthly",
                today=today,
                program=self.program_id.id,
                running=RUNNING,
                tier=SQL("subscription.tier_id IN %s", tiers) if tiers else SQL("TRUE"),
                people=self._get_audience_sql(SQL("subscription.partner_id")),
                event=self.event,
                rule=self.id,
                limit=max(limit, 0),
            )
        )
        return [(self.env["res.partner"].browse(partner_id), day) for partner_id, day in rows]

    @api.model
    def _cron_earn_due(self):
        """Give what months and years brought, committing after each batch."""
        cron = self.env["ir.cron"]
        now = fields.Datetime.now()
        for company in self.env["res.company"].search([]):
            today = local_date(now, company_zone(company))
            while self._earn_due(company, today):
                if not cron._commit_progress(1, remaining=1):
                    return
        cron._commit_progress(remaining=0)

    # ------------------------------------------------------------------
    # One door for what is given once
    # ------------------------------------------------------------------

    def _give(self, partner, key, base, at, origin=None):
        """Give ``base`` points times multipliers, within the caps, once for ``key``.

        :return: whole points given now; 0 for what was given before, or lost to a cap
        """
        self.ensure_one()
        key = f"{key}|rule:{self.id}"
        # READ
        earnings = self.env["rc.point.earning"].sudo()  # the system's, whoever acted
        day = self._get_day(partner, at)
        if earnings._find(key) or not self._is_for(partner, day):
            return 0
        factor = self._get_factor(partner, day)
        caps = self._read_caps(partner, day)
        # DECIDE
        points = within_caps(multiplied(base, factor), [(c.cap, c.given) for c in caps])
        # WRITE
        earnings._claim(self, partner, key, day, base, factor, points, origin)
        if points:
            self._count(caps, points)
            account = self.env["rc.point.account"]._get_or_create(partner, self.program_id)
            account._grant(points, key, self.name, origin, at, rule=self, **self._get_life(day))
        return int(points)

    def _get_day(self, partner, at):
        return self._get_day_of(partner, self.program_id, at)

    @api.model
    @api.private
    def _get_day_of(self, partner, program, at):
        """Return the date of the naive UTC instant ``at`` where the member is."""
        # whoever acts for the member need not read the contact
        zone = partner.sudo().tz
        return local_date(at, ZoneInfo(zone) if zone else company_zone(program.company_id))

    def _get_tier(self, partner, day):
        """Return the tier of a member in this rule's program on a day."""
        return self.env["rc.subscription"]._get_tiers(partner, self.program_id, day)[partner.id]

    def _get_life(self, day):
        """Return from when and until when points of ``day`` can be spent."""
        life = {}
        if self.pending_days:
            life["available_on"] = day + timedelta(days=self.pending_days)
        if self.valid_months:
            life["expires_on"] = add_months(day, self.valid_months)
        return life

    def _is_for(self, partner, day):
        """Whether a member has one of the tiers of this rule on a day."""
        if not self.tier_ids or self.event in OF_PLANS:
            return True
        return self._get_tier(partner, day) in self.tier_ids

    def _get_factor(self, partner, day):
        """Return the multiplier of a member: of the tier, and for good after a yearly renewal."""
        factor = Fraction(1)
        if self.multiplier_ids:
            tier = self._get_tier(partner, day)
            line = self.multiplier_ids.filtered(lambda m: m.tier_id == tier)
            if line:
                factor *= Fraction(exact(line.factor))
        if self.renewed_factor != 1 and self._has_renewed_yearly(partner):
            factor *= Fraction(exact(self.renewed_factor))
        return factor

    def _has_renewed_yearly(self, partner):
        charges = self.env["rc.subscription.charge"].sudo()  # a fact of the system's
        return bool(
            charges.search_count(
                [
                    ("subscription_id.partner_id", "=", partner.id),
                    ("subscription_id.program_id", "=", self.program_id.id),
                    ("kind", "=", "renewal"),
                    ("invoice_line_id.product_id.rc_period_unit", "=", "year"),
                ],
                limit=1,
            )
        )

    # ------------------------------------------------------------------
    # Caps
    # ------------------------------------------------------------------

    def _read_caps(self, partner, day):
        """Return the counters of this rule's caps on ``day``; they are made if needed."""
        counters = self.env["rc.point.counter"].sudo()  # the system's
        found = counters.browse()
        for unit, cap in (("day", self.cap_day), ("month", self.cap_month)):
            if cap:
                found |= counters._get_or_create(
                    self, partner, unit, calendar_period(day, unit).start
                )
        return found

    def _count(self, caps, points):
        for counter in caps:
            counter._add(points)
