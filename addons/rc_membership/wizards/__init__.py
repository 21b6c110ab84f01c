from . import rc_package_decision
