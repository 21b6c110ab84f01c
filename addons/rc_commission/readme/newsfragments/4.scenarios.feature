Scenario files know cards to hand on, council polls, birthdays, gifts, and points held during a payment.
