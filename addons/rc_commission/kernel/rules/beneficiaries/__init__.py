"""Who earns: ``find(context)`` returns the candidates, or a Miss that says why none.

``cumulative``: each candidate gets the own rate less the highest paid before (differentials).
``triggers``: the events a beneficiary means something on.
"""
