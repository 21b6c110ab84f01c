"""Refusals of the kernel: a code and its values; the Odoo side makes sentences of them."""


class PlanError(Exception):
    """A plan definition that cannot be used.

    ``code``: ``unknown_key``, ``unknown_value``, ``missing_key``, ``wrong_type``, ``bad_amount``,
    ``bad_percent``, ``out_of_range``, ``duplicate_rule``, ``duplicate_key``, ``contradiction``,
    ``not_here`` (a key that means nothing there), ``brackets_order``, ``unknown_ladder``,
    ``unknown_rank``, ``unknown_pool``, ``unknown_rule``, ``match_circle``,
    ``bad_syntax``. ``path``
    is the place (``rules[2].pay.to``); ``values`` hold what a sentence needs (``key``, ``value``,
    ``known``, ``suggestion`` …).
    """

    def __init__(self, code: str, path: str, **values):
        self.code = code
        self.path = path
        self.values = values
        super().__init__(f"{path}: {code} {values}" if values else f"{path}: {code}")
