Holders of green points have a page of their own: balance, price by day, what was paid for points sold back, the
pool behind them, and every movement.
