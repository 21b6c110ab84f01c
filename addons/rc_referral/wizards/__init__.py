from . import rc_code_generate
from . import rc_code_import
from . import rc_code_extend
from . import rc_code_inspect
from . import rc_code_claim
from . import rc_fraud_decide
from . import rc_fraud_report
