from datetime import datetime, time, timedelta

from odoo import Command, api, fields, models

# member, days ago of the first check-in, how many in a row
_CHECK_INS = [("mia", 8, 8), ("leo", 12, 4), ("leo", 5, 5), ("ana", 30, 30), ("chen", 3, 2)]
# member, what they did, how often, what it is worth, days ago
_ACTIVITIES = [
    ("mia", "mission", 1, 40, 6),
    ("mia", "conversation", 12, None, 1),
    ("mia", "conversation", 3, None, 0),
    ("mia", "event", 1, 200, 15),
    ("leo", "mission", 2, 25, 3),
    ("leo", "login", 3, None, 2),
    ("ana", "event", 2, 150, 9),
    ("ana", "conversation", 40, None, 4),
    ("eva", "mission", 1, None, 20),
    ("gao", "conversation", 7, None, 5),
]


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_earning(self):
        """Check-ins, missions, a draw, what was bought in the mall, and a gift."""
        draw = self.env.ref("rc_membership.draw_spring")
        if draw.state != "draft":
            return
        today = fields.Date.context_today(self)
        program = self.env["rc.program"]._get_platform()
        for name, days_ago, count in _CHECK_INS:
            for number in range(count):
                at = self._at(today - timedelta(days=days_ago - number))
                self.env["rc.checkin"]._check_in(self._person(name), program, at)
        for number, (name, kind, count, worth, days_ago) in enumerate(_ACTIVITIES):
            at = self._at(today - timedelta(days=days_ago))
            key = f"demo:activity:{number}"
            self.env["rc.activity"]._record(self._person(name), kind, count, key, at, worth)
        self.env["rc.event"]._drain()
        self._use_points(draw, today)

    def _use_points(self, draw, today):
        draw.action_publish()
        self._ask_council(today)
        at = self._at(today - timedelta(days=1))
        mia, ana = self._person("mia"), self._person("ana")
        bought = {}
        for partner, code in ((mia, "badge-early-bird"), (mia, "rainbow-ticket")):
            item = self.env["rc.mall.item"]._get_by_code(code, draw.program_id)
            bought[code] = item._buy(partner, f"demo:mall:{code}", at)
        bought["rainbow-ticket"].ticket_id._draw("hope", at)
        for number in range(2):
            draw._issue(ana, f"demo:ticket:{number}", at)
        self._hand_on_cards(ana, at)
        self.env["rc.point.gift"]._give(
            ana, mia, draw.program_id, 25, "demo:gift", at, "Thank you for the walk"
        )

    def _hand_on_cards(self, giver, at):
        """A card of an Ultimate member that waits for somebody."""
        kind = self.env.ref("rc_membership.card_type_ultimate_7")
        cards = self.env["rc.card"]
        if cards._count_left(kind, giver, at):
            cards._give(kind, giver, at)

    def _ask_council(self, today):
        """Two questions to the council: one open, one decided."""
        patron = self.env["rc.ladder"]._find("patron")
        asked = self._at(today)
        polls = self.env["rc.poll"]
        for name, answers, is_over in (
            (
                "Which salon should come next?",
                ("Tea and poetry", "Night walk", "Sound bath"),
                False,
            ),
            ("Shall the draw of spring be monthly?", ("Yes", "No"), True),
        ):
            poll = polls.create(
                {
                    "name": name,
                    "description": "Your answer decides; the result is shown to everybody.",
                    "option_ids": [Command.create({"name": answer}) for answer in answers],
                }
            )
            poll.action_open()
            council = [
                person
                for person in map(self._person, ("ana", "mia", "ben", "dev"))
                if polls._is_on_council(person, patron.program_id, asked)
            ]
            for number, person in enumerate(council):
                if is_over or person != self._person("mia"):
                    poll._vote(poll.option_ids[number % 2], person, asked)
            if is_over:
                poll.action_close()

    def _person(self, name):
        return self.env.ref(f"rc_membership.partner_{name}")

    def _at(self, day):
        return datetime.combine(day, time(12))
