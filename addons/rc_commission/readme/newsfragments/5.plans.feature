Close awards can follow later refunds (`reversal: recompute`); rates by the growth of the own regions; plans pay the buyer's guild
and its leader; plans give coupons and membership days; orders with several products count for each of them; shipped plans, ladders
and ranks are named in the reader's language.
