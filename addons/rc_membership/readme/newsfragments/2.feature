Foundation: programs, tiers, plans, subscriptions, entitlements, points ledger, inbox of events.
