from datetime import timedelta

from odoo import api, models
from odoo.tools import format_date

from ..kernel.periods import local_date
from .rc_usage import show

NEAR = 5  # less than a fifth left is said


class RcUsage(models.AbstractModel):
    """What somebody reads about their rights: on the portal, and staff on the contact."""

    _inherit = "rc.usage"

    @api.model
    @api.private
    def _get_overview(self, partner, at, program=None):
        """Return what ``partner`` can use, as lines for people in the reader's language.

        :return: list of dicts: ``right`` (rc.entitlement), ``name``, ``icon``, ``is_unlimited``,
            ``amount``, ``left`` (numbers), ``text`` ("3 of 5 left"), ``hint`` (when it starts
            again, what expires), ``tone``, ``unlock`` (dict or None, where little is left)
        """
        catalogue = self._get_catalogue_of(program)
        member = self._read(catalogue, partner, at, [])
        lines = []
        for answer in self._get_all(partner, at, program):
            # names of rights and plans are no secrets; portal users have no rights on settings
            right = self.env["rc.entitlement"].sudo().browse(catalogue.rights[answer["code"]][0])
            lines.append(self._prepare_line(catalogue, partner, member, right, answer))
        return sorted(lines, key=lambda line: (line["right"].sequence, line["right"].id))

    @api.model
    def _prepare_line(self, catalogue, partner, member, right, answer):
        line = {
            "right": right,
            "code": right.code,
            "kind": answer["kind"],
            "name": right.name,
            "icon": right.icon,
            "is_benefit": right.is_benefit,
            "is_unlimited": answer["unlimited"],
            "amount": float(answer["amount"] or 0),
            "left": float(answer["left"] or 0),
            "hint": self._get_hint(answer, member),
            "tone": "accent",
            "unlock": None,
        }
        if answer["unlimited"]:
            line["text"] = self._get_unlimited_text(answer)
            return line
        line["text"] = self.env._(
            "%(left)s of %(amount)s left",
            left=show(answer["left"]),
            amount=show(answer["amount"]),
        )
        if not answer["left"]:
            line["tone"] = "danger"
        elif answer["left"] * NEAR <= answer["amount"]:
            line["tone"] = "warning"
        if line["tone"] != "accent":
            unlocks = self._get_unlocks(catalogue, partner, member, right.id, None)
            line["unlock"] = next(iter(unlocks), None)
        return line

    @api.model
    def _get_unlimited_text(self, answer):
        return self.env._("included") if answer["kind"] == "flag" else self.env._("unlimited")

    @api.model
    def _get_hint(self, answer, member):
        """Say when it starts again, and what is lost on which day."""
        hints = []
        if answer["resets_at"]:
            day = local_date(answer["resets_at"], member.zone)
            if day == member.on + timedelta(days=1):
                hints.append(self.env._("Starts again tomorrow"))
            else:
                hints.append(self.env._("Starts again on %s", self._long(day)))
        for source in answer["sources"]:
            if source["kind"] == "tier" or not source["expires_on"]:
                continue
            if source["left"] is None:
                hints.append(self.env._("Expires on %s", self._long(source["expires_on"])))
            elif source["left"] and source["kind"] == "stock":
                hints.append(
                    self.env._(
                        "%(left)s expire on %(day)s",
                        left=show(source["left"]),
                        day=self._long(source["expires_on"]),
                    )
                )
        return " · ".join(hints)

    @api.model
    def _long(self, day):
        return format_date(self.env, day, date_format="long")
