from odoo import api, fields, models


class RcCodeTypedMixin(models.AbstractModel):
    """A document on which staff (or a buyer) can type a code heard on the phone.

    Its facts are kept by ``rc.fact.mixin``, which each document inherits beside it: one that does
    so already (``sale.order``) could not inherit it once more through here.
    """

    _name = "rc.code.typed.mixin"
    _description = "Document with a Typed Code"

    _rc_facts = ("rc_typed_code_id", "rc_typed_at")

    rc_typed_code_id = fields.Many2one(
        "rc.code",
        "Code Typed",
        readonly=True,
        copy=False,
        ondelete="restrict",
        tracking=True,
        groups="base.group_user",  # a buyer may read the own order over RPC
    )
    rc_typed_at = fields.Datetime(
        "Code Typed at", readonly=True, copy=False, groups="base.group_user"
    )
    rc_code_text = fields.Char(
        "Referral Code",
        compute="_compute_rc_code_text",
        inverse="_inverse_rc_code_text",
        readonly=False,
        groups="base.group_user",
        help="A code the customer names. It is checked at once and counts as the strongest evidence.",
    )
    rc_typed_partner_id = fields.Many2one(
        "res.partner", "Code of", compute="_compute_rc_code_text", groups="base.group_user"
    )

    @api.depends("rc_typed_code_id")
    def _compute_rc_code_text(self):
        for record in self:
            # whoever may read the document sees which code was named and whose it is
            code = record.sudo().rc_typed_code_id
            record.rc_code_text = code.code
            record.rc_typed_partner_id = code.partner_id

    @api.onchange("rc_code_text")
    def _onchange_rc_code_text(self):
        """Say at once what is wrong with the code, or whose it is."""
        code = self._rc_resolve_text()
        self.rc_typed_partner_id = code.sudo().partner_id

    def _inverse_rc_code_text(self):
        for record in self:
            record._rc_set_typed_code(record._rc_resolve_text())

    def _rc_resolve_text(self):
        """Return the code typed (empty for no text); raises CodeError."""
        self.ensure_one()
        text = (self.rc_code_text or "").strip()
        # of the document's company, whichever one the salesperson looks at
        codes = self.env["rc.code"].with_company(self.company_id or self.env.company)
        return codes._resolve(text, partner=self.partner_id) if text else codes

    def _rc_set_typed_code(self, code):
        """Keep ``code`` as evidence typed now; the same code again keeps its first instant."""
        self.ensure_one()
        document = self.sudo()  # facts of the system: only a resolved code gets here
        if document.rc_typed_code_id != code:
            document.write(
                {
                    "rc_typed_code_id": code.id,
                    "rc_typed_at": self.env.cr.now() if code else False,
                }
            )
