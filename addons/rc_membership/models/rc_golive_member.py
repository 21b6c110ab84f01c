"""Members of a go-live file: check and posting."""

from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.mail import email_normalize

from ..kernel.golive import DATE, EMAIL, PHONE, Column, FileSpec
from ..kernel.subscription import RUNNING
from .rc_golive_check import _join


class RcGoliveRun(models.Model):
    _inherit = "rc.golive.run"

    def _get_spec_member(self):
        columns = (
            Column("reference", is_required=True),
            Column("name", is_required=True),
            Column("email", EMAIL),
            Column("phone", PHONE),
            Column("country"),
            Column("language"),
            Column("tier"),
            Column("plan"),
            Column("paid_until", DATE),
            Column("started_on", DATE),
        )
        return FileSpec(columns, ("reference",))

    # ------------------------------------------------------------------
    # Check
    # ------------------------------------------------------------------

    def _check_member(self, book, rows):
        known = self._read_member_world(book, rows)
        emails = {}
        for row in rows:
            before = len(book.issues)
            self._check_contact(book, row, known)
            first = emails.setdefault(row["email"], row.line) if row["email"] else row.line
            if first != row.line:
                book.error("member", row, "email", "email_twice", first=first)
            self._check_plan(book, row, known)
            if not any(i["level"] == "1_error" for i in book.issues[before:]):
                self._keep_member(book, row, known)

    def _read_member_world(self, book, rows):
        """READ what the lines are compared with, in a few queries for any number of lines."""
        company = book.company
        tiers = self.env["rc.tier"].search([("company_id", "=", company.id)])
        plans = self.env["product.product"].search(
            [("rc_tier_id.company_id", "=", company.id), ("default_code", "!=", False)]
        )
        keys = [self._get_member_key(row["reference"]) for row in rows]
        charges = self.env["rc.subscription.charge"].search([("key", "in", keys)])
        contacts = self.env["res.partner"].search(
            [
                ("email_normalized", "in", [row["email"] for row in rows if row["email"]]),
                ("company_id", "in", (False, company.id)),
            ]
        )
        people = contacts.ids + [partner.id for partner in book.partners.values()]
        running = self.env["rc.subscription"].search(
            [("partner_id", "in", people), ("state", "in", RUNNING)]
        )
        taken = self.env["rc.member.reference"].search(
            [("company_id", "=", company.id), ("partner_id", "in", contacts.ids)]
        )
        return {
            # several programs may use one code: without a plan it is everybody's tier or an error
            "tiers": {c: all(x.mapped("is_default")) for c, x in tiers.grouped("code").items()},
            "plans": {plan.default_code: plan for plan in plans},
            "countries": {c.code: c.id for c in self.env["res.country"].search([])},
            "languages": dict(self.env["res.lang"].get_installed()),
            "charges": {charge.key: charge for charge in charges},
            "contacts": contacts.grouped("email_normalized"),
            "running": {(s.partner_id.id, s.program_id.id): s for s in running},
            "taken": {row.partner_id.id: row.reference for row in taken},
        }

    def _get_member_key(self, reference):
        return f"golive:{self.company_id.id}:member:{reference}"

    def _check_contact(self, book, row, known):
        if row["country"] and row["country"].upper() not in known["countries"]:
            book.error("member", row, "country", "unknown_country")
        if row["language"] and row["language"] not in known["languages"]:
            book.error(
                "member", row, "language", "unknown_language", known=_join(known["languages"])
            )

    def _check_plan(self, book, row, known):
        """Errors of tier, plan and dates."""
        tier, plan = row["tier"], known["plans"].get(row["plan"])
        if tier and tier not in known["tiers"]:
            book.error("member", row, "tier", "unknown_tier", known=_join(known["tiers"]))
        if row["plan"] and not plan:
            book.error("member", row, "plan", "unknown_plan", known=_join(known["plans"]))
        elif plan and tier in known["tiers"] and plan.rc_tier_id.code != tier:
            book.error("member", row, "plan", "plan_of_other_tier", tier=plan.rc_tier_id.code)
        elif not plan and not known["tiers"].get(tier, True):
            book.error("member", row, "plan", "plan_missing")
        self._check_dates(book, row, known)

    def _check_dates(self, book, row, known):
        start, until = row["started_on"], row["paid_until"]
        is_new = self._get_member_key(row["reference"]) not in known["charges"]
        if row["plan"] and not until:
            book.error("member", row, "paid_until", "until_missing")
        elif until and not row["plan"]:
            book.error("member", row, "paid_until", "until_without_plan")
        elif until and until <= book.today and is_new:
            book.error("member", row, "paid_until", "until_past")
        if start and start > book.today and is_new:
            book.error("member", row, "started_on", "start_future")
        elif start and until and start >= until:
            book.error("member", row, "paid_until", "until_before_start")

    def _keep_member(self, book, row, known):
        """A line without errors: new, there already, or to be matched with a contact."""
        partner = book.partners.get(row["reference"])
        match = None
        if not partner:
            match = self._find_match(book, row, known)
            if match is False:
                return
        plan = known["plans"].get(row["plan"])
        charge = known["charges"].get(self._get_member_key(row["reference"]))
        decision = book.decisions.get(("member", row["reference"])) if match else None
        if plan and not charge:
            who = partner or (match if decision == "use" else None)
            running = who and known["running"].get((who.id, plan.rc_tier_id.program_id.id))
            if running:
                book.error(
                    "member",
                    row,
                    "plan",
                    "member_running",
                    name=who.name,
                    plan=running.product_id.default_code,
                )
                return
        book.line(
            "member",
            row,
            self._get_member_key(row["reference"]),
            plan.rc_tier_id.code if plan else row["tier"] or "–",
            changes=self._get_member_changes(row, partner, charge) if partner else (),
            is_known=bool(partner) and bool(charge or not plan),
            match_id=match.id if match else None,
            match=decision,
            data={"product_id": plan.id} if plan else {},
        )

    def _find_match(self, book, row, known):
        """Return the contact with this e-mail, None without one, False where that is an error."""
        contacts = known["contacts"].get(row["email"]) if row["email"] else None
        if not contacts:
            return None
        if len(contacts) > 1:
            book.error("member", row, "email", "email_many", count=len(contacts))
            return False
        if contacts.id in known["taken"]:
            book.error(
                "member",
                row,
                "email",
                "match_taken",
                name=contacts.name,
                reference=known["taken"][contacts.id],
            )
            return False
        book.question("member", row, "email", "email_known", name=contacts.name)
        return contacts

    def _get_member_changes(self, row, partner, charge):
        """Return (column, before, now) of what differs from what is known."""
        pairs = [("name", partner.name, row["name"])]
        if row["email"]:
            pairs.append(("email", email_normalize(partner.email), row["email"]))
        if charge:
            pairs += [
                ("plan", charge.opening_product_id.default_code, row["plan"]),
                ("paid_until", charge.period_end, row["paid_until"]),
            ]
            if row["started_on"]:
                started_on = charge.subscription_id.started_on
                pairs.append(("started_on", started_on, row["started_on"]))
        return [(column, before, now) for column, before, now in pairs if before != now]

    # ------------------------------------------------------------------
    # Posting
    # ------------------------------------------------------------------

    def _post_member(self, lines):
        """WRITE contacts, references and opening plans of a batch."""
        references = self.env["rc.member.reference"]
        partners = references._get_partners(self.company_id, lines.mapped("reference"))
        for line in lines.filtered(lambda x: x.match == "use"):
            partners.setdefault(line.reference, line.match_id)
        fresh = lines.filtered(lambda x: x.reference not in partners)
        countries = {c.code: c.id for c in self.env["res.country"].search([])}
        # a log of “created” on ten thousand contacts helps nobody: the line is the proof
        contacts = self.env["res.partner"].with_context(tracking_disable=True)
        made = contacts.create([_prepare_contact(line.data, countries) for line in fresh])
        partners |= {line.reference: partner for line, partner in zip(fresh, made, strict=True)}
        known = references._get_partners(self.company_id, lines.mapped("reference"))
        references.create(
            [
                {
                    "reference": line.reference,
                    "partner_id": partners[line.reference].id,
                    "company_id": self.company_id.id,
                }
                for line in lines
                if line.reference not in known
            ]
        )
        for line in lines.filtered(lambda x: x.data.get("product_id")):
            self.env["rc.subscription"].with_context(tracking_disable=True)._open(
                partners[line.reference],
                self.env["product.product"].browse(line.data["product_id"]),
                _date(line.data.get("started_on")),
                _date(line.data["paid_until"]),
                line.key,
            )

    def _read_booked_member(self):
        """READ tier → (members that are there with the plan of the file, no amount)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line."group", COUNT(*)
                  FROM rc_golive_line line
                  JOIN rc_member_reference ref
                    ON ref.company_id = line.company_id AND ref.reference = line.reference
                  LEFT JOIN rc_subscription_charge charge ON charge.key = line.key
                 WHERE line.run_id = %s AND line.kind = 'member'
                   AND charge.opening_product_id
                       IS NOT DISTINCT FROM (line.data->>'product_id')::int
                   AND charge.period_end IS NOT DISTINCT FROM (line.data->>'paid_until')::date
                 GROUP BY line."group"
                """,
                self.id,
            )
        )
        return {group: (count, Decimal(0)) for group, count in rows}


def _prepare_contact(data, countries):
    vals = {"name": data["name"], "email": data.get("email"), "phone": data.get("phone")}
    if data.get("language"):
        vals["lang"] = data["language"]
    if data.get("country"):
        vals["country_id"] = countries[data["country"].upper()]
    return vals


def _date(text):
    return fields.Date.to_date(text) if text else None
