from . import portal, portal_team, pricing
from . import portal_packages
