"""A person reports a participant or a referral for review, and what confirming a case takes back."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..kernel.fraud import Signal


class RcFraudCase(models.Model):
    _inherit = "rc.fraud.case"

    # ------------------------------------------------------------------
    # Report
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _report(self, partner, member, note, at, company):
        """WRITE what a manager wants to be looked at: a new case, or into the one there is.

        :param partner: who earns
        :param member: whom they brought; empty: the participant as such
        :return: the case, open

        :raise AccessError: by anybody but a program manager
        """
        self._check_reporter()
        signals = [Signal("by_hand")]
        if member:
            edge = self._find_edge(partner, member, company)
            case = self._notice(
                "referral",
                self._get_referral_key(partner, member, company, edge),
                partner,
                signals,
                at,
                company,
                member=member,
                edge=edge,
            )
        else:
            case = self._notice_participant(partner, signals, at, company)
        case._open_again(note)
        return case

    def _check_reporter(self):
        if not self.env.user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager reports somebody for review."))

    @api.model
    def _find_edge(self, partner, member, company):
        edges = self.env[
            "rc.sponsor.edge"
        ].sudo()  # a manager of the company; the right was checked
        return edges.search(
            [
                ("member_id", "=", member.id),
                ("sponsor_id", "=", partner.id),
                ("company_id", "=", company.id),
            ],
            order="ended_at desc nulls first, id desc",
            limit=1,
        )

    @api.model
    def _get_referral_key(self, partner, member, company, edge):
        """Return the key of the case about who brought whom, in the tree or only on an order."""
        if edge:
            return f"referral:{edge.id}"
        return f"referral:{company.id}:{partner.id}:{member.id}"

    def _open_again(self, note):
        """Somebody asks again: what was cleared is looked at once more, with the reason."""
        self.ensure_one()
        if self.state == "confirmed":
            raise UserError(self.env._("%s is confirmed already.", self.display_name))
        if self.state == "cleared":
            self.write({"state": "open", "decided_at": False, "decided_by_id": False})
            self._follow(self.env.cr.now())
            self._tell()
        self._message_log(body=note)

    # ------------------------------------------------------------------
    # What confirming takes back
    # ------------------------------------------------------------------

    def _get_take_back(self):
        """READ what confirming takes back: dicts of ``what``, ``amount`` (a text) and ``how``."""
        self.ensure_one()
        given = self.edge_id._rc_get_rewards().filtered(lambda reward: reward.state == "given")
        return [
            {
                "what": reward._get_title(),
                "amount": reward.gift_text,
                "how": reward._get_take_back_text(),
            }
            for reward in given
        ]


class RcReward(models.Model):
    _inherit = "rc.reward"

    def _get_take_back_text(self):
        """Return how the reward is taken back, in words."""
        self.ensure_one()
        return self.env._("taken back, unless it was used")
