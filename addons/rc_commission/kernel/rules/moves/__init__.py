"""Moves in the placement tree: ``after_rank``, ``after_join`` or ``after_close`` return them."""
