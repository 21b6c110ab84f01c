"""What ranks bring, and what titles and badges are called beside a name."""

from odoo import SUPERUSER_ID, api

RIGHTS = {
    "ladder_patron_l1": "entitlement_task_priority",
    "ladder_patron_l2": "entitlement_council",
}
WORDS = {"mall_title_lightbringer": "Lightbringer", "mall_badge_early_bird": "Early bird"}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for rank_id, right_id in RIGHTS.items():
        rank = env.ref(f"rc_membership.{rank_id}", raise_if_not_found=False)
        right = env.ref(f"rc_membership.{right_id}", raise_if_not_found=False)
        if rank and right and rank.company_id == right.company_id:
            rank.entitlement_ids |= right  # writing it gives it to whoever stands there
    for item_id, words in WORDS.items():
        item = env.ref(f"rc_membership.{item_id}", raise_if_not_found=False)
        if item and not item.shown_as:
            item.shown_as = words
