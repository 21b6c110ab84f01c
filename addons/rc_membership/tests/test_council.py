"""What a rank brings: rights, the community channel, and votes in the council's polls."""

from datetime import date, datetime, timedelta

from psycopg2 import IntegrityError
from psycopg2.errors import RestrictViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..exceptions import Refusal
from .test_ladder import LadderCase

NOON = datetime(2026, 3, 2, 12)


class CouncilCase(LadderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob = cls.a_member("Ann"), cls.a_member("Bob")
        cls.give_points(cls.ann, 5000)
        cls.give_points(cls.bob, 1000)
        cls.poll = cls.a_poll()

    @classmethod
    def a_poll(cls, **values):
        poll = cls.env["rc.poll"].create(
            {
                "name": "Which salon?",
                "program_id": cls.program.id,
                "option_ids": [Command.create({"name": name}) for name in ("Tea", "Poetry")],
                **values,
            }
        )
        poll.action_open()
        return poll

    def vote(self, partner, number=0, poll=None, at=NOON):
        poll = poll or self.poll
        return poll._vote(poll.option_ids[number], partner, at)

    def rights_of(self, partner, code):
        return self.env["rc.usage"]._check(partner, code, 1, NOON, self.program)["allowed"]

    def assert_refused(self, code, call):
        with self.assertRaises(Refusal) as caught:
            call()
        self.assertEqual(caught.exception.code, code)


@tagged("post_install", "-at_install")
class TestCouncil(CouncilCase):
    def test_l1_has_first_choice_of_tasks_and_5000_points_a_vote(self):
        rows = [
            (self.rights_of(p, "task_priority"), self.rights_of(p, "council"))
            for p in (self.ann, self.bob, self.a_member("Carl"))
        ]
        self.assertEqual(rows, [(True, True), (True, False), (False, False)])

    def test_a_right_goes_with_the_rank_and_comes_again(self):
        rank = self.patron.rank_ids.filtered(lambda r: r.code == "l4")
        rank.entitlement_ids = self.env["rc.entitlement"]._get_by_code("training", self.company)
        for key in ("a", "b"):
            self.patron._grant(self.bob, "l4", "purchase", key, date(2026, 3, 1))
            self.assertTrue(self.rights_of(self.bob, "training"))
            self.patron._take_back(key, date(2026, 3, 2))
            self.assertFalse(self.rights_of(self.bob, "training"))
        self.assertTrue(self.rights_of(self.bob, "task_priority"))

    def test_what_a_rank_brings_later_comes_to_who_stands_there(self):
        rank = self.patron.rank_ids.filtered(lambda r: r.code == "l2")
        rank.entitlement_ids |= self.env["rc.entitlement"]._get_by_code("training", self.company)
        grants = self.env["rc.entitlement.grant"].search([("entitlement_id.code", "=", "training")])
        self.assertIn(self.ann, grants.partner_id)
        self.assertNotIn(self.bob, grants.partner_id)

    def test_the_community_has_everybody_on_the_ladder_and_nobody_else(self):
        self.patron.action_open_channel()
        channel = self.patron.channel_id
        self.assertEqual(channel.channel_type, "group")
        people = channel.channel_member_ids.partner_id
        self.assertLessEqual(self.ann | self.bob | self.env.user.partner_id, people)
        carl = self.a_member("Carl")
        self.patron._grant(carl, "l1", "purchase", "carl", date(2026, 3, 1))
        self.assertIn(carl, channel.channel_member_ids.partner_id)
        self.patron._take_back("carl", date(2026, 3, 2))
        self.assertNotIn(carl, channel.channel_member_ids.partner_id)

    def test_only_a_manager_opens_a_community_and_a_poll(self):
        seller = new_test_user(self.env, "council_sales", groups="rc_membership.group_salesperson")
        for call in (
            self.patron.with_user(seller).action_open_channel,
            self.poll.with_user(seller).action_close,
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(self.poll.with_user(seller).vote_count, 0)

    def test_a_vote_counts_once_and_for_good(self):
        vote = self.vote(self.ann, 1)
        self.assert_refused("limit_reached", lambda: self.vote(self.ann, 0))
        self.assertEqual(
            [(o.name, n) for o, n in self.poll._get_result()], [("Tea", 0), ("Poetry", 1)]
        )
        with self.assertRaises(UserError):
            vote.option_id = self.poll.option_ids[0]
        with mute_logger("odoo.sql_db"), self.assertRaises(RestrictViolation):
            with self.env.cr.savepoint():
                self.env.cr.execute("DELETE FROM rc_poll_vote WHERE id = %s", [vote.id])
        with self.assertRaises(UserError):
            self.poll.option_ids[0].name = "Chess"

    def test_who_may_not_vote_and_when(self):
        self.assert_refused("not_eligible", lambda: self.vote(self.bob))
        ending = self.a_poll(ends_at=NOON)
        self.assert_refused("not_eligible", lambda: self.vote(self.ann, poll=ending))
        self.vote(self.ann, poll=ending, at=NOON - timedelta(seconds=1))
        foreign = ending.option_ids[0]
        self.assert_refused("not_eligible", lambda: self.poll._vote(foreign, self.ann, NOON))
        self.poll.action_close()
        self.assert_refused("not_eligible", lambda: self.vote(self.ann))
        with self.assertRaises(UserError):
            self.poll.unlink()

    def test_merged_contacts_have_one_vote_the_first(self):
        self.give_points(self.bob, 4500, on=date(2026, 3, 2))
        first, _second = self.vote(self.bob, 1), self.vote(self.ann, 0)
        self.env["res.partner"]._rc_before_merge(self.bob, self.ann)
        self.assertEqual(
            [(o.name, n) for o, n in self.poll._get_result()], [("Tea", 0), ("Poetry", 1)]
        )
        self.assertEqual(first.partner_id, self.ann)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.env.cr.execute("UPDATE rc_poll_vote SET is_void = FALSE")


@tagged("post_install", "-at_install")
class TestCouncilPortal(CouncilCase, HttpCase):
    def test_a_member_of_the_council_votes_on_the_page_and_sees_the_result(self):
        user = self.a_portal_user("council_ann")
        self.patron._grant(
            user.partner_id, "l2", "grant", "t", fields.Date.today() - timedelta(days=1)
        )
        self.authenticate("council_ann", "council_ann")
        page = self.url_open("/my/council").text
        self.assertIn("Poetry", page)
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        path = f"/my/council/{self.poll.id}"
        bad = self.url_open(path, data={"option": "x", "csrf_token": token})
        self.assertIn("Choose one of the answers", bad.text)
        option = self.poll.option_ids[1]
        done = self.url_open(path, data={"option": str(option.id), "csrf_token": token})
        self.assertIn("Your answer", done.text)
        self.assertEqual(self.poll._get_result()[1], (option, 1))
        self.assertEqual(
            self.url_open("/my/council/999999", data={"csrf_token": token}).status_code, 404
        )

    def test_who_has_no_vote_reads_how_to_get_one(self):
        self.a_portal_user("council_dan")
        self.authenticate("council_dan", "council_dan")
        page = self.url_open("/my/council").text
        self.assertIn("You join it", page)
        self.assertNotIn('type="radio"', page)
