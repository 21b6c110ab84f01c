from . import portal, portal_team, pricing
