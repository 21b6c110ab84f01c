"""The words of scenario files: events with their keys, what ``expect`` reads, codes of refusal.

The reader, the JSON Schema and the documentation are made from these tables.
"""

from dataclasses import dataclass

from odoo.addons.rc_referral.kernel.attribution import LINK_MODELS
from odoo.addons.rc_referral.kernel.split import PAID_BY

ROLES = ("member", "staff", "partner", "venue", "promoter")
TIERS = ("free", "pro", "premium", "ultimate", "team")
SIDES = ("left", "right")
ROUTES = ("bill", "payroll")
PERIODS = ("week", "month", "quarter", "year")
REGION_LEVELS = ("street", "district", "city", "province", "area")
CASH_STATES = ("held", "payable", "settled", "paid", "reserve", "debt", "accrued")
POINT_STATES = ("available", "pending", "locked", "held", "debt")
ANSWERS = ("yes", "no")  # of a poll
REWARD_FIGURES = (
    "points",
    "cash",
    "coupon",
    "days",
    "card",
    "right",
    "item",
    "draw",
    "badge",
    "pricelist",
    "held",
    "choice",
    "refused",
    "taken_back",
)
GUILD_FIGURES = ("fund", "points", "level")

REFUSALS = (
    "insufficient_points",
    "quota_exhausted",
    "insufficient_balance",
    "unknown_code",
    "mistyped_code",
    "expired_code",
    "used_code",
    "own_code",
    "limit_reached",
    "not_eligible",
    "tier_required",
    "kyc_missing",
    "cooling_off",
    "review_required",
    "cycle",
    "guild_full",
    "below_minimum",
    "not_available",
)


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an event: ``kind`` says what may stand there."""

    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()


def _must(kind: str, *choices: str) -> Key:
    return Key(kind, True, choices)


def _may(kind: str, *choices: str) -> Key:
    return Key(kind, False, choices)


WHO = {"who": _must("person")}
ORDER = {"order": _must("order")}

# kinds: person, newcomer (somebody who need not exist yet), order, key (names an order or a
# withdrawal), text, amount (≥ 0), count (whole, ≥ 1), day, choice, region, lines, ranks
EVENTS: dict[str, dict[str, Key]] = {
    "signup": {"who": _must("newcomer"), "code": _may("text"), "touch": _may("text")},
    "touch": {"visitor": _must("text"), "code": _must("text"), "count": _may("count")},
    "pay": {
        **WHO,
        "item": _may("text"),
        "quantity": _may("count"),
        "amount": _may("amount"),
        "lines": _may("lines"),
        "currency": _may("text"),
        "region": _may("region"),
        "coupon": _may("text"),
        "code": _may("text"),
        "key": _may("key"),
        "paid": _may("amount"),
        "salesperson": _may("person"),
        "touch": _may("text"),
    },
    "pay_more": {**ORDER, "amount": _must("amount")},
    "bounce": ORDER,
    "refund": {**ORDER, "amount": _may("amount")},
    "chargeback": ORDER,
    "chargeback_won": ORDER,
    "cancel": {**WHO, "when": _must("choice", "now", "period_end")},
    "renew": {**WHO, "key": _may("key")},
    "change_plan": {**WHO, "item": _must("text"), "key": _may("key")},
    "resume": WHO,
    "try_plan": {**WHO, "item": _must("text"), "days": _must("count")},
    "give_days": {**WHO, "tier": _must("choice", *TIERS), "days": _must("count")},
    "check_in": {**WHO, "program": _may("text")},
    "activity": {
        **WHO,
        "kind": _must("text"),
        "count": _may("count"),
        "amount": _may("amount"),
        "about": _may("person"),
    },
    "consume": {**WHO, "quota": _must("text"), "amount": _may("count")},
    "buy_package": {
        **WHO,
        "package": _must("text"),
        "quantity": _may("count"),
        "group": _may("text"),
        "key": _may("key"),
    },
    "open_program": {
        **WHO,
        "program": _must("text"),
        "price": _must("amount"),
        "per_unit": _may("count"),
        "check_in": _may("count"),
        "activity": _may("text"),
        "each": _may("count"),
    },
    "join_program": {**WHO, "program": _must("text"), "key": _may("key")},
    "grant_points": {
        **WHO,
        "amount": _must("count"),
        "nature": _may("choice", "earned", "bonus", "bought"),
        "expires": _may("day"),
        "available": _may("day"),
    },
    "spend_points": {
        **WHO,
        "amount": _must("count"),
        "confirmed": _may("choice", "yes", "no"),
        "key": _may("key"),
    },
    "return_points": {**WHO, **ORDER, "amount": _must("count")},
    "lock_points": {
        **WHO,
        "amount": _must("count"),
        "years": _must("count"),
        "key": _may("key"),
    },
    "unlock_points": ORDER,
    "mall": {**WHO, "item": _must("text"), "key": _may("key")},
    "gift_points": {**WHO, "to": _must("person"), "amount": _must("count")},
    "convert_points": {**WHO, "amount": _must("count")},
    "sell_points": {**WHO, "amount": _must("count")},
    "give_card": {**WHO, "card": _must("text"), "key": _may("key")},
    "take_card": {**WHO, "card": _must("order")},
    "open_poll": {"key": _may("key")},
    "vote": {**WHO, "poll": _must("order"), "answer": _must("choice", *ANSWERS)},
    "close_poll": {"poll": _must("order")},
    "tell_birthday": {**WHO, "born": _must("day")},
    "gift": {
        **WHO,
        "to": _must("person"),
        "item": _must("text"),
        "starts": _may("day"),
        "key": _may("key"),
    },
    "begin_payment": {**WHO, "item": _must("text"), "key": _may("key")},
    "end_payment": {**ORDER, "result": _must("choice", "done", "failed", "promised")},
    "verify": {**WHO, "what": _must("choice", "email", "phone")},
    "choose": {**WHO, "option": _must("text")},
    "set_budget": {"campaign": _must("text"), "amount": _must("amount")},
    "campaign": {"code": _must("text"), "from": _must("day"), "to": _must("day")},
    "make_codes": {**WHO, "item": _must("text"), "count": _must("count"), "key": _may("key")},
    "redeem": {**WHO, "code": _must("text")},
    "mission": {**WHO, "mission": _must("text")},
    "pickup": {**ORDER, "point": _must("person")},
    "found_guild": {**WHO, "guild": _must("text")},
    "join_guild": {**WHO, "guild": _must("text")},
    "close": {"period": _must("choice", *PERIODS)},
    "settle": {},
    "withdraw": {**WHO, "amount": _must("amount"), "key": _may("key")},
    "payout": {"withdrawal": _must("order")},
    "dispute": {**WHO, **ORDER, "rule": _must("text")},
    "resolve": {**WHO, **ORDER, "rule": _must("text")},
    "grant_rank": {**WHO, "ladder": _may("text"), "rank": _may("rank"), "ranks": _may("ranks")},
    "set_region": {**WHO, "region": _must("region")},
    "coupon": {**WHO, "code": _must("text"), "percent": _must("count")},
    "deal": {**WHO, "customer": _must("person")},
    "lead": {**WHO, "code": _must("text")},
    "claim": {**WHO, **ORDER},
    "correct_sponsor": {**WHO, "code": _must("text")},
    "change_sponsor": {**WHO, "to": _must("person")},
    "link_rule": {
        "who": _may("person"),
        "model": _may("choice", *LINK_MODELS),
        "window": _may("count"),
        "lead_window": _may("count"),
        "coupon_above_deal": _may("choice", "yes", "no"),
        "new_only": _may("choice", "yes", "no"),
        "paid_by": _may("choice", *PAID_BY),
    },
    "advance": {},
    "expect": {
        "cash": _may("expect_cash"),
        "points": _may("expect_points"),
        "rank": _may("expect_rank"),
        "tier": _may("expect_tier"),
        "quota": _may("expect_quota"),
        "bills": _may("expect_bills"),
        "pool": _may("expect_pool"),
        "guild": _may("expect_guild"),
        "placement": _may("expect_people"),
        "sponsor": _may("expect_people"),
        "lead": _may("expect_lead"),
        "price": _may("expect_price"),
        "growth": _may("expect_growth"),
        "plan": _may("expect_people"),
        "until": _may("expect_until"),
        "member": _may("expect_people"),
        "paid": _may("expect_pool"),
        "rewards": _may("expect_rewards"),
        "votes": _may("expect_votes"),
        "winner": _may("expect_people"),
        "evidence": _may("expect_people"),
        "program_points": _may("expect_program_points"),
    },
}
# after these the points somebody has are the ledger's, not the plans'
POINT_EVENTS = ("grant_points", "spend_points", "return_points", "lock_points")
SUBJECTS = tuple(EVENTS["expect"])
