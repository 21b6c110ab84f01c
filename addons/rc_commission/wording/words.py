"""The words of the program in the reader's language: roles, kinds, periods, metrics."""


def join(env, texts):
    """Return texts as one, separated as the language separates them.

    ``join(env, ["a", "b"])`` is "a, b" in English.
    """
    texts = [str(text) for text in texts if text]
    if not texts:
        return ""
    joined = texts[0]
    for text in texts[1:]:
        joined = env._("%(before)s, %(after)s", before=joined, after=text)
    return joined


def either(env, texts):
    """Return alternatives as one text: "a or b"."""
    texts = [str(text) for text in texts if text]
    joined = texts[0] if texts else ""
    for text in texts[1:]:
        joined = env._("%(before)s or %(after)s", before=joined, after=text)
    return joined


def basis_label(env, basis):
    return {
        "net": env._("the net amount"),
        "gross": env._("the gross amount"),
        "margin": env._("the margin"),
    }.get(basis, basis)


def kind_labels(env):
    return [
        ("first", env._("first payment")),
        ("renewal", env._("renewal")),
        ("upgrade", env._("plan change")),
        ("package", env._("package")),
        ("other", env._("other purchase")),
    ]


def role_labels(env):
    return [
        ("member", env._("Member")),
        ("staff", env._("Staff")),
        ("partner", env._("Partner")),
        ("venue", env._("Venue")),
        ("promoter", env._("Promoter")),
    ]


def period_labels(env):
    return [
        ("day", env._("Day")),
        ("week", env._("Week")),
        ("month", env._("Month")),
        ("quarter", env._("Quarter")),
        ("year", env._("Year")),
        ("ever", env._("All time")),
    ]


def in_period(env, what, period):
    """Return a figure with the time it is counted over: "own sales in the month"."""
    return {
        "day": env._("%s on the day", what),
        "week": env._("%s in the week", what),
        "month": env._("%s in the month", what),
        "quarter": env._("%s in the quarter", what),
        "year": env._("%s in the year", what),
        "ever": env._("%s so far", what),
    }.get(period, what)


def tree_label(env, tree):
    return env._("placement tree") if tree == "placement" else env._("sponsor tree")


def region_labels(env):
    return [
        ("street", env._("street")),
        ("district", env._("district")),
        ("city", env._("city")),
        ("province", env._("province")),
        ("area", env._("area")),
    ]


def by_labels(env):
    """What a table of rates can be read by."""
    return [
        ("tier", env._("tier bought")),
        ("own_tier", env._("the payee's own tier")),
        ("rank", env._("rank")),
        ("country", env._("country")),
        ("region", env._("region")),
        ("milestone", env._("figure reached")),
        ("place", env._("place in the order")),
    ]


MONEY_METRICS = (
    "direct_sales",
    "seller_sales",
    "salesperson_sales",
    "team_sales",
    "leg_sales",
    "own_purchases",
)


def metric_labels(env):
    """Metrics as plurals: they stand in "at least 10 …" and in "10 % of …"."""
    return [
        ("direct_paid", env._("directly sponsored buyers who paid")),
        ("direct_sales", env._("purchases of directly sponsored buyers")),
        ("seller_sales", env._("own sales")),
        ("seller_paid", env._("new buyers won")),
        ("salesperson_sales", env._("sales as salesperson")),
        ("salesperson_paid", env._("buyers who paid as salesperson")),
        ("team_sales", env._("team sales")),
        ("team_paid", env._("team members who paid")),
        ("team_orders", env._("team orders")),
        ("team_of_rank", env._("team members of a rank")),
        ("leg_sales", env._("leg sales")),
        ("left_orders", env._("orders of the teams left behind")),
        ("left_of_rank", env._("people left behind who hold a rank")),
        ("own_purchases", env._("own purchases")),
        ("orders", env._("own paid orders")),
        ("packages_sold", env._("packages sold")),
        ("direct_of_rank", env._("directly sponsored people of a rank")),
        ("referrals", env._("people brought")),
        ("referred_activity", env._("activities of people brought")),
        ("points_earned", env._("points earned")),
        ("growth_months", env._("months in a row with rising team sales")),
        ("region_growth", env._("percent by which the own regions' sales grew")),
        ("months_in_tier", env._("months in the tier")),
        ("retained_months", env._("months the buyers stayed")),
    ]


def trigger_labels(env):
    return [
        ("payment", env._("A payment is received")),
        ("signup", env._("Somebody signs up")),
        ("clicks", env._("A thousand valid clicks are counted")),
        ("mission", env._("A mission is done")),
        ("pickup", env._("A pickup is verified")),
        ("reach", env._("A figure is reached")),
        ("close", env._("A period is closed")),
    ]


def beneficiary_labels(env):
    return [
        ("seller", env._("Seller")),
        ("salesperson", env._("Salesperson of the order")),
        ("sponsor", env._("Sponsor at a level")),
        ("upline", env._("Nearest holder of a rank above")),
        ("differential", env._("Everybody above, by difference of rank")),
        ("region", env._("Owners of the region")),
        ("service_point", env._("Service point")),
        ("team", env._("Sales team")),
        ("guild", env._("Guild")),
        ("guild_leader", env._("Guild leader")),
        ("channel_manager", env._("Channel manager")),
        ("person", env._("A named person")),
        ("each", env._("Every participant")),
        ("match", env._("Match of other awards")),
        ("pool", env._("Into a pool")),
        ("pool_share", env._("Shares of a pool")),
    ]


def give_labels(env):
    return [
        ("cash", env._("Money")),
        ("points", env._("Points")),
        ("coupon", env._("Coupons")),
        ("days", env._("Days of membership")),
        ("record", env._("A record that is never paid")),
    ]


def on_limit_labels(env):
    return [
        ("scale", env._("All are scaled down")),
        ("cut", env._("The last ones are cut")),
        ("review", env._("All wait for a decision")),
    ]


def clawback_labels(env):
    return [
        ("proportional", env._("In proportion")),
        ("full", env._("In full")),
        ("none", env._("Nothing")),
    ]
