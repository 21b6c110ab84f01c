from . import rc_settlement_wizard
