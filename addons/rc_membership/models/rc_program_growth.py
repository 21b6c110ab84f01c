from fractions import Fraction

from odoo import fields, models

from ..adapters import exact
from ..kernel.growth import Band, Bands, share_of

MODELS = [
    ("behaviour", "Behaviour: what members do"),
    ("rfm", "RFM: how recently, how often and for how much they buy"),
    ("combined", "RFM and weighted behaviour"),
]


class RcProgram(models.Model):
    _inherit = "rc.program"

    growth_model = fields.Selection(MODELS, required=True, default="behaviour", tracking=True)
    growth_weight = fields.Float(
        "Weight of Behaviour (%)",
        digits=(16, 2),
        default=50,
        help="How much of the behaviour counts beside RFM.",
    )
    growth_since = fields.Date(
        help="The first month that is closed. Empty: the month this was set up.",
    )
    rfm_months = fields.Integer(
        "RFM Window (Months)", default=12, help="Orders and money of so many months are scored."
    )
    rfm_fall_percent = fields.Float(
        "Sharp Fall (%)",
        digits=(16, 2),
        default=50,
        help="A member whose orders of the last 90 days fell by at least so much, against the 90 "
        "days before, is asked to come back.",
    )
    rfm_fall_orders = fields.Integer(
        "Orders Before a Fall",
        default=3,
        help="Somebody with fewer orders in the 90 days before does not count as falling.",
    )
    rfm_band_ids = fields.One2many("rc.rfm.band", "program_id", "RFM Bands")
    ladder_ids = fields.One2many("rc.ladder", "program_id", "Ladders")
    growth_rule_ids = fields.One2many("rc.growth.rule", "program_id", "Growth Rules")

    _growth_weight_is_share = models.Constraint(
        "CHECK (growth_weight >= 0 AND growth_weight <= 1000)",
        "The weight of behaviour is a percentage from 0 to 1000.",
    )
    _rfm_months_positive = models.Constraint(
        "CHECK (rfm_months BETWEEN 1 AND 120)", "The RFM window has 1 to 120 months."
    )
    _rfm_fall_is_share = models.Constraint(
        "CHECK (rfm_fall_percent > 0 AND rfm_fall_percent <= 100)",
        "A fall is more than 0 and at most 100 percent.",
    )

    def _get_behaviour_share(self):
        """Return which part of the behaviour counts, as a Fraction."""
        self.ensure_one()
        return share_of(self.growth_model, Fraction(exact(self.growth_weight)) / 100)

    def _get_bands(self):
        """Return the kernel's RFM bands."""
        self.ensure_one()
        found = {"recency": [], "frequency": [], "monetary": []}
        for band in self.rfm_band_ids:
            limit = Fraction(exact(band.limit))
            found[band.dimension].append(Band(band.number, limit, band.score))
        return Bands(**{name: tuple(bands) for name, bands in found.items()})
