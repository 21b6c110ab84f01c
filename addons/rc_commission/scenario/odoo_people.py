"""The people of a scenario as real contacts: roles, logins, sponsors, places, tiers, territories."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from odoo import Command, fields

from .odoo_ranks import grant_rank
from .types import AS_SPONSOR, NotAvailable, Person, Refused, Scenario

STAFF_GROUPS = ("sales_team.group_sale_salesman", "rc_membership.group_salesperson")
GIVEN_MONTHS = 1200  # a tier that people start with outlives the scenario


class People:
    """Makes contacts and finds them by the words of the file."""

    def __init__(self, env, scenario: Scenario, clock):
        self.env, self.scenario, self.clock = env, scenario, clock
        self.begin = scenario.events[0].at
        self._partners: dict[str, int] = {}
        self._teams: dict[str, int] = {}

    def __getitem__(self, person_id: str):
        """Return the contact; empty for somebody who has not signed up yet."""
        return self.env["res.partner"].browse(self._partners.get(person_id, ()))

    def find(self, partner) -> str | None:
        """Return the word of a contact."""
        return next((who for who, i in self._partners.items() if i == partner.id), None)

    def make_all(self) -> None:
        """Make everybody who is there from the beginning, those who joined first first."""
        people = [person for person in self.scenario.people if not person.signs_up]
        for joined in sorted({person.joined or self.begin for person in people}):
            self.clock.set(joined)
            self._make([p for p in people if (p.joined or self.begin) == joined])
        self.clock.set(self.begin)

    def relate_all(self) -> None:
        """Give them sponsors, places, ranks and tiers: plans must be in force by now."""
        people = [person for person in self.scenario.people if not person.signs_up]
        for person in people:
            if person.sponsor:
                self.bind(person.id, person.sponsor, person.joined or self.begin)
        for person in people:
            self._relate(person)

    def make_one(self, person: Person) -> None:
        """Make somebody who signs up now."""
        self._make([person])
        self._relate(person)

    def _make(self, people: list[Person]) -> None:
        partners = self.env["res.partner"].create([self._prepare(person) for person in people])
        for person, partner in zip(people, partners, strict=True):
            self._partners[person.id] = partner.id
            if person.role == "staff":
                self._make_user(person, partner)
            elif person.role != "member":
                partner.rc_participant_role = person.role

    def _prepare(self, person: Person) -> dict:
        vals = {
            "name": person.id,
            "email": f"{person.id}@scenario.example".lower(),
            "is_company": person.company is True,
        }
        if person.country:
            country = self.env["res.country"].search([("code", "=", person.country)])
            if not country:
                raise NotAvailable(f"the country {person.country}")
            vals["country_id"] = country.id
        vals["rc_joined_on"] = fields.Datetime.now().date()  # the clock stands at it
        return vals

    def _make_user(self, person: Person, partner) -> None:
        """Staff log in to the back office."""
        groups = [self.env.ref(name).id for name in STAFF_GROUPS]
        user = self.env["res.users"].create(
            {
                "login": f"{person.id}@{self.env.company.id}.scenario",
                "partner_id": partner.id,
                "company_id": self.env.company.id,
                "company_ids": [Command.set(self.env.company.ids)],
                "group_ids": [Command.set(groups + self.env.ref("base.group_user").ids)],
            }
        )
        if person.team:
            team = self.env["crm.team"].browse(self._get_team(person.team))
            self.env["crm.team.member"].create({"crm_team_id": team.id, "user_id": user.id})

    def _get_team(self, name: str) -> int:
        if name not in self._teams:
            values = {"name": name, "company_id": self.env.company.id}
            self._teams[name] = self.env["crm.team"].create(values).id
        return self._teams[name]

    def _relate(self, person: Person) -> None:
        """Give somebody what refers to others: place, parent, manager, territory, ranks, tier."""
        partner = self[person.id]
        joined = person.joined or self.begin
        if isinstance(person.company, str):
            partner.parent_id = self[person.company]
        if person.parent:
            partner.rc_parent_id = self[person.parent]
        if person.manager:
            partner.user_id = self[person.manager].user_ids[:1]
        if person.team and person.role != "staff":
            raise NotAvailable("a sales team of somebody who is not staff")
        if person.training:
            partner.rc_training_ids = self._get_trainings(person.training)
        if not person.kyc:
            raise NotAvailable("a person without KYC")
        if person.route != "bill":
            raise NotAvailable(f"the route {person.route}")
        if person.region:
            self.set_region(person.id, person.region)
        if person.placement != AS_SPONSOR or person.side:
            self._place(person, joined.date())
        for ladder, rank in person.ranks.items():
            self.grant_rank(person.id, ladder, rank, joined.date())
        if person.tier:
            self._give_tier(person, joined.date())

    # ------------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------------

    def bind(self, member: str, sponsor: str, at: datetime) -> None:
        self.env["rc.sponsor.edge"]._bind(self[member], self[sponsor], at)

    def _place(self, person: Person, on: date) -> None:
        under = person.sponsor if person.placement == AS_SPONSOR else person.placement
        parent = self[under] if under else self.env["res.partner"]
        self.env["rc.placement.edge"]._place(self[person.id], parent, on, person.side, "scenario")

    def grant_rank(self, who: str, ladder: str, rank: str, on: date) -> None:
        grant_rank(self.env, self[who], ladder, rank, on)

    def set_region(self, who: str, region: Mapping[str, str]) -> None:
        """A partner owns the territories; others have their goods shipped there."""
        regions = self.get_regions(region)
        if self.scenario.person(who).role == "partner":
            owned = self.env["rc.region"].search([("owner_id", "=", self[who].id)])
            (owned - regions).owner_id = False
            regions.owner_id = self[who]
        else:
            self[who].rc_region_ids = regions

    def get_regions(self, region: Mapping[str, str]):
        """Return the territories of these names; they are made when first heard of."""
        found = self.env["rc.region"]
        for level, code in region.items():
            domain = [
                ("level", "=", level),
                ("code", "=", code),
                ("company_id", "=", self.env.company.id),
            ]
            known = self.env["rc.region"].search(domain, limit=1)
            found |= known or self.env["rc.region"].create(
                {"name": code, "code": code, "level": level, "company_id": self.env.company.id}
            )
        return found

    def _get_trainings(self, codes: Collection[str]):
        trainings = self.env["rc.training"]
        known = trainings.search([("code", "in", list(codes))])
        missing = [code for code in codes if code not in known.mapped("code")]
        return known | trainings.create([{"name": code, "code": code} for code in missing])

    def _give_tier(self, person: Person, on: date) -> None:
        """An invoice over nothing for a very long membership: what a free member gets."""
        if person.tier == "free":
            return
        product = self.env["product.product"].search(
            [("default_code", "=", f"{person.tier}-month")]
        )
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self[person.id].id,
                "invoice_date": on,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": GIVEN_MONTHS,
                            "price_unit": 0,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        invoice._rc_ensure_charges()
        if self[person.id].rc_tier_id.code != person.tier:
            raise Refused("not_eligible", f"{person.id} could not be given the tier {person.tier}")

    # ------------------------------------------------------------------
    # Codes
    # ------------------------------------------------------------------

    def get_code(self, text: str, partner=None):
        """Return the code a member types; ``@ann`` is ann's own.

        :raise CodeError: the code is refused
        """
        owner = self[text.removeprefix("@")] if text.startswith("@") else None
        if owner:
            owner._rc_ensure_code()
            text = owner._rc_get_main_code().code
        return self.env["rc.code"]._resolve(text, partner=partner)
