from odoo import models


class RcPointEntry(models.Model):
    _inherit = "rc.point.entry"

    def _after_post(self, postings, account_ids):
        """Points may raise a rank; the inbox sees to it after all that the same event causes.

        So a purchase never earns by a rank that it brings.
        """
        super()._after_post(postings, account_ids)
        moved = [posting for posting in postings if posting.kind != "spend"]
        if not moved:
            return
        occurred_at = max(posting.occurred_at for posting in moved)
        for account in self.env["rc.point.account"].browse(account_ids):
            self.env["rc.event"]._push(
                f"points_changed:{account.id}:{moved[-1].key}",
                "points_changed",
                account,
                occurred_at=occurred_at,
            )
