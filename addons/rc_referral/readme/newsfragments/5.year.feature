Yearly awards are shipped: a title and points for the sign-ups and the points of the year.
