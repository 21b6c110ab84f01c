"""Work on a cursor of its own, tried again when PostgreSQL asks for it.

HTTP requests are retried by Odoo; crons, commands and jobs are not, so they use this.
"""

import random
import time

import psycopg2.errors

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

TRIES_DEFAULT = 30


def run_committed(dbname, func, tries=TRIES_DEFAULT, uid=SUPERUSER_ID):
    """Call ``func(env)`` in its own transaction and commit; return what it returned.

    A serialization fault, a deadlock or a lock not to be had rolls back and tries again, at most
    ``tries`` times, with a growing random pause. Any other error rolls back and is raised.
    """
    registry = Registry(dbname)
    for attempt in range(1, tries + 1):
        with registry.cursor() as cr:
            try:
                result = func(api.Environment(cr, uid, {}))
                cr.commit()
                return result
            except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, psycopg2.errors.UniqueViolation):
                cr.rollback()
                if attempt == tries:
                    raise
        time.sleep(random.uniform(0, min(0.01 * 2**attempt, 0.5)))
    raise AssertionError("unreachable")
