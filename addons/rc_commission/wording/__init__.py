"""Codes of the kernel become sentences in the reader's language."""

from .awards import award_sentence, award_steps
from .changes import change_rows, changes_html
from .overview import overview_html, plan_overview, reason_sentences, rules_html, timeline_html
from .plans import rule_sentence
from .problems import plan_problem
from .settlements import nothing_sentence
from .shipped import shipped_names
from .words import basis_label, kind_labels, role_labels
