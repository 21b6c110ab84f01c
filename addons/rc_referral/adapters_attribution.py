"""READ: what speaks for whom, as the frozen candidates of the kernel."""

from dataclasses import replace
from datetime import timedelta

from odoo.tools import SQL

from .adapters_fraud import find_same_person
from .kernel.attribution import LINK_MODELS, Candidate, Rules
from .kernel.codes import VALUED, CodeFormatError, fold

WINDOW_DAYS_DEFAULT = 30
WINDOW_DAYS_MAX = 365
LEAD_WINDOW_DAYS_DEFAULT = 90
LEAD_WINDOW_DAYS_MAX = 1095
CHECKOUT_LEAD = timedelta(seconds=60)


def get_param(env, name):
    """Return a setting of ours as text."""
    # settings are readable by the system only; the visitor who is being attributed has no rights
    return env["ir.config_parameter"].sudo().get_param(f"rc_referral.{name}") or ""


def _get_days(env, name, default, most):
    text = get_param(env, name)
    return min(max(int(text) if text.isdigit() else default, 1), most)


def get_window_days(env, campaign=None):
    """Return how many days a touch counts (campaign, else setting; 1 to 365)."""
    own = campaign and campaign.sudo().rc_window_days  # visitors have no rights on campaigns
    return own or _get_days(env, "window_days", WINDOW_DAYS_DEFAULT, WINDOW_DAYS_MAX)


def get_lead_window_days(env, campaign=None):
    """Return how many days a code counts that staff registered on a lead."""
    own = campaign and campaign.sudo().rc_lead_window_days  # as above
    default = max(LEAD_WINDOW_DAYS_DEFAULT, get_window_days(env, campaign))
    return own or _get_days(env, "lead_window_days", default, LEAD_WINDOW_DAYS_MAX)


def is_for_new_only(env, campaign=None):
    """Tell whether links and coupons count for new customers only."""
    own = campaign and campaign.sudo().rc_new_customers_only  # as above
    return bool(own) or get_param(env, "new_customers_only") == "True"


def get_rules(env, link_lead=timedelta(0), campaign=None):
    """Return the kernel's rules of a campaign (empty: of the settings)."""
    campaign = campaign.sudo() if campaign else env["utm.campaign"]  # as above
    model = campaign.rc_attribution_model or get_param(env, "link_model")
    model = model if model in LINK_MODELS else LINK_MODELS[0]
    return Rules(
        window=timedelta(days=get_window_days(env, campaign)),
        link_model=model,
        link_lead=link_lead,
        is_coupon_above_deal=model == "coupon_wins" or campaign.rc_coupon_above_deal,
    )


def get_order_rules(order, at):
    """Return the rules of the order's campaign, else of the campaign of its buyer's last code."""
    env = order.env
    campaign = order.campaign_id or _get_last_campaign(order, at)
    rules = get_rules(env, link_lead=CHECKOUT_LEAD, campaign=campaign)
    return replace(rules, customer_since=read_customer_since(order.partner_id, order))


def _get_last_campaign(order, at):
    """Return the campaign of the code of the visitor's last touch before ``at``."""
    touches = read_touch_candidates(
        order.env, {order.rc_visitor, _get_sign_up(order).visitor}, at, get_rules(order.env)
    )
    last = max((c for c in touches if c.at <= at), key=lambda c: (c.at, c.touch), default=None)
    return order.env["rc.code"].sudo().browse(last.code if last else None).campaign_id


def _get_sign_up(order):
    return order.env["rc.attribution"]._get_current(order.partner_id)


def read_customer_since(partner, order=None):
    """Return when a buyer confirmed an order for the first time (naive UTC), or None.

    :param order: the one that is being decided: it does not count itself
    """
    orders = partner.env["sale.order"].sudo()  # decided for buyers who read only their own
    first = orders.search(
        [
            ("partner_id", "child_of", partner.commercial_partner_id.ids),
            ("state", "=", "sale"),
            ("id", "!=", order.id if order else 0),
        ],
        order="date_order, id",
        limit=1,
    )
    return first.date_order or None


def read_touch_candidates(env, visitors, until, rules):
    """Return the touches of ``visitors`` that can matter at ``until``, in one query.

    Per code only the first of its window, the last, and the last one older than
    ``rules.link_lead`` matter, so a visitor who clicked a thousand times is read as three rows. What
    is older than its window is read once, to be shown as too old. Bots are no candidates.
    """
    visitors = [visitor for visitor in visitors if visitor]
    if not visitors:
        return []
    for name in ("rc.touch", "rc.code", "utm.campaign"):
        env[name].flush_model()
    rows = env.execute_query(
        SQL(
            """
            SELECT touch.id, touch.at, touch.code_id, code.partner_id, touch.is_entered,
                   code.kind = 'coupon', edge.days,
                   COALESCE(edge.is_for_new, FALSE)
              FROM rc_touch touch
              JOIN rc_code code ON code.id = touch.code_id
              JOIN (SELECT code_id, days, is_for_new,
                           MIN(at) FILTER (WHERE at > %(until)s - days * INTERVAL '1 day') AS first,
                           MAX(at) AS last,
                           MAX(at) FILTER (WHERE at <= %(settled)s) AS last_settled,
                           MAX(at) FILTER (WHERE is_entered) AS last_entered
                      FROM (SELECT click.code_id, click.at, click.is_entered,
                                   COALESCE(NULLIF(campaign.rc_window_days, 0), %(days)s) AS days,
                                   campaign.rc_new_customers_only AS is_for_new
                              FROM rc_touch click
                              JOIN rc_code own ON own.id = click.code_id
                              LEFT JOIN utm_campaign campaign ON campaign.id = own.campaign_id
                             WHERE click.visitor IN %(visitors)s AND click.at <= %(until)s
                               AND click.at > %(since)s AND NOT click.is_bot) clicks
                     GROUP BY code_id, days, is_for_new) edge
                ON edge.code_id = touch.code_id
               AND touch.at IN (edge.first, edge.last, edge.last_settled, edge.last_entered)
             WHERE touch.visitor IN %(visitors)s AND NOT touch.is_bot
            """,
            visitors=tuple(visitors),
            since=until - timedelta(days=WINDOW_DAYS_MAX + 1),
            until=until,
            settled=until - rules.link_lead,
            days=get_window_days(env),
        )
    )
    for_new = is_for_new_only(env)
    return [
        Candidate(
            "link",
            participant,
            at,
            code=code_id,
            touch=touch_id,
            window=timedelta(days=days),
            is_entered=bool(is_entered),
            is_coupon=bool(is_coupon),
            is_for_new=for_new or is_for_new,
        )
        for touch_id, at, code_id, participant, is_entered, is_coupon, days, is_for_new in rows
    ]


