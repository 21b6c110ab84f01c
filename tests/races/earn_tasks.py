"""What the workers of the earning races do."""

import datetime

from odoo.exceptions import UserError

AT = datetime.datetime(2026, 3, 2, 12)


def check_in(env, partner_id):
    """Click once; a second click of the day is refused."""
    program = env["rc.program"]._get_platform()
    return env["rc.checkin"]._check_in(env["res.partner"].browse(partner_id), program, AT)[0].id


def earn(env, rule_id, partner_id, number):
    """A fact of one's own by a capped rule."""
    rule, partner = env["rc.point.rule"].browse(rule_id), env["res.partner"].browse(partner_id)
    return rule._give(partner, f"race:{rule_id}:{partner_id}:{number}", 3, AT)


def buy(env, item_id, partner_id, key):
    item = env["rc.mall.item"].browse(item_id)
    order = item._buy(env["res.partner"].browse(partner_id), key, AT)
    if order.partner_id.id != partner_id:
        raise UserError("the order is somebody else's")
    return order.id


def give(env, giver_id, receiver_id, points, key):
    people = env["res.partner"].browse([giver_id, receiver_id])
    program = env["rc.program"]._get_platform()
    return env["rc.point.gift"]._give(*people, program, points, key, AT).id
