"""Records for some members only: by their tags, or by a segment."""

from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class RcAudienceMixin(models.AbstractModel):
    """Rules and promotions that may be limited to members with a tag, or of a segment."""

    _name = "rc.audience.mixin"
    _description = "For Some Members"

    tag_ids = fields.Many2many(
        "res.partner.category", string="Only Tags", help="Members who have one of these tags."
    )
    member_domain = fields.Char(
        "Only Members", help="Whoever fits on the day. Empty: everybody.", copy=True
    )
    # taken over when it is chosen: a filter that somebody changes later changes no rule
    segment_id = fields.Many2one(
        "ir.filters",
        "Take Over a Segment",
        store=False,
        domain="[('model_id', '=', 'res.partner')]",
        help="A saved filter of contacts.",
    )

    @api.onchange("segment_id")
    def _onchange_segment_id(self):
        if self.segment_id:
            self.member_domain = self.segment_id.domain

    @api.constrains("member_domain")
    def _check_member_domain(self):
        for record in self:
            try:
                # by whoever writes it: nobody asks more of contacts than they may read
                self.env["res.partner"]._search(record._get_audience())
            except (ValueError, SyntaxError, TypeError, AssertionError) as error:
                raise ValidationError(
                    self.env._("“%s” is no condition on contacts.", record.member_domain)
                ) from error

    def _get_audience(self):
        """Return the domain of the contacts this is for."""
        self.ensure_one()
        audience = Domain(literal_eval(self.member_domain or "[]"))
        if self.tag_ids:
            audience &= Domain("category_id", "in", self.tag_ids.ids)
        return audience

    def _includes(self, partner):
        """Whether a member is of the audience."""
        audience = self._get_audience()
        if audience.is_true():
            return True
        # whoever acts for the member need not read contacts
        return bool(
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            .search_count(audience & Domain("id", "=", partner.id), limit=1)
        )

    def _get_audience_sql(self, column):
        """Return the condition that a column of contact ids is of the audience."""
        audience = self._get_audience()
        if audience.is_true():
            return SQL("TRUE")
        people = self.env["res.partner"].sudo()._search(audience)  # the system's, by its cron
        return SQL("%s IN %s", column, people.subselect())

    def _get_audience_texts(self):
        """Return the filters in words."""
        texts = []
        if self.tag_ids:
            texts.append(self.env._("tagged %s", ", ".join(self.tag_ids.mapped("name"))))
        if self.member_domain and self.member_domain != "[]":
            texts.append(self.env._("for a segment of members"))
        return texts
