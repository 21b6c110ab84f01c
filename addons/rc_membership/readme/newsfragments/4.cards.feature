Codes for 30 days: a trial of Pro, and membership days of Premium (also in the mall); program managers make cards
to hand on from the kind of card.
