"""What somebody may have by a code: a card, a seat. Whoever has the code sees it; taking it needs
an account. The code is the right, members have none on the models: the doors check it.
"""

from odoo import fields
from odoo.http import request

from ..exceptions import Refusal


def show_offer(template, name, code):
    """Answer a page with the open ``rc.<name>`` of a code, or what to do next."""
    values = {"code": code, name: None, "error": None}
    if code:
        offers = request.env[f"rc.{name}"].sudo()  # see the module's docstring
        try:
            values[name] = offers._find(code, fields.Datetime.now())
        except Refusal as refusal:
            values["error"] = str(refusal)
    return request.render(template, values)


def take_offer(template, name, code):
    """Give the ``rc.<name>`` of a code to whoever is logged in, or say what to do next."""
    offers, now = request.env[f"rc.{name}"].sudo(), fields.Datetime.now()  # see the docstring
    try:
        with request.env.cr.savepoint():
            offers._find(code, now)._take(request.env.user.partner_id.sudo(), now)
    except Refusal as refusal:
        return request.render(template, {"code": code, name: None, "error": str(refusal)})
    return request.redirect("/my/membership")
