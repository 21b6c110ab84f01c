from . import green, portal, ranks
