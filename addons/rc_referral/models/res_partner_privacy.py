"""What a person leaves in referrals: clicks, codes, leads, deals. The tree and decisions stay."""

from collections import Counter

from odoo import api, models

from odoo.addons.rc_membership.kernel.privacy import LOST, Area, Finding

_LEAD_TEXTS = ("email_from", "phone", "street", "street2", "zip", "city", "website", "function")
_ERASED = "(erased)"
_CHOSEN = ("vanity", "coupon")  # kinds of codes whose text somebody chose


class ResPartner(models.Model):
    _inherit = "res.partner"

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.private
    def _rc_get_erasure_findings(self, at):
        person = self.sudo()  # see super
        findings = super()._rc_get_erasure_findings(at)
        rewards = self.env["rc.reward"].sudo()
        waiting = rewards.search_count(
            [("partner_id", "=", person.id), ("state", "in", ("held", "choice"))]
        )
        if waiting:
            text = self.env._("%s rewards that are not given yet are lost.", waiting)
            findings.append(Finding("rewards", LOST, text))
        unused = person.env["rc.code"].search_count(person._rc_get_unused_domain())
        if unused:
            text = self.env._("%s codes that were bought and not redeemed are lost.", unused)
            findings.append(Finding("codes", LOST, text))
        return findings

    def _rc_get_unused_domain(self):
        """Return the domain of codes of value of this person that nobody has redeemed."""
        redeemed = self.env["rc.activation.redemption"].search(
            [("code_id.partner_id", "=", self.id)]
        )
        return [
            ("partner_id", "=", self.id),
            ("kind", "in", ("activation", "gift")),
            ("id", "not in", redeemed.code_id.ids),
        ]

    @api.private
    def _rc_get_erasure_areas(self):
        person = self.sudo()  # see super
        areas = super()._rc_get_erasure_areas()
        visitors = person._rc_get_visitors()
        edges = ["|", ("member_id", "=", self.id), ("sponsor_id", "=", self.id)]
        return areas + [
            Area(
                self.env._("Clicks, with what told the browser apart"),
                "deleted",
                person.env["rc.touch"].search_count([("visitor", "in", visitors)]),
                "",
            ),
            Area(
                self.env._("Codes and links"),
                "ended",
                person.env["rc.code"].search_count([("partner_id", "=", self.id)]),
                self.env._("they open nothing any more"),
            ),
            Area(
                self.env._("Leads, deals and claims"),
                "anonymous",
                len(person._rc_get_leads(person._rc_read_identity())),
                self.env._("the sale stays, the person is not in it any more"),
            ),
            Area(
                self.env._("Who brought whom"),
                "anonymous",
                person.env["rc.sponsor.edge"].search_count(edges),
                self.env._("the tree keeps numbers, so that everybody's figures stay right"),
            ),
        ]

    def _rc_get_visitors(self):
        """Return the ids of the browsers this person is known to have used."""
        orders = self.env["sale.order"].search(
            [("partner_id", "=", self.id), ("rc_visitor", "!=", False)]
        )
        decisions = self.env["rc.attribution"].search(
            [
                ("visitor", "!=", False),
                "|",
                "&",
                ("res_model", "=", "res.partner"),
                ("res_id", "=", self.id),
                "&",
                ("res_model", "=", "sale.order"),
                ("res_id", "in", orders.ids),
            ]
        )
        return list({*orders.mapped("rc_visitor"), *decisions.mapped("visitor")})

    def _rc_get_leads(self, identity):
        return (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search(
                [
                    "|",
                    ("partner_id", "in", identity.partners.ids),
                    ("email_normalized", "in", [email.lower() for email in identity.emails]),
                ]
            )
        )

    @api.private
    def _rc_get_naming_texts(self):
        """A code they chose names them wherever it was written."""
        codes = self.env["rc.code"].with_context(active_test=False)
        chosen = codes.search([("partner_id", "in", self.ids), ("kind", "in", _CHOSEN)])
        return [*super()._rc_get_naming_texts(), *chosen.mapped("code")]

    @api.private
    def _rc_export_sections(self):
        mine = [("partner_id", "=", self.id)]
        decisions = self.env["rc.attribution"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.id)], order="id"
        )
        touches = self.env["rc.touch"].search(
            [("visitor", "in", self._rc_get_visitors())], order="id"
        )
        edges = self.env["rc.sponsor.edge"]
        codes = self.env["rc.code"].search(mine, order="id")
        rewards = self.env["rc.reward"].search(mine, order="id")
        return [
            *super()._rc_export_sections(),
            self._rc_export(
                "codes",
                self.env._("Your Codes"),
                codes,
                ["code", "kind", "date_from", "date_to", "active", "touch_count", "sign_up_count"],
            ),
            self._rc_export(
                "touches",
                self.env._("Clicks on Links of Others"),
                touches,
                ["at", "code_id", "landing_path", "source", "medium", "campaign", "is_entered"],
            ),
            self._rc_export(
                "attributions",
                self.env._("Why You Were Counted for Somebody"),
                decisions,
                ["decided_at", "evidence", "reason"],
            ),
            self._rc_export(
                "sponsors",
                self.env._("Who Brought You"),
                edges.search([("member_id", "=", self.id)], order="id"),
                ["code_id", "bound_at", "ended_at"],
            ),
            # whom the person brought are other people: when, and by which code
            self._rc_export(
                "referrals",
                self.env._("Sign-ups You Brought"),
                edges.search([("sponsor_id", "=", self.id)], order="id"),
                ["code_id", "bound_at", "ended_at"],
            ),
            self._rc_export(
                "rewards",
                self.env._("Rewards"),
                rewards,
                ["occurred_at", "title", "state", "given_at", "taken_back_at"],
            ),
        ]

    # ------------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------------

    @api.private
    def _rc_erase_traces(self, identity, at):
        counts = Counter()
        counts["touches"] = self._rc_erase_touches()
        counts["leads"] = self._rc_erase_leads(identity)
        self._rc_retire_codes(identity)
        self._rc_erase_deals(identity)
        self.env["rc.share.page"].search([("partner_id", "=", self.id)]).unlink()
        return counts + super()._rc_erase_traces(identity, at)

    def _rc_erase_touches(self):
        """Delete the clicks of the person's browsers, and the ids that led to them."""
        visitors = tuple(self._rc_get_visitors()) or ("",)
        self.env.flush_all()
        count = self._rc_sql("DELETE FROM rc_touch WHERE visitor IN %s", visitors)
        self._rc_sql("UPDATE rc_attribution SET visitor = NULL WHERE visitor IN %s", visitors)
        self._rc_sql("UPDATE sale_order SET rc_visitor = NULL WHERE rc_visitor IN %s", visitors)
        self._rc_sql(
            "UPDATE rc_code_use SET person = 'erased:' || partner_id WHERE partner_id = %s", self.id
        )
        # what the fraud screening knew of the browser, and words about the person
        self._rc_sql("DELETE FROM rc_fraud_mark WHERE partner_id = %s", self.id)
        self._rc_sql(
            "UPDATE rc_fraud_case SET decision_note = NULL WHERE %(id)s IN (partner_id, member_id)",
            id=self.id,
        )
        return count

    def _rc_erase_leads(self, identity):
        leads = self._rc_get_leads(identity)
        leads._track_discard()
        for lead in leads:
            lead.write(
                {
                    **{name: False for name in _LEAD_TEXTS if name in lead._fields},
                    "name": identity.name,
                    "contact_name": False,
                    "partner_name": False,
                    "description": False,
                    "email_cc": False,
                }
            )
        self.env.flush_all()
        # the titles of leads they brought say their code
        brought = self.env["crm.lead"].with_context(active_test=False)
        ids = brought.search([("rc_partner_id", "=", self.id)]).ids
        self._rc_scrub("crm_lead", ("name",), identity, ids)
        return len(leads)

    def _rc_retire_codes(self, identity):
        """Close every code; a word they chose may name them, so it goes as well."""
        for rule in self.env["loyalty.rule"].search([("rc_owner_id", "=", self.id)]):
            rule.write({"code": f"ERASED-{rule.id}", "active": False})
        self.env["loyalty.program"].search([("rc_owner_id", "=", self.id)]).active = False
        codes = (
            self.env["rc.code"]
            .with_context(active_test=False)
            .search([("partner_id", "=", self.id)])
        )
        codes._track_discard()
        for code in codes.filtered(lambda code: code.kind in _CHOSEN):
            code.code = f"ERASED-{code.id}"
        codes.active = False
        self.env.flush_all()

    def _rc_erase_deals(self, identity):
        """Registered customers, corrections and claims keep their numbers, not their words."""
        emails = [email.lower() for email in identity.emails]
        deals = self.env["rc.deal"].search(
            [
                "|",
                ("customer_id", "in", identity.partners.ids),
                ("email_normalized", "in", emails),
            ]
        )
        deals._track_discard()
        # nobody works on this customer any more
        deals.filtered(lambda deal: deal.state in ("registered", "approved")).state = "expired"
        for deal in deals:
            deal.write(
                {
                    "name": identity.name,
                    "customer_id": deal.customer_id.id or self.id,
                    "email": False,
                    "phone": False,
                    "note": False,
                    "proof": False,
                    "proof_name": False,
                }
            )
        self.env.flush_all()
        # made out of the address, while the contact still has it
        self._rc_sql(
            "UPDATE rc_deal SET customer_key = 'contact:' || customer_id WHERE id IN %s",
            tuple(deals.ids) or (0,),
        )
        changes = self.env["rc.sponsor.change"].search(
            ["|", ("member_id", "=", self.id), ("sponsor_id", "=", self.id)]
        )
        changes._track_discard()
        changes.filtered(lambda change: change.state == "waiting").state = "withdrawn"
        changes.write({"reason": _ERASED})
        claims = self.env["rc.attribution.claim"].search(
            ["|", ("claimant_id", "=", self.id), ("order_id.partner_id", "=", self.id)]
        )
        claims._track_discard()
        claims.write({"reason": _ERASED, "answer": False, "proof": False, "proof_name": False})
