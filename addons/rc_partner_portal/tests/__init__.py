from . import test_dashboard
from . import test_periods
from . import test_activation
from . import test_access
from . import test_portal
from . import test_privacy
from . import test_sales
from . import test_tour_portal
