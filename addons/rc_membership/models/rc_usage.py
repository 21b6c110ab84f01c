from dataclasses import replace
from decimal import Decimal

from odoo import api, models, tools
from odoo.exceptions import UserError

from ..adapters_usage import Catalogue, read_carried, read_catalogue, read_member
from ..exceptions import Refusal
from ..kernel.ledger import LedgerError
from ..kernel.periods import local_date
from ..kernel.quota import (
    TIER,
    QuotaError,
    Source,
    allocate_use,
    check_amount,
    content_hash,
    reset_instant,
    serve,
    sum_up,
)
from ..kernel.usage import sources_of


class RcUsage(models.AbstractModel):
    """May somebody use a right, and using it: asked by the app with every request.

    The surface (docs/user/usage.md), private to RPC; whoever exposes it authenticates the app:

    - ``_check(partner, code, amount, at)``: the answer, nothing is changed
    - ``_consume(partner, code, amount, key, at)``: uses it once per key, or refuses
    - ``_release(key, reason, at, company)``: gives a use back
    - ``_get_all(partner, at)``: the answers for every right somebody has

    An answer is a dict: ``code``, ``allowed``, ``amount``, ``used``, ``left`` (Decimals; amount and
    left None where ``unlimited``), ``resets_at`` (naive UTC, None: never), ``expires_on``,
    ``sources`` (list of dicts in the order they serve) and, where it is not allowed, ``unlock``.
    """

    _name = "rc.usage"
    _description = "Use of Rights"

    # ------------------------------------------------------------------
    # Settings, cached
    # ------------------------------------------------------------------

    @api.model
    @tools.ormcache("company_id")
    def _get_platform_id(self, company_id):
        company = self.env["res.company"].browse(company_id)
        return self.env["rc.program"].sudo()._get_platform(company).id  # settings, not a person's

    @api.model
    @tools.ormcache("program_id")
    def _get_catalogue(self, program_id) -> Catalogue:
        # settings of the program, the same for whoever asks
        return read_catalogue(self.env["rc.program"].sudo().browse(program_id))

    @api.model
    def _get_catalogue_of(self, program=None):
        program_id = program.id if program else self._get_platform_id(self.env.company.id)
        if not program_id:
            raise UserError(self.env._("This company has no membership program."))
        return self._get_catalogue(program_id)

    @api.model
    def _get_right(self, catalogue, code):
        """Return (id, kind) of a right by its code."""
        if code not in catalogue.rights:
            raise UserError(self.env._("There is no entitlement with the code %s.", code))
        return catalogue.rights[code]

    # ------------------------------------------------------------------
    # The surface
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _check(self, partner, code, amount, at, program=None):
        """Return whether ``partner`` may use ``amount`` of a right at ``at`` (naive UTC)."""
        need = self._get_amount(amount)
        catalogue = self._get_catalogue_of(program)
        right, _kind = self._get_right(catalogue, code)
        member = self._read(catalogue, partner, at, [right])
        sources = self._get_sources(catalogue, partner, member, [right])[right]
        return self._answer(catalogue, partner, member, code, sources, need)

    @api.model
    @api.private
    def _consume(
        self, partner, code, amount, key, at, program=None, grant=None, note=None, place=None
    ):
        """Use ``amount`` of a right once per ``key``; return the answer after it.

        The same key with the same content changes nothing and answers again (``replayed``).

        :param amount: Decimal, int or text, above zero, at most four decimals
        :param key: text, unique in the company, chosen by the caller for this one use
        :param at: naive UTC datetime of the use
        :param grant: use this one only (staff, who name the benefit)
        :raise Refusal: ``quota_exhausted``; ``values["answer"]`` says what would unlock it
        :raise LedgerError: ``key_conflict``: the key was used for something else, or what was
            used with it was given back
        """
        need = self._get_amount(amount)
        if not key or not isinstance(key, str) or len(key) > 200:
            raise UserError(self.env._("A use needs a key of its own, of at most 200 characters."))
        catalogue = self._get_catalogue_of(program)
        right, _kind = self._get_right(catalogue, code)
        content = content_hash({"program": catalogue.program, "right": right, "amount": need})
        # READ
        member = self._read(catalogue, partner, at, [right], key)
        sources = self._get_sources(catalogue, partner, member, [right])[right]
        if grant:
            sources = [s for s in sources if s.kind != TIER and s.ref == grant.id]
        if member.past:
            self._check_replay(member.past, content, partner, key)
            answer = self._answer(catalogue, partner, member, code, sources, need)
            return {**answer, "allowed": True, "unlock": [], "key": key, "replayed": True}
        # DECIDE
        try:
            parts = allocate_use(need, sources)
        except QuotaError:
            self._refuse(catalogue, partner, member, code, sources, need)
        # WRITE
        self.env["rc.entitlement.use"]._write_parts(
            catalogue,
            partner.id,
            right,
            member,
            parts,
            {"key": key, "content_hash": content, "occurred_at": at, "note": note, "place": place},
        )
        after = serve(parts, sources)
        answer = self._answer(catalogue, partner, member, code, after, None)
        return {**answer, "key": key, "replayed": False}

    @api.model
    @api.private
    def _release(self, key, reason, at, company=None):
        """Give a use back, whole and once; return the reversing rows.

        :param reason: text that stands in the row
        :param at: naive UTC datetime
        :raise UserError: nothing was used with the key
        """
        company = company or self.env.company
        uses = self.env["rc.entitlement.use"].sudo()  # whoever exposes it decides who may
        uses = uses.search(
            [
                ("company_id", "=", company.id),
                ("key", "=", key),
                ("reverses_id", "=", False),
            ],
            order="part",
        )
        if not uses:
            raise UserError(self.env._("Nothing was used with the key %s.", key))
        return uses._give_back(reason, at)

    @api.model
    @api.private
    def _get_all(self, partner, at, program=None):
        """Return the answers for every right that ``partner`` has at ``at``, in display order."""
        catalogue = self._get_catalogue_of(program)
        codes = {right: code for code, (right, _kind) in catalogue.rights.items()}
        member = self._read(catalogue, partner, at, list(codes))
        sources = self._get_sources(catalogue, partner, member, list(codes))
        return [
            self._answer(catalogue, partner, member, codes[right], sources[right], None)
            for right in codes
            if sources[right]
        ]

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.model
    def _get_amount(self, amount):
        try:
            return check_amount(amount)
        except QuotaError as error:
            raise UserError(
                self.env._(
                    "%s is not an amount that can be used: a number above zero with at most four "
                    "decimals is needed.",
                    amount,
                )
            ) from error

    @api.model
    def _read(self, catalogue, partner, at, rights, key=None):
        member = partner and read_member(self.env, catalogue, partner.id, at, rights, key)
        if not member:
            raise UserError(self.env._("This member is gone."))
        return member

    @api.model
    def _get_sources(self, catalogue, partner, member, rights):
        """Return right → sources; what was served before a window was counted is added."""
        lines = catalogue.lines.get(member.tier, {})
        found = {
            right: sources_of(
                lines.get(right),
                member.given.get(right, ()),
                member.counted.get(right, ()),
                member.on,
                member.anchor,
            )
            for right in rights
        }
        uncounted = {
            right: source.window
            for right, sources in found.items()
            for source in sources
            if source.kind == TIER and source.counter is None and source.carries is None
        }
        carried = read_carried(self.env, partner.id, catalogue.program, uncounted)
        return {
            right: [
                replace(source, used=carried[right])
                if right in carried and source.kind == TIER
                else source
                for source in sources
            ]
            for right, sources in found.items()
        }

    @api.model
    def _check_replay(self, past, content, partner, key):
        """The same key stands for the same content; of a merged contact it is found too.

        What was given back is not in use: answering "allowed" again would be a use for nothing.
        """
        first = self.env["rc.entitlement.use"].sudo().browse(past[0][0])  # the caller's own key
        is_other = past[0][1] != content or first.partner_id.id != partner.id
        if is_other or first.reversed_by_ids:
            raise LedgerError("key_conflict", key=key)

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    @api.model
    def _answer(self, catalogue, partner, member, code, sources, need):
        """Return the answer for a right; ``need`` None: what was asked for is done already."""
        right, kind = catalogue.rights[code]
        balance = sum_up(sources)
        allowed = need is None or balance.is_unlimited or balance.left >= need
        answer = {
            "code": code,
            "kind": kind,
            "allowed": allowed,
            "amount": balance.amount,
            "used": balance.used,
            "left": balance.left,
            "unlimited": balance.is_unlimited,
            "resets_at": self._get_reset(sources, member.zone),
            "expires_on": min((s.expires_on for s in sources if s.expires_on), default=None),
            "sources": [self._describe(source, member.zone) for source in sources],
            "unlock": [],
        }
        if not allowed:
            answer["unlock"] = self._get_unlocks(catalogue, partner, member, right, need)
        return answer

    @api.model
    def _get_reset(self, sources, zone):
        instants = [
            reset_instant(source.window, zone) for source in sources if source.amount is not None
        ]
        return min(filter(None, instants), default=None)

    @api.model
    def _describe(self, source: Source, zone):
        return {
            "kind": source.kind,
            "id": source.ref,
            "per": source.per,
            "amount": source.amount,
            "used": source.used,
            "left": source.left,
            "resets_at": reset_instant(source.window, zone),
            "expires_on": source.expires_on,
        }

    @api.model
    def _refuse(self, catalogue, partner, member, code, sources, need):
        """Say what is used up, when it comes again, and what would unlock more."""
        answer = self._answer(catalogue, partner, member, code, sources, need)
        # the name of a right is no secret; who asks need not read the settings
        right = self.env["rc.entitlement"].sudo().browse(catalogue.rights[code][0])
        sentences = [
            self.env._("%(name)s: %(left)s left.", name=right.name, left=show(answer["left"]))
            if sources
            else self.env._("%s is not part of your membership.", right.name)
        ]
        if sources and answer["resets_at"]:
            day = local_date(answer["resets_at"], member.zone)
            sentences.append(self.env._("It starts again on %s.", tools.format_date(self.env, day)))
        ways = {unlock["kind"]: unlock["text"] for unlock in reversed(answer["unlock"])}
        sentences += reversed(ways.values())  # the first tier, the first pack, the first for points
        raise Refusal(" ".join(sentences), "quota_exhausted", answer=answer)

    @api.model
    def _get_unlocks(self, catalogue, partner, member, right, need):
        """Return what would give more of a right: list of dicts with ``kind``, ``text`` and more.

        Extended by whatever else gives rights (points of the mall, packages): call super, append.

        :param member: ``Member`` as read: ``tier`` (id of the one they have), ``on`` (their day)
        :param right: id of the entitlement
        :param need: how much was asked for, a Decimal; None: more of it
        """
        # what is sold is no secret; who asks need not read the settings
        return self.env["rc.entitlement"].sudo().browse(right)._get_unlocks(catalogue, member.tier)


def show(amount):
    """Return an amount for people: without zeros at its end.

    >>> show(Decimal("5.2500")), show(Decimal("100"))
    ('5.25', '100')
    """
    return format(amount.normalize(), "f") if isinstance(amount, Decimal) else str(amount)
