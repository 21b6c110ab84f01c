from . import portal, portal_team, pricing, gift
from . import portal_packages
from . import earn, mall
from . import portal_points, shop_points
from . import portal_growth
from . import (
    portal_usage,
)
from . import portal_plan
from . import council
from . import cards
from . import notices
from . import portal_privacy
