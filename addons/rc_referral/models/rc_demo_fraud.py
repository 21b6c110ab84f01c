from datetime import timedelta

from odoo import api, models

from ..kernel.fraud import Signal


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_fraud(self):
        """A review queue with something of each kind: open, cleared, refused, with an appeal."""
        cases = self.env["rc.fraud.case"]
        if cases.search_count([], limit=1):
            return
        now = self.env.cr.now().replace(minute=0, second=0, microsecond=0)
        company = self.env.company
        person = {
            name: self.env.ref(f"rc_membership.partner_{name}")
            for name in ("leo", "finn", "gao", "hana", "mia", "dev", "bamboo", "kol")
        }
        manager = self.env.ref("rc_membership.user_manager")
        told = [
            ("finn", 34, [Signal("device"), Signal("address"), Signal("network")]),
            ("gao", 13, [Signal("fast", 2, company.rc_fraud_fast_seconds)]),
            ("hana", 5, [Signal("address_day", 7, company.rc_fraud_address_day)]),
        ]
        for name, days, signals in told:
            edge = self.env["rc.sponsor.edge"].search(
                [("member_id", "=", person[name].id), ("ended_at", "=", False)], limit=1
            )
            case = cases._notice(
                "referral",
                f"referral:{edge.id}",
                edge.sponsor_id,
                signals,
                now - timedelta(days=days),
                company,
                member=edge.member_id,
                edge=edge,
            )
            if name == "hana":
                note = "A class of seven at the studio, all from its Wi-Fi; I asked the studio."
                # demo: the manager of the story decides
                case.with_user(manager)._decide("clear", note, now - timedelta(days=4))
        rate = [Signal("rate", 62, 9), Signal("brand", 14, company.rc_fraud_brand_clicks)]
        cases._notice_participant(person["kol"], rate, now - timedelta(days=2), company)
        # Dev is frozen until somebody has looked, and asks for that
        frozen = cases._notice_participant(
            person["dev"], [Signal("rate", 48, 11)], now - timedelta(days=6), company
        )
        # demo: the manager of the story decides
        reason = "Half of what he brought was refunded within a week."
        frozen.with_user(manager)._decide("freeze", reason, now - timedelta(days=5))
        frozen._appeal(
            person["dev"],
            "A workshop was called off; all of them got their money back at once.",
            now - timedelta(days=3),
        )
        refused = cases._log_refusal(
            person["mia"], [Signal("email")], now - timedelta(days=9), company
        )
        refused._appeal(
            person["mia"],
            "That was my sister: we share a mailbox and write it with a dot.",
            now - timedelta(days=8),
        )
