"""Erasing a person: who they are goes, what was counted and booked stays (ADR 22)."""

from collections import Counter
from dataclasses import dataclass

from odoo import Command, api, models

from ..adapters import local_day
from ..kernel.privacy import LOST, REFUSES, Area, Finding, get_pattern
from ..kernel.subscription import RUNNING


@dataclass(frozen=True)
class Identity:
    """What names a person in texts, read before anything of it is gone."""

    partners: models.BaseModel  # the contact and the person's own addresses
    users: models.BaseModel
    emails: tuple
    pattern: str  # finds the name, addresses and numbers in a text
    name: str  # what stands there instead


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _rc_get_tombstone(self):
        return f"Erased person #{self.id}"

    @api.private
    def _rc_is_erased(self):
        """Return True for a person who was erased."""
        self.ensure_one()
        return bool(
            self.env["rc.privacy.request"]
            .sudo()  # whoever asks sees the contact, not its requests
            .search_count(
                [("partner_id", "=", self.id), ("kind", "=", "erasure"), ("state", "=", "done")],
                limit=1,
            )
        )

    # ------------------------------------------------------------------
    # READ
    # ------------------------------------------------------------------

    @api.private
    def _rc_get_erasure_findings(self, at):
        """Return what stands open when the person is erased (``Finding``); addons append theirs."""
        self.ensure_one()
        person = self.sudo()  # whoever may ask for an erasure is told all that stands open
        return [
            *person._rc_find_who_they_are(),
            *person._rc_find_open_papers(),
            *person._rc_find_plans(at),
            *person._rc_find_points(),
        ]

    def _rc_find_who_they_are(self):
        users = self.with_context(active_test=False).user_ids
        if any(not user.share for user in users) or self.env["res.company"].search_count(
            [("partner_id", "=", self.id)], limit=1
        ):
            text = self.env._(
                "This is one of our own people or companies: see to their work first."
            )
            yield Finding("own_people", REFUSES, text)
        if self.child_ids.user_ids:
            text = self.env._(
                "Other people log in under this contact: give them a contact of theirs."
            )
            yield Finding("others_below", REFUSES, text)
        programs = self.env["rc.program"].search([("owner_id", "=", self.id)])
        if programs:
            text = self.env._(
                "A program of their own runs: %s.", ", ".join(programs.mapped("name"))
            )
            yield Finding("own_program", REFUSES, text)

    def _rc_find_open_papers(self):
        about = [("partner_id", "in", (self | self._rc_get_addresses()).ids)]
        moves = self.env["account.move"].search(
            [
                *about,
                ("state", "=", "posted"),
                ("move_type", "!=", "entry"),
                ("payment_state", "in", ("not_paid", "partial", "in_payment")),
                ("amount_residual", "!=", 0),
            ]
        )
        if moves:
            names = ", ".join(moves.mapped("name"))
            text = self.env._("Invoices or bills are not paid yet: %s.", names)
            yield Finding("unpaid", REFUSES, text)
        payments = self.env["payment.transaction"].search_count(
            [*about, ("state", "in", ("pending", "authorized"))]
        )
        if payments:
            text = self.env._("A payment is on its way: ask again when it has arrived.")
            yield Finding("payment", REFUSES, text)

    def _rc_find_plans(self, at):
        plans = self.env["rc.subscription"].search(
            [("partner_id", "=", self.id), ("state", "in", RUNNING)]
        )
        others = self.env["rc.seat"].search_count(
            [
                ("subscription_id", "in", plans.ids),
                ("state", "=", "taken"),
                ("partner_id", "!=", self.id),
            ]
        )
        if others:
            text = self.env._(
                "%s people sit on this team's plan: transfer the plan, or take their seats back.",
                others,
            )
            yield Finding("team", REFUSES, text)
        for plan in plans:
            text = self.env._(
                "%(plan)s ends at once, days paid until %(day)s are not refunded.",
                plan=plan.product_id.display_name,
                day=plan.period_end,
            )
            yield Finding(f"plan:{plan.id}", LOST, text)

    def _rc_find_points(self):
        for account in self.env["rc.point.account"].search([("partner_id", "=", self.id)]):
            points = sum(int(account[name]) for name in ("available", "pending", "locked", "held"))
            if points:
                text = self.env._(
                    "%(points)s %(name)s are lost.",
                    points=points,
                    name=account.program_id.point_name,
                )
                yield Finding(f"points:{account.id}", LOST, text)

    @api.private
    def _rc_get_erasure_areas(self):
        """Return what an erasure does, line by line (``Area``); addons append theirs."""
        self.ensure_one()
        person = self.sudo()  # see above
        people = person | person._rc_get_addresses()
        about = [("partner_id", "in", people.ids)]

        def count(name, *domain):
            return person.env[name].search_count(list(domain))

        users = person.with_context(active_test=False).user_ids
        plans = ("partner_id", "=", self.id), ("state", "in", RUNNING)
        posted = (*about, ("state", "=", "posted"), ("move_type", "!=", "entry"))
        wrote = [("author_id", "in", people.ids)]
        return [
            Area(
                self.env._("Name, addresses, numbers, picture, birthday, notes"),
                "deleted",
                len(people),
                self.env._("the contact stays as an empty number, so that sums stay right"),
            ),
            Area(
                self.env._("Logins, devices, keys"),
                "deleted",
                len(users),
                self.env._("closed for good"),
            ),
            Area(
                self.env._("Bank accounts and saved cards"),
                "deleted",
                count("res.partner.bank", *about) + count("payment.token", *about),
                self.env._("nothing is paid or charged any more"),
            ),
            Area(self.env._("What the person wrote"), "deleted", count("mail.message", *wrote), ""),
            Area(self.env._("Running plans"), "ended", count("rc.subscription", *plans), ""),
            Area(
                self.env._("Points, rights and growth, entry by entry"),
                "anonymous",
                count("rc.point.account", ("partner_id", "=", self.id)),
                self.env._("the ledgers keep numbers, no names"),
            ),
            Area(
                self.env._("Orders"),
                "anonymous",
                count("sale.order", *about),
                self.env._("amounts stay, the person is not in them any more"),
            ),
            Area(
                self.env._("Posted invoices, their PDF, name and address on them"),
                "kept",
                count("account.move", *posted),
                self.env._(
                    "the law asks for them; read by accountants, deleted when the years are over"
                ),
            ),
        ]

    @api.private
    def _rc_read_identity(self):
        """Return the :class:`Identity` of a person."""
        partners = self | self._rc_get_addresses()
        users = self.env["res.users"].browse(partners.with_context(active_test=False).user_ids.ids)
        emails = {*partners.mapped("email"), *partners.mapped("email_normalized")}
        emails |= {*users.mapped("login")} - {False}
        emails = tuple(sorted(filter(None, emails)))
        texts = [*emails, *partners._rc_get_naming_texts()]
        return Identity(
            partners=partners,
            users=users,
            emails=emails,
            pattern=get_pattern(texts),
            name=self._rc_get_tombstone(),
        )

    @api.private
    def _rc_get_naming_texts(self):
        """Return the texts that tell who these contacts are; addons append theirs."""
        names = ("name", "street", "phone", "phone_sanitized", "vat")
        texts = [text for name in names if name in self._fields for text in self.mapped(name)]
        return texts + self.bank_ids.mapped("acc_number")

    # ------------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------------

    @api.private
    def _rc_erase(self, at):
        """Erase a person, once, in one transaction; return what was deleted, as counts.

        Who decided has checked what stands open. Nothing is said to anybody outside.
        """
        self.ensure_one()
        person = self.sudo()  # decided by an administrator
        if person._rc_is_erased():
            return Counter()
        identity = person._rc_read_identity()
        person._rc_retain()
        person._rc_end_memberships(at)
        self.env.cr.flush()  # what Odoo still has to log is logged before the log is cleared
        counts = person._rc_erase_traces(identity, at)
        counts += person._rc_erase_login(identity)
        person._rc_erase_contact(identity)
        self.env.flush_all()
        self.env.invalidate_all()
        return +counts

    def _rc_retain(self):
        """Keep what invoices must say, apart, for the years of the law."""
        self.env["rc.privacy.retained"]._retain(self)

    def _rc_end_memberships(self, at):
        subscriptions = self.env["rc.subscription"].search(
            [("partner_id", "=", self.id), ("state", "in", RUNNING)]
        )
        subscriptions._cancel_now(at)
        self.env["rc.seat"].search([("partner_id", "=", self.id)])._end(at)
        for cover in self.env["rc.tier.cover"].search(
            [("partner_id", "=", self.id), ("ended_on", "=", False)]
        ):
            cover._end(local_day(at, cover.company_id))

    def _rc_erase_contact(self, identity):
        """Leave an empty number of the contact and its own addresses."""
        # the old values must not be written into the log just cleared
        identity.partners._track_discard()
        for partner in identity.partners:
            partner.write(
                {
                    **partner._rc_get_blank_vals(),
                    "name": identity.name,
                    "active": False,
                }
            )

    def _rc_get_blank_vals(self):
        """Return the values of a contact about whom nothing is known; the country stays."""
        names = ["email", "phone", "street", "street2", "zip", "city", "state_id", "vat", "website"]
        names += ["function", "comment", "ref", "barcode", "image_1920", "tz", "rc_birthday"]
        names += ["partner_latitude", "partner_longitude", "company_registry", "company_name"]
        vals = {name: False for name in names if name in self._fields}
        return {**vals, "category_id": [Command.clear()]}
