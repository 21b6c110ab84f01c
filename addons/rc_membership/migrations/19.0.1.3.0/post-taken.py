"""Charges remember that their money was taken back: those that ended a plan by it did."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE rc_subscription_charge charge
           SET taken_on = subscription.ended_on
          FROM rc_subscription subscription, account_move_line line, account_move move
         WHERE subscription.id = charge.subscription_id AND subscription.state = 'cancelled'
           AND NOT COALESCE(subscription.is_ending, FALSE)
           AND subscription.ended_on < charge.period_end AND charge.taken_on IS NULL
           AND line.id = charge.invoice_line_id AND move.id = line.move_id
           AND NOT (move.state = 'posted' AND move.payment_state IN ('paid', 'in_payment'))
        """
    )
