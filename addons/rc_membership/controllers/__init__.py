from . import portal, pricing
