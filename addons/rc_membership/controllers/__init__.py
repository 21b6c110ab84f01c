from . import portal, portal_team, pricing
from . import portal_packages
from . import earn, mall, portal, portal_team, pricing
from . import portal, portal_points, portal_team, pricing, shop_points
from . import portal, portal_growth, portal_team, pricing
from . import earn, mall
from . import portal_growth
from . import (
    earn,
    mall,
    portal,
    portal_packages,
    portal_points,
    portal_team,
    portal_usage,
    pricing,
    shop_points,
)
from . import portal, portal_plan, portal_team, pricing
