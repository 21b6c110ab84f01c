"""When referrals are screened: at sign-up, at each reward and payment, and participants by night."""

from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters_fraud import read_identities, read_signals
from ..adapters_fraud_figures import read_figures, read_ring
from ..adapters_fraud_patterns import read_patterns
from ..kernel.codes import fold
from ..kernel.fraud import (
    Signal,
    find_shared,
    has_too_many_refunds,
    is_far_from_peers,
    median_of,
)

LATE_COUPON_PERCENT = 30
RATE_CLICKS = 50  # fewer say nothing about a rate


class RcFraudCase(models.Model):
    _inherit = "rc.fraud.case"

    @api.model
    @api.private
    def _screen(self, edge, at):
        """READ what speaks against a referral → DECIDE → WRITE a case if it is enough."""
        if not edge:
            return self
        return self._notice(
            "referral",
            f"referral:{edge.id}",
            edge.sponsor_id,
            [*read_signals(edge, at), *self._judge_payments(edge, at)],
            at,
            edge.company_id,
            member=edge.member_id,
            edge=edge,
        )

    @api.model
    @api.private
    def _log_refusal(self, owner, signals, at, company, member=None):
        """Keep that somebody's own code was refused to them under another name; nothing follows.

        One case a pair, for an appeal is about two people; of somebody without an account one a day.
        """
        about = f"member:{member.id}" if member else f"{at:%Y-%m-%d}"
        return self._notice(
            "refusal",
            f"refusal:{company.id}:{owner.id}:{about}",
            owner,
            signals,
            at,
            company,
            member=member,
        )

    @api.model
    @api.private
    def _log_own(self, member, own, at):
        """Keep who of ``own`` (partner ids) a member is under another name."""
        others = self.env["res.partner"].browse(sorted(own)) - member.commercial_partner_id - member
        if others:
            identities = read_identities(others | member)
            for owner in others:
                signals = find_shared(identities[member.id], identities[owner.id])
                self._log_refusal(owner, signals, at, self.env.company, member)

    @api.model
    @api.private
    def _log_own_code(self, text, member, at):
        """Keep that a member typed a code of theirs under another name."""
        # who types it knows it; the code itself was refused
        codes = self.env["rc.code"].sudo()
        code = codes.search(
            [("code_key", "=", fold(text)), ("company_id", "=", self.env.company.id)], limit=1
        )
        if code and not code._is_own(member):
            self._log_own(member, {code.partner_id.id}, at)

    @api.model
    @api.private
    def _notice_participant(self, partner, signals, at, company):
        """Open or extend the case about a participant as such: one at a time, one a quarter."""
        waiting = self.sudo().search(  # as in _notice
            [
                ("kind", "=", "participant"),
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("state", "=", "open"),
            ],
            limit=1,
        )
        quarter = f"{at:%Y}-{(at.month + 2) // 3}"
        key = waiting.key or f"participant:{company.id}:{partner.id}:{quarter}"
        return self._notice("participant", key, partner, signals, at, company)

    @api.model
    @api.private
    def _notice_framed(self, code, most, at):
        """The link of a code was loaded inside other pages more than ``most`` times in a day."""
        signal = Signal("framed", most + 1, most)
        # whoever loads it has no rights on codes
        self._notice_participant(code.sudo().partner_id, [signal], at, code.sudo().company_id)

    # ------------------------------------------------------------------
    # By night
    # ------------------------------------------------------------------

    @api.model
    def _cron_scan(self):
        """Look at the figures of every participant of every company."""
        now = fields.Datetime.now()
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([])
        for number, company in enumerate(companies, 1):
            self.with_company(company)._scan(company, now)
            cron._commit_progress(1, remaining=len(companies) - number)

    @api.model
    @api.private
    def _scan(self, company, at, partners=None):
        """READ figures → DECIDE → WRITE cases; too many refunds freeze at once.

        :param partners: only these (None: everybody who brought or was clicked)
        """
        company = company.sudo()  # thresholds are kept from whom they measure
        figures = read_figures(self.env, company, at)
        patterns = read_patterns(self.env, company, at)
        rates = {
            who: Fraction(row.sign_ups, row.clicks)
            for who, row in figures.items()
            if row.clicks >= RATE_CLICKS
        }
        shares = {
            who: Fraction(row.refunded, row.paid)
            for who, row in figures.items()
            if row.paid >= company.rc_fraud_refund_least
        }
        wanted = set(figures) if partners is None else set(figures) & set(partners.ids)
        for who in sorted(wanted):
            row, partner = figures[who], self.env["res.partner"].browse(who)
            signals = list(self._judge_rate(company, row, who, rates))
            signals += self._judge_patterns(company, patterns.get(who))
            others = [share for other, share in shares.items() if other != who]
            if has_too_many_refunds(
                row.refunded,
                row.paid,
                company.rc_fraud_refund_percent,
                company.rc_fraud_refund_least,
                median_of(others),
            ):
                percent = 100 * row.refunded // row.paid
                signals.append(Signal("refunds", percent, company.rc_fraud_refund_percent))
            if ring := read_ring(self.env, row.members):
                signals.append(Signal("ring", ring, len(row.members) // 2))
            case = self._notice_participant(partner, signals, at, company)
            if case.state == "open" and not case.freeze_ids:
                if "refunds" in case.signal_ids.mapped("name"):
                    case._freeze(at)
        self._scan_circles(company, at)

    def _judge_rate(self, company, row, who, rates):
        """Yield what clicks, sign-ups and coupons of a participant show."""
        peers = [rate for other, rate in rates.items() if other != who]
        if who in rates and is_far_from_peers(rates[who], peers, company.rc_fraud_rate_sigma):
            usual = sum(peers, Fraction(0)) / len(peers)
            yield Signal("rate", int(100 * rates[who]), max(1, int(100 * usual)))
        if row.click_peak > company.rc_fraud_click_flood:
            yield Signal("flood", row.click_peak, company.rc_fraud_click_flood)
        if row.orders >= company.rc_fraud_refund_least:
            percent = 100 * row.late_coupons // row.orders
            if percent > LATE_COUPON_PERCENT:
                yield Signal("late_coupon", percent, LATE_COUPON_PERCENT)

    @api.model
    def _scan_circles(self, company, at):
        """A circle in the tree, however it came there, is a case about each edge of it."""
        edges = self.env["rc.sponsor.edge"].sudo()  # a cron of the system
        for edge in edges._find_circles(company):
            self._notice(
                "referral",
                f"referral:{edge.id}",
                edge.sponsor_id,
                [Signal("cycle")],
                at,
                company,
                member=edge.member_id,
                edge=edge,
            )

    @api.private
    def _freeze(self, at, user=None):
        """Freeze the participant of the case: nothing new is given or paid."""
        for case in self.sudo():  # the screening, or a manager whose right was checked
            if not case.is_frozen:
                case.env["rc.fraud.freeze"]._begin(case, at, user)
                case._message_log(body=case.env._("%s is frozen.", case.partner_id.display_name))

    @api.private
    def _unfreeze(self, at, user):
        """End the freeze of the case's participant, whichever case began it."""
        for case in self.sudo():  # as above
            freezes = case.env["rc.fraud.freeze"]._get_live(case.partner_id, case.company_id)
            if not freezes:
                raise UserError(self.env._("The participant is not frozen."))
            freezes._end(at, user)
            case._message_log(
                body=case.env._("%s is not frozen any more.", case.partner_id.display_name)
            )


class RcRewardRule(models.Model):
    _inherit = "rc.reward.rule"

    @api.model
    @api.private
    def _apply_sign_up(self, member, now=None):
        """A sign-up is screened before it earns anybody anything."""
        self._screen_of(member, now)
        return super()._apply_sign_up(member, now)

    @api.model
    @api.private
    def _apply_verified(self, member, what, at):
        self._screen_of(member, at)
        return super()._apply_verified(member, what, at)

    @api.model
    @api.private
    def _apply_payment(self, move, now=None):
        """Who pays has a card or an account to compare."""
        self._screen_of(move._rc_get_member(), now)
        return super()._apply_payment(move, now)

    def _screen_of(self, member, now):
        edge = self._get_edge(member)
        self.env["rc.fraud.case"]._screen(edge, now or fields.Datetime.now())
