Rewards for referrals are records of their own: rules with events, milestones, holds, caps, budgets and a choice; points,
cash, coupons, membership days, privilege cards, mall items, draw tickets, badges and price lists, for one side or both.
Rewards given before keep their keys, and nothing is given twice.
