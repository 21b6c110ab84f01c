from . import cart
from . import invite
from . import portal
from . import ref
from . import share
from . import signup
from . import portal_rewards
from . import correction
