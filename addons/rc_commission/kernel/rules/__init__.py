"""Building blocks of rules. A new one is one new file in its folder, and its test.

A block is a frozen dataclass with a class method ``parse`` and one method that decides; its
decorator registers it under the word a plan file uses for it.
"""

from . import beneficiaries, conditions, metrics, moves, rates
from .registry import BENEFICIARIES, CONDITIONS, METRICS, MOVES, RATES

METRICS.load(metrics)
CONDITIONS.load(conditions)
BENEFICIARIES.load(beneficiaries)
RATES.load(rates)
MOVES.load(moves)
