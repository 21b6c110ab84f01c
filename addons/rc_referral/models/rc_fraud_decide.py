"""What people decide about a case: clear, confirm, freeze; and the answer to an appeal."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.rc_membership.exceptions import Refusal

TEXT_MAX = 2000
APPEALS = [("waiting", "Waiting"), ("granted", "Granted"), ("denied", "Denied")]


class RcFraudCase(models.Model):
    _inherit = "rc.fraud.case"
    _rc_facts = (
        "appeal_state",
        "appeal_text",
        "appealed_at",
        "appealed_by_id",
        "appeal_answer",
        "appeal_at",
        "appeal_by_id",
    )

    appeal_state = fields.Selection(APPEALS, "Appeal", readonly=True, tracking=True, index=True)
    appeal_text = fields.Text("What They Say", readonly=True)
    appealed_at = fields.Datetime(readonly=True)
    appealed_by_id = fields.Many2one(
        "res.partner", "Appeal by", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    appeal_answer = fields.Text("Answer", readonly=True)
    appeal_at = fields.Datetime("Answered", readonly=True)
    appeal_by_id = fields.Many2one("res.users", "Answered by", readonly=True, ondelete="restrict")

    _second_person = models.Constraint(
        "CHECK (appeal_by_id IS NULL OR decided_by_id IS NULL OR appeal_by_id <> decided_by_id)",
        "Somebody else than who decided answers an appeal.",
    )

    # ------------------------------------------------------------------
    # Buttons: each asks for the reason
    # ------------------------------------------------------------------

    def action_clear(self):
        return self._ask("clear")

    def action_confirm(self):
        return self._ask("confirm")

    def action_freeze(self):
        return self._ask("freeze")

    def action_unfreeze(self):
        return self._ask("unfreeze")

    def action_grant(self):
        return self._ask("grant")

    def action_deny(self):
        return self._ask("deny")

    def _ask(self, act):
        """Open the dialog that asks why."""
        self._check_decider()
        wizard = self.env["rc.fraud.decide"].create({"act": act, "case_ids": self.ids})
        return {
            "type": "ir.actions.act_window",
            "res_model": "rc.fraud.decide",
            "res_id": wizard.id,
            "name": dict(wizard._fields["act"]._description_selection(self.env))[act],
            "view_mode": "form",
            "target": "new",
        }

    def _check_decider(self):
        """Raise unless a program manager who is not concerned decides."""
        user = self.env.user
        if not user.has_group("rc_membership.group_program_manager"):
            raise AccessError(self.env._("Only a program manager decides cases."))
        self.check_access("write")
        if user.partner_id in self.partner_id | self.member_id:
            raise UserError(self.env._("Somebody whom it does not concern decides this."))

    @api.private
    def _decide(self, act, note, at):
        """WRITE a manager's decision on each case, with the reason."""
        self._check_decider()
        user = self.env.user
        for case in self.sudo():  # facts of the system; the right was checked
            if act in ("clear", "confirm"):
                case._settle("cleared" if act == "clear" else "confirmed", note, at, user)
            elif act == "freeze":
                case._freeze(at, user)
                case._message_log(body=note)
            elif act == "unfreeze":
                case._unfreeze(at, user)
                case._message_log(body=note)
            else:
                case._answer(act == "grant", note, at, user)
        self._close_activities(note)

    def _settle(self, state, note, at, user):
        if self.state != "open":
            raise UserError(
                self.env._("%s was decided already. An appeal can change it.", self.display_name)
            )
        self.write(
            {"state": state, "decided_at": at, "decided_by_id": user.id, "decision_note": note}
        )
        self._follow(at)
        if self.kind == "participant":
            if state == "confirmed":
                self._freeze(at, user)
            elif self.is_frozen:
                self._unfreeze(at, user)

    def _close_activities(self, note):
        self.sudo().activity_feedback(["mail.mail_activity_data_todo"], feedback=note)  # as above

    # ------------------------------------------------------------------
    # Appeal
    # ------------------------------------------------------------------

    @api.private
    def _can_appeal(self, partner):
        """True if ``partner`` may ask for a second look: once, at what was decided against them."""
        self.ensure_one()
        case = self.sudo()  # whom it concerns has no rights on cases
        is_against = case.state == "confirmed" or (
            case.is_frozen and partner == case.partner_id and case.kind == "participant"
        )
        concerned = case.partner_id if case.kind != "referral" else case.partner_id | case.member_id
        return partner in concerned and is_against and not case.appeal_state

    @api.private
    def _appeal(self, partner, text, at):
        """Whom it concerns asks for a second look, once.

        :raise Refusal: ``not_eligible``
        """
        text = (text or "").strip()[:TEXT_MAX]
        if not text:
            raise Refusal(self.env._("Write in a sentence why this is wrong."), "not_eligible")
        if not self._can_appeal(partner):
            raise Refusal(self.env._("This cannot be appealed, or was already."), "not_eligible")
        case = self.sudo()  # as in _can_appeal
        case.write(
            {
                "appeal_state": "waiting",
                "appeal_text": text,
                "appealed_at": at,
                "appealed_by_id": partner.id,
            }
        )
        case.flush_recordset()  # of two appeals at once the second is tried again
        managers = case._get_managers(case.decided_by_id)
        if managers:
            case.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=case.env._("Answer the appeal"),
                note=text,
                user_id=managers[0].id,
            )

    def _answer(self, is_granted, note, at, user):
        if self.appeal_state != "waiting":
            raise UserError(self.env._("No appeal waits for an answer here."))
        freeze = self.env["rc.fraud.freeze"]._get_live(self.partner_id, self.company_id)
        if user == self.decided_by_id or user in freeze.frozen_by_id:
            raise UserError(
                self.env._("Somebody else than who decided or froze answers the appeal.")
            )
        self.write(
            {
                "appeal_state": "granted" if is_granted else "denied",
                "appeal_answer": note,
                "appeal_at": at,
                "appeal_by_id": user.id,
            }
        )
        if not is_granted:
            return
        self.write({"state": "cleared", "decided_at": at})
        self._follow(at)
        if self.kind == "participant" and freeze:
            self._unfreeze(at, user)
        if self.kind == "refusal":
            self._bind_after_all(at)

    def _bind_after_all(self, at):
        """They are two people: whoever was kept from bringing the other is their sponsor from now on.

        The evidence was judged on the day of the sign-up, so how long the appeal took takes nothing
        away. Who has got another sponsor meanwhile keeps them.
        """
        member, edges = self.member_id, self.env["rc.sponsor.edge"]
        if not member or edges.search_count([("member_id", "=", member.id)], limit=1):
            return
        decision = self.env["rc.attribution"]._get_current(member)
        refused = [
            row["code"]
            for row in decision.candidates or ()
            if row["participant"] == self.partner_id.id and row["reason"] == "own_code"
        ]
        code = self.env["rc.code"].browse(code for code in refused if code)[:1]
        if decision.winner_id or not code:
            return
        member._rc_bind(code, at)
        self._message_log(
            body=self.env._(
                "%(sponsor)s is the sponsor of %(member)s from now on.",
                sponsor=self.partner_id.display_name,
                member=member.display_name,
            )
        )
        rules = self.env["rc.reward.rule"]
        rules._apply_sign_up(member, at)
        for what in ("email", "phone"):
            if member[f"rc_{what}_verified_at"]:
                rules._apply_verified(member, what, at)
