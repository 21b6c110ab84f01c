from . import portal, ranks
