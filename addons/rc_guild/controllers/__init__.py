from . import portal, square