def read_code_candidate(code, at, evidence="typed_code", window_days=None):
    """Return a code that was typed (or came with an app's answer) at ``at`` as a candidate."""
    days = window_days or get_window_days(code.env, code.campaign_id)
    if evidence == "typed_code" and code.kind in VALUED:
        evidence = "activation"
    return Candidate(
        evidence,
        code.partner_id.id,
        at,
        code=code.id,
        window=timedelta(days=days),
        is_for_new=evidence not in ("typed_code", "activation")
        and is_for_new_only(code.env, code.campaign_id),
    )


def read_order_candidates(order, at, rules):
    """Return all evidence about who brought an order, as of ``at``."""
    env, buyer = order.env, order.partner_id
    lead = order.opportunity_id
    signed_up = _get_sign_up(order)
    candidates = read_touch_candidates(env, {order.rc_visitor, signed_up.visitor}, at, rules)
    candidates += _read_typed(order, lead, signed_up)
    candidates += _read_redeemed(buyer, at, {c.code for c in candidates})
    candidates = _mark_corrected(env["rc.sponsor.change"]._get_corrections(buyer, at), candidates)
    candidates += _read_coupons(order, at)
    candidates += env["rc.deal"]._read_candidates(buyer, lead, order.company_id)
    candidates += env["rc.attribution.claim"]._read_candidates(order, at)
    edge = env["rc.sponsor.edge"]._get_at(buyer, at)
    if edge:
        candidates.append(
            Candidate("sponsor", edge.sponsor_id.id, edge.bound_at, code=edge.code_id.id or None)
        )
    salesperson = order.user_id or buyer.user_id
    if salesperson:
        candidates.append(Candidate("salesperson", salesperson.partner_id.id, at))
    return candidates


def _mark_corrected(corrections, candidates):
    """What spoke for a sponsor before somebody put it right speaks no more.

    :param corrections: sponsor's id → instant of the correction
    """
    return [
        replace(c, is_corrected=True)
        if c.participant in corrections and c.at < corrections[c.participant]
        else c
        for c in candidates
    ]


def _read_typed(order, lead, signed_up):
    """Codes typed on the order, by staff on its lead (counts longer), at sign-up."""
    typed = []
    if order.rc_typed_code_id:
        typed.append(read_code_candidate(order.rc_typed_code_id, order.rc_typed_at))
    if lead.rc_typed_code_id:
        code = lead.rc_typed_code_id
        days = get_lead_window_days(order.env, code.campaign_id)
        typed.append(read_code_candidate(code, lead.rc_typed_at, window_days=days))
    if signed_up.evidence in ("typed_code", "activation"):
        typed.append(read_code_candidate(signed_up.code_id, signed_up.decided_at))
    return typed


def _read_redeemed(buyer, at, known):
    """Codes of value the buyer redeemed: whoever sold or gave them brought the person.

    :param known: ids of codes that speak already (redeemed with the sign-up)
    """
    redemptions = buyer.env["rc.activation.redemption"].sudo()  # facts of the system
    redeemed = redemptions.search([("partner_id", "=", buyer.id), ("at", "<=", at)])
    return [
        read_code_candidate(redemption.code_id, redemption.at, "activation")
        for redemption in redeemed
        if redemption.code_id.id not in known
    ]


def _read_coupons(order, at):
    """Promo and coupon codes used on the order whose text is a code of a participant."""
    used = {}
    for text in order._rc_get_coupon_texts():
        try:
            used[fold(text)] = text
        except CodeFormatError:
            continue  # a loyalty code that none of ours could be
    codes = order.env["rc.code"].sudo()  # the buyer has used them; knowing is the right to
    found = codes.search(
        [
            ("code_key", "in", list(used)),
            ("active", "in", (True, False)),
            ("company_id", "=", order.company_id.id),
        ]
    )
    coupon_at = min(order.rc_coupon_at or at, at)
    owners = {owner for owner, _text, _at in order._rc_get_coupon_owners()} - {*found.partner_id}
    return [
        *(read_code_candidate(code, coupon_at, "coupon") for code in found if used),
        # coupons that are no code of ours and belong to a participant
        *(Candidate("coupon", owner.id, coupon_at) for owner in sorted(owners, key=lambda o: o.id)),
    ]


def get_own_participants(partner, candidates=()):
    """Return ids that cannot bring ``partner``: the person, the company they belong to, and who of
    the candidates is the same person under another name."""
    own = (partner | partner.commercial_partner_id).ids
    others = {candidate.participant for candidate in candidates} - set(own)
    same = find_same_person(partner, partner.browse(sorted(others))) if others else ()
    return frozenset([*own, *same])
