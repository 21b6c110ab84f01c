"""What the workers do with codes, each on a cursor of its own."""

import datetime

AT = datetime.datetime(2026, 3, 1, 12)


def use(env, code_id, partner_id, key):
    """Use a code as a checkout does; the answer is a refusal or the slot."""
    code = env["rc.code"].browse(code_id)
    return code._use(env["res.partner"].browse(partner_id), key, AT).slot


def give_back(env, key):
    return env["rc.code"]._release(key, AT)


def hit(env, bucket, who, limit):
    """Try once, as a request does: the attempt stays whatever becomes of it."""
    return env["rc.attempt"]._hit(bucket, who, limit, 600)


def redeem(env, text, partner_id):
    """Redeem a code of value as its page does."""
    return env["rc.code"]._redeem(text, env["res.partner"].browse(partner_id), AT).code_id.id


def replace(env, batch_id, code_id):
    """Replace a lost code as its buyer does in the portal."""
    batch = env["rc.activation.batch"].browse(batch_id)
    return batch._replace(env["rc.code"].browse(code_id), AT).id
