"""How much: ``rate(context, candidate, basis)`` returns a Rated, or a Miss that says why nothing.

``basis`` is exact and in the plan's currency; a Rated's amount is per ``line`` (a percentage) or
per ``order`` (a fixed amount, which the rule's ``per: unit`` multiplies).
"""
