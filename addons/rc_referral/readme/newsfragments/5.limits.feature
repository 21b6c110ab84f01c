Referral rewards can be a percentage of the payment with a most. Missions and rewards can give free activation codes, with a
limit of claims. All codes of a campaign can share a limit of uses, its budget an end. A redeemed code is evidence for the
buyer's orders.
