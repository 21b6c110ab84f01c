"""What is shown beside a member's name: the title, the frame of the picture, badges."""

from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _rc_get_styles(self, program=None):
        """Return partner id → dict of what is shown of a member, set-based.

        ``title``: the words of the title bought last, else of the rank on the ladder of titles;
        ``frame``: the style of the frame bought last, empty without one; ``badges``: words of the
        badges bought.
        """
        # titles and frames are worn to be seen; who looks has no rights on orders and ladders
        program = program or self.env["rc.program"].sudo()._get_platform()
        ranks = self._rc_get_titles(program)
        found = {
            partner_id: {"title": ranks.get(partner_id, ""), "frame": "", "badges": []}
            for partner_id in self.ids
        }
        orders = self.env["rc.mall.order"].sudo()  # see above
        for order in orders.search(
            [
                ("partner_id", "in", self.ids),
                ("program_id", "=", program.id),
                ("kind", "=", "virtual"),
                ("state", "=", "done"),
            ],
            order="id",
        ):
            style, item = found[order.partner_id.id], order.item_id
            if item.virtual_kind == "frame":
                style["frame"] = item.frame_style or ""
            elif item.virtual_kind == "title":
                style["title"] = item.shown_as or item.name
            else:
                style["badges"].append(item.shown_as or item.name)
        return found

    def _rc_get_titles(self, program):
        """Return partner id → name of the rank on the program's ladder of titles."""
        ladder = self.env["rc.ladder"]._find("title", program)
        names = {rank.code: rank.name for rank in ladder.rank_ids}
        held = ladder._get_ranks_of(self.ids) if ladder else {}
        return {partner_id: names.get(code, "") for partner_id, code in held.items()}

    @api.private
    def _rc_get_style(self):
        """Return what is shown of one member; see ``_rc_get_styles``."""
        self.ensure_one()
        return self._rc_get_styles()[self.id]
