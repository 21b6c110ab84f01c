import base64
from datetime import timedelta

from odoo import api, fields, models

# reference, name, tier, plan, days paid ahead, points
_MEMBERS = [
    ("OLD-1", "Grace Okafor", "premium", "premium-month", 12, 1200),
    ("OLD-2", "林小雨", "pro", "pro-year", 190, 350),
    ("OLD-3", "Ravi Menon", "free", "", 0, 80),
]


class RcDemo(models.AbstractModel):
    _inherit = "rc.demo"

    @api.model
    def _tell_golive(self):
        """Members, tiers and points of the app that was used before."""
        if self.env["rc.golive.run"].search_count([], limit=1):
            return
        today = fields.Date.context_today(self)
        members = ["reference,name,email,tier,plan,paid_until,started_on"]
        points = ["reference,program,points,nature,expires_on"]
        for reference, name, tier, plan, days, amount in _MEMBERS:
            until = today + timedelta(days=days) if plan else ""
            since = today - timedelta(days=400) if plan else ""
            email = f"{reference.lower()}@example.com"
            members.append(f"{reference},{name},{email},{tier},{plan},{until},{since}")
            points.append(f"{reference},,{amount},earned,")
        self._import("Members of the former app", member=members, points=points)

    @api.model
    def _tell_golive_faults(self):
        """A list that was only checked: what is wrong with it stands beside each line."""
        name = "List of the workshop in spring"
        runs = self.env["rc.golive.run"]
        if runs.search_count([("name", "=", name)], limit=1):
            return
        lines = [
            "reference,name,email,tier,plan,paid_until,started_on",
            "WS-1,Lina Haddad,lina.haddad@example.com,pro,pro-month,2020-02-30,",
            "WS-2,Oskar Lind,oskar.lind@example.com,diamond,,,",
            "WS-3,,no-name@example.com,free,,,",
            "WS-4,何静,he.jing@example.com,free,,,",
        ]
        # demo: the program manager uploads the list, as in life
        manager = self.env.ref("rc_membership.user_manager")
        run = runs.with_user(manager).create(
            {
                "name": name,
                "member_file": base64.b64encode("\n".join(lines).encode()),
                "member_filename": "workshop.csv",
            }
        )
        run.action_check()

    @api.model
    def _import(self, name, **files):
        """Check and post files given as lists of lines, as a program manager does."""
        manager = self.env.ref("rc_membership.user_manager")
        run = (
            self.env["rc.golive.run"]
            .with_user(manager)
            .create(
                {
                    "name": name,
                    **{
                        f"{kind}_file": base64.b64encode("\n".join(lines).encode())
                        for kind, lines in files.items()
                    },
                    **{f"{kind}_filename": f"{kind}.csv" for kind in files},
                }
            )
        )
        run.action_check()
        run.action_match_all()
        self._confirm_import(run)
        run.action_start()
        run = run.sudo()  # posting is the cron's, which works for the system
        while lines := run._get_next_lines():
            run._work(lines)
        run._finish(fields.Datetime.now())

    @api.model
    def _confirm_import(self, run):
        """What else must be decided before the start; extended by addons."""
