from . import test_state
from . import test_verified
