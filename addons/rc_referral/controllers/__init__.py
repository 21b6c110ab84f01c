from . import cart
from . import portal
from . import ref
from . import signup
