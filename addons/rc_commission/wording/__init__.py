"""Codes of the kernel become sentences in the reader's language."""

from .awards import award_sentence, award_steps
from .plans import plan_problem, rule_sentence
from .settlements import nothing_sentence
from .words import basis_label, kind_labels, role_labels
