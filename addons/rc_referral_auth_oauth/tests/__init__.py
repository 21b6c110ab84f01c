from . import test_state
