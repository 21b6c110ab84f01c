from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools import hmac as odoo_hmac

_SCOPE = "rc_referral-attempt"
_FLOOD = 3  # somebody locked out is not even written down beyond so many times the limit
_KEPT_DAYS = 7


class RcAttempt(models.Model):
    """What a limiter counts: one row an attempt, over all workers, whatever becomes of the request.

    Nobody's address is kept, only a keyed hash of it and its month.
    """

    _name = "rc.attempt"
    _description = "Attempt"
    _order = "at desc, id desc"
    _rec_name = "bucket"
    _allow_sudo_commands = False

    bucket = fields.Char(required=True, readonly=True, help="What was tried: typed_code, redeem …")
    who = fields.Char(required=True, readonly=True, groups="base.group_system")
    at = fields.Datetime(required=True, readonly=True, index=True)
    is_failure = fields.Boolean("Failed", readonly=True)

    _counted = models.Index("(bucket, who, at)")
    _failures = models.Index("(bucket, at) WHERE is_failure")

    @api.model
    @api.private
    def _hit(self, bucket, who, limit, seconds, at=None):
        """Count an attempt and tell whether it is allowed: at most ``limit`` in ``seconds``.

        Attempts that are refused count too, so whoever goes on guessing stays locked out. The row is
        committed before it is counted: two workers see each other, and a refusal that undoes the
        request does not undo its attempt.

        :param bucket: what is tried, in one word
        :param who: address, account or code; empty is never limited
        """
        if not who:
            return True
        at = at or fields.Datetime.now()
        who = self._hash_who(who, at)
        since = at - timedelta(seconds=seconds)
        if self._count(bucket, who, since) >= limit * _FLOOD:
            return False
        self._write_down(bucket, who, at)
        return self._count(bucket, who, since) <= limit

    @api.model
    @api.private
    def _fail(self, bucket, who, at=None):
        """Remember that an attempt was a wrong guess, and sound the alarm if many do so at once."""
        at = at or fields.Datetime.now()
        self._write_down(bucket, self._hash_who(who or "", at), at, is_failure=True)
        self.env["rc.attempt.alert"]._watch(bucket, at)

    @api.model
    @api.private
    def _is_locked(self, bucket, who, limit, seconds, at=None):
        """Tell whether somebody failed ``limit`` times in the last ``seconds``."""
        at = at or fields.Datetime.now()
        since = at - timedelta(seconds=seconds)
        return bool(who) and (
            self._count(bucket, self._hash_who(who, at), since, failures=True) >= limit
        )

    @api.model
    @api.private
    def _get_count(self, bucket, who, seconds, failures=False, at=None):
        """Return how many attempts (or wrong ones) there were in the last ``seconds``."""
        if not who:
            return 0
        at = at or fields.Datetime.now()
        since = at - timedelta(seconds=seconds)
        return self._count(bucket, self._hash_who(who, at), since, failures)

    @api.model
    def _hash_who(self, who, at):
        # the database secret is the system's; the key changes every month
        return odoo_hmac(self.env(su=True), _SCOPE, f"{at:%Y-%m}:{who}")[:32]

    @api.model
    def _write_down(self, bucket, who, at, is_failure=False):
        """Insert a row in a transaction of its own: a request that is refused is rolled back."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                SQL(
                    "INSERT INTO rc_attempt (bucket, who, at, is_failure) VALUES (%s, %s, %s, %s)",
                    bucket,
                    who,
                    at,
                    is_failure,
                )
            )

    @api.model
    def _count(self, bucket, who, since, failures=False):
        """Count what is committed by now: this transaction's own view may be older."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                SQL(
                    "SELECT COUNT(*) FROM rc_attempt"
                    " WHERE bucket = %s AND who = %s AND at > %s AND is_failure = %s",
                    bucket,
                    who,
                    since,
                    failures,
                )
            )
            return cr.fetchone()[0]

    @api.autovacuum
    def _gc_attempts(self):
        before = fields.Datetime.now() - timedelta(days=_KEPT_DAYS)
        self.sudo().search(Domain("at", "<", before), limit=10_000).unlink()
