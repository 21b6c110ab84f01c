"""What was bought before figures were kept becomes facts, so that ranks and metrics know it."""

from odoo import SUPERUSER_ID, api

BATCH = 200


def migrate(cr, version):
    """Note the facts of every invoice that paid somebody. No rule pays anything twice: lines were
    credited before, and awards have keys."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        """
        SELECT DISTINCT line.move_id, MIN(credit.received_on)
          FROM rc_commission_credit credit
          JOIN account_move_line line ON line.id = credit.move_line_id
         GROUP BY line.move_id ORDER BY MIN(credit.received_on), line.move_id
        """
    )
    ids = [move_id for move_id, _day in cr.fetchall()]
    for start in range(0, len(ids), BATCH):
        moves = env["account.move"].browse(ids[start : start + BATCH])
        moves._rc_accrue(cr.now())
        env.flush_all()
        env.invalidate_all()
