Members climb ladders: ranks by points, growth, money or orders, bought with a product or granted, kept for good or lost at a
close after a grace; every step keeps the figures that caused it, and thresholds show where members would stand before they
are saved. The growth value counts behaviour, RFM or both; months are closed once and in order, with RFM segments and a call
for members who buy much less. Product reviews and photos count after approval. The contact shows the member as a whole
(Member 360), and the portal has the growth path.
