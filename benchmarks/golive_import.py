"""How long a go-live import takes, and that one that was killed goes on where it was.

    PYTHONPATH=<odoo> python benchmarks/golive_import.py -c odoo.conf -d <database> [--members 10000]

The database has rc_membership; what is imported stays in it: use a copy. A tenth of the members, then
all of them (others each time), each with a plan and a points balance, in one run with progress. The
second run is killed (SIGKILL) in the middle and started again. Goals: the ratio of the two times at
most 12, the totals agree, nobody is there twice.
"""

import argparse
import base64
import os
import signal
import time
import uuid

import odoo
from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

HEAD = "reference,name,email,phone,country,language,tier,plan,paid_until,started_on"
POINTS = "reference,program,points,nature,expires_on"


def make_run(env, count):
    """A checked import of ``count`` members, each with a plan and points."""
    mark = uuid.uuid4().hex[:8]
    members, points = [HEAD], [POINTS]
    for number in range(count):
        name = f"{mark}-{number}"
        members.append(
            f"{name},会员 {name},{name}@golive.example,+86 {number},CN,,pro,pro-month,2099-05-31,2025-01-31"
        )
        points.append(f"{name},,{number % 900 + 100},earned,")
    files = {
        "member_file": base64.b64encode("\n".join(members).encode()),
        "points_file": base64.b64encode("\n".join(points).encode()),
    }
    run = env["rc.golive.run"].create({"name": f"benchmark {mark}", **files})
    begin = time.perf_counter()
    run.action_check()
    checking = time.perf_counter() - begin
    assert not run.error_count, run.issue_ids[:3].mapped("message")
    run.action_start()
    return run, checking


def work(database, run_id):
    """What the cron does; its own process, so that it can be killed."""
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, odoo.SUPERUSER_ID, {})
        env["rc.golive.run"].browse(run_id)._cron_post()


def start(database, run_id):
    odoo.sql_db.close_all()
    child = os.fork()
    if child:
        return child
    work(database, run_id)
    os._exit(0)


def progress(database, run_id):
    with Registry(database).cursor() as cr:
        run = api.Environment(cr, odoo.SUPERUSER_ID, {})["rc.golive.run"].browse(run_id)
        return run.todo_count, run.progress


def measure(database, count, kill_at=None):
    """Return seconds of the check and of the posting (a killed part counts too)."""
    with Registry(database).cursor() as cr:
        run, checking = make_run(api.Environment(cr, odoo.SUPERUSER_ID, {}), count)
        run_id = run.id
        cr.commit()
    begin = shown = time.perf_counter()
    child = start(database, run_id)
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(1)
        if time.perf_counter() - shown > 20:
            shown = time.perf_counter()
            todo, percent = progress(database, run_id)
            print(
                f"      {percent:5.1f} % in {shown - begin:6.1f} s, {todo} lines to do", flush=True
            )
            if kill_at and percent >= kill_at:
                kill_at = None
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                print("      killed, and started again", flush=True)
                child = start(database, run_id)
    posting = time.perf_counter() - begin
    with Registry(database).cursor() as cr:
        run = api.Environment(cr, odoo.SUPERUSER_ID, {})["rc.golive.run"].browse(run_id)
        assert run.state == "done" and run.is_reconciled, (run.state, run.total_ids.read())
        names = len(set(run.line_ids.filtered(lambda x: x.kind == "member").mapped("reference")))
        found = run.env["res.partner"].search_count(
            [("email", "like", f"{run.name.split()[1]}-%@golive.example")]
        )
        assert names == found == count, (names, found)
    return checking, posting


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-c", "--config")
    parser.add_argument("-d", "--database", required=True)
    parser.add_argument("--members", type=int, default=10_000)
    arguments = parser.parse_args()
    options = ["-d", arguments.database, "--no-http", "--log-level=error"]
    config.parse_config(options + (["-c", arguments.config] if arguments.config else []))
    Registry(arguments.database)
    measure(arguments.database, 10)  # caches
    times = []
    for count, kill_at in ((arguments.members // 10, None), (arguments.members, 40)):
        checking, posting = measure(arguments.database, count, kill_at)
        times.append(posting)
        print(
            f"{count:6d} members and balances: checked in {checking:.1f} s, posted in {posting:.1f} s"
        )
    print(f"ratio {times[1] / times[0]:.1f} (goal 12)")


if __name__ == "__main__":
    main()
