Package promotions and growth rules can be limited to members with a tag or of a saved segment, as earning rules can.
