Plans pay for each thousand valid clicks (`on: clicks`); a click or a sign-up is paid by the plan or by the reward rule, never by
both. A confirmed fraud case claws commissions back: what is open is reversed, what was billed is taken off the next settlement.
