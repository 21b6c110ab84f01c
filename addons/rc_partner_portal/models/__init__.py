from . import res_partner
from . import res_partner_privacy
from . import res_users
from . import rc_partner_dashboard
