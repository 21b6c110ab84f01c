"""Everything that comes from outside: Odoo from Debian and the Python packages, side by side."""

import concurrent.futures

from . import environment, odoo_source


def ensure():
    """Fetch what is missing, both at once; return the environment."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=1) as other:
        source = other.submit(odoo_source.ensure)
        found = environment.ensure()
        source.result()
    return found
