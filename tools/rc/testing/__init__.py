"""``make test``: steps, the lanes they run in, and the sum at the end."""
