"""READ for the screening: who people are, what was noticed at their sign-up, what figures show."""

from datetime import timedelta

from odoo.fields import Domain
from odoo.tools import SQL

from .kernel.fraud import (
    Identity,
    Signal,
    canonical_email,
    canonical_number,
    canonical_phone,
    find_shared,
    is_disposable,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def read_identities(partners):
    """Return partner id → kernel ``Identity``; one query for each kind of identifier."""
    partners = partners.sudo()  # numbers and accounts are compared, never shown
    found = {
        partner.id: {
            "entity": {str(partner.commercial_partner_id.id)},
            "email": {canonical_email(partner.email or "")},
            "phone": {
                canonical_phone(text or "") for text in (partner.phone_sanitized, partner.phone)
            },
            "tax_id": {canonical_number(partner.vat or "")},
            "bank": {canonical_number(b.acc_number or "") for b in partner.bank_ids},
            "card": set(),
        }
        for partner in partners
    }
    for user in partners.with_context(active_test=False).user_ids:
        found[user.partner_id.id]["email"].add(canonical_email(user.login or ""))
    tokens = partners.env["payment.token"].search(
        [
            ("partner_id", "in", partners.ids),
            # a provider in test mode gives everybody the same card
            ("provider_id.state", "=", "enabled"),
        ]
    )
    for token in tokens:
        card = canonical_number(token.provider_ref or "")
        found[token.partner_id.id]["card"].add(card and f"{token.provider_id.id}:{card}")
    return {
        key: Identity(**{name: frozenset(texts - {""}) for name, texts in kinds.items()})
        for key, kinds in found.items()
    }


def find_same_person(partner, others):
    """Return ids of those of ``others`` who are the same person as ``partner``."""
    others = others - partner
    if not partner or not others:
        return set()
    identities = read_identities(partner | others)
    shared = {
        other.id: {
            signal.name for signal in find_shared(identities[partner.id], identities[other.id])
        }
        for other in others
    }
    alike = others.filtered(lambda other: shared[other.id])
    explained = _read_explained(partner, alike)
    return {other.id for other in alike if shared[other.id] - explained.get(other.id, set())}


def _read_explained(partner, others):
    """Return id → names of signals that somebody found to be no sign of one person, on appeal."""
    if not others:
        return {}
    cases = partner.env["rc.fraud.case"].sudo()  # asked for whoever uses a code
    pairs = Domain.OR(
        Domain("partner_id", "in", some.ids) & Domain("member_id", "in", rest.ids)
        for some, rest in ((partner, others), (others, partner))
    )
    explained = {}
    for case in cases.search(
        Domain("kind", "=", "refusal") & Domain("state", "=", "cleared") & pairs
    ):
        [other] = (case.partner_id | case.member_id) - partner
        explained.setdefault(other.id, set()).update(case.signal_ids.mapped("name"))
    return explained


def read_signals(edge, at):
    """Return what speaks against a referral on ``at``, as kernel signals."""
    edge = edge.sudo()  # the screening reads what neither of the two may see
    member, sponsor, company = edge.member_id, edge.sponsor_id, edge.company_id
    identities = read_identities(member | sponsor)
    explained = _read_explained(member, sponsor).get(sponsor.id, ())
    shared = find_shared(identities[member.id], identities[sponsor.id])
    signals = [signal for signal in shared if signal.name not in explained]
    emails = identities[member.id].email
    if any(is_disposable(email, _read_domains(edge.env, email)) for email in emails):
        signals.append(Signal("disposable"))
    if member.rc_phone_verified_at:
        signals.append(Signal("verified_phone"))
    seconds = _read_haste(edge)
    if seconds is not None and 0 <= seconds < company.rc_fraud_fast_seconds:
        signals.append(Signal("fast", int(seconds), company.rc_fraud_fast_seconds))
    return [*signals, *_read_marks(edge)]


def _read_domains(env, email):
    """Return the domains of the list that may be the mailbox's."""
    parts = email.rpartition("@")[2].split(".")
    names = [".".join(parts[start:]) for start in range(len(parts) - 1)]
    # a list of public domains, asked for members
    return set(env["rc.fraud.domain"].sudo().search([("name", "in", names)]).mapped("name"))


def _read_haste(edge):
    """Return how many seconds lay between the click and the sign-up; None without a click."""
    decision = edge.env["rc.attribution"].search(
        [
            ("res_model", "=", "res.partner"),
            ("res_id", "=", edge.member_id.id),
            ("is_current", "=", True),
        ],
        limit=1,
    )
    touch = decision.touch_id
    if not touch or touch.is_entered:
        return None  # who writes a code on our page has come by themselves
    return (decision.decided_at - touch.at).total_seconds()


_MARKS = """
WITH mine AS (
    SELECT kind, hash, at FROM rc_fraud_mark
     WHERE partner_id = %(member)s AND is_sign_up AND at <= %(until)s
)
SELECT mine.kind,
       COUNT(DISTINCT other.partner_id) FILTER (
           WHERE other.is_sign_up AND other.at > mine.at - INTERVAL '1 hour') AS hour,
       COUNT(DISTINCT other.partner_id) FILTER (
           WHERE other.is_sign_up AND other.at > mine.at - INTERVAL '1 day') AS day,
       COUNT(DISTINCT other.partner_id) FILTER (WHERE other.is_sign_up) AS ever,
       COALESCE(BOOL_OR(other.partner_id = %(sponsor)s
                        AND other.at > mine.at - %(near)s), FALSE) AS is_near
  FROM mine JOIN rc_fraud_mark other
    ON other.hash = mine.hash AND other.kind = mine.kind AND other.at <= mine.at + %(near)s
 GROUP BY mine.kind, mine.hash
"""


def _read_marks(edge):
    """Return the signals of the place and the device a member signed up from."""
    company, member = edge.company_id, edge.member_id
    edge.env.flush_all()
    signals = []
    for kind, near in (
        ("address", company.rc_fraud_near_hours * HOUR),
        ("network", company.rc_fraud_network_days * DAY),
        ("device", company.rc_fraud_network_days * DAY),
    ):
        rows = edge.env.execute_query(
            SQL(
                _MARKS,
                member=member.id,
                sponsor=edge.sponsor_id.id,
                until=edge.bound_at + HOUR,
                near=near,
            )
        )
        for found, hour, day, ever, is_near in rows:
            if found != kind:
                continue
            if is_near:
                signals.append(Signal(kind))
            if kind == "address" and hour > company.rc_fraud_address_hour:
                signals.append(Signal("address_hour", hour, company.rc_fraud_address_hour))
            if kind == "address" and day > company.rc_fraud_address_day:
                signals.append(Signal("address_day", day, company.rc_fraud_address_day))
            if kind == "device" and ever > company.rc_fraud_device_max:
                signals.append(Signal("device_many", ever, company.rc_fraud_device_max))
    return signals
