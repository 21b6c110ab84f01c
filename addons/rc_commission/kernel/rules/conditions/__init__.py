"""When: ``check(context, person)`` returns None if met, else a Miss that says what failed.

A block reads its keys from one item of a list of conditions (``keys`` are the words it is known
by); an item may hold several blocks, and all must be met.
"""
