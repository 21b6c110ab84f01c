"""``/ref/<code>`` beside Odoo's own short links ``/r/<code>``, many visitors at once.

    PYTHONPATH=<odoo> python benchmarks/referral_links.py -c odoo.conf -d <database it may spoil>

Starts one real server with worker processes. Each request is a new visitor on a phone, who does not
follow the redirect; both kinds are asked in turns, each over several links. What is counted: redirects
served, refusals and errors, and that every click of ours became a touch. The goal: not slower, no errors.
"""

import argparse
import http.client
import os
import pathlib
import secrets
import subprocess
import sys
import threading
import time

from consume import free_port

import odoo
from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

HERE = pathlib.Path(__file__).resolve().parent
LINKS = 20
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile"


def prepare(database):
    """Return the paths of both kinds, and how many touches there are."""
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, odoo.SUPERUSER_ID, {})
        env["website"].search([]).cookies_bar = False
        stamp = secrets.token_hex(4)
        owners = env["res.partner"].create([{"name": f"Links {n}"} for n in range(LINKS)])
        codes = owners._rc_ensure_code()
        links = env["link.tracker"].create(
            [{"url": f"/shop?link={stamp}{n}", "title": f"Links {n}"} for n in range(LINKS)]
        )
        cr.commit()
        paths = {
            "/r/": [f"/r/{link.code}" for link in links],
            "/ref/": [f"/ref/{code.code}" for code in codes],
        }
        return paths, env["rc.touch"].search_count([])


def count_touches(database):
    with Registry(database).cursor() as cr:
        cr.execute("SELECT COUNT(*) FROM rc_touch")
        return cr.fetchone()[0]


def start(arguments, port):
    """Start the server; return its process once it answers."""
    command = [
        *(sys.executable, str(HERE / "server.py"), "server"),
        *(["-c", arguments.config] if arguments.config else []),
        *("-d", arguments.database, f"--http-port={port}", f"--gevent-port={port + 1}"),
        *(f"--workers={arguments.workers}", "--max-cron-threads=0", "--log-level=error"),
    ]
    process = subprocess.Popen(command, env=os.environ)
    for _second in range(180):
        try:
            if ask(port, "/web/health") == 200:
                return process
        except OSError:
            time.sleep(1)
    process.terminate()
    raise TimeoutError("the server did not start")


def ask(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers={"User-Agent": PHONE})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def measure(port, paths, seconds, clients):
    """Ask for so long with so many clients; return (redirects, errors, seconds, slowest)."""
    until = time.perf_counter() + seconds
    counts, lock = {"served": 0, "errors": 0, "slowest": 0.0}, threading.Lock()

    def client(number):
        while time.perf_counter() < until:
            begin = time.perf_counter()
            try:
                is_served = ask(port, paths[number % len(paths)]) in (301, 302, 303)
            except OSError:
                is_served = False
            with lock:
                counts["served" if is_served else "errors"] += 1
                counts["slowest"] = max(counts["slowest"], time.perf_counter() - begin)

    begin = time.perf_counter()
    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts["served"], counts["errors"], time.perf_counter() - begin, counts["slowest"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-c", "--config")
    parser.add_argument("-d", "--database", required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    options = ["-d", arguments.database, "--no-http", "--log-level=error"]
    config.parse_config(options + (["-c", arguments.config] if arguments.config else []))
    paths, before = prepare(arguments.database)
    port = free_port()
    server = start(arguments, port)
    try:
        warm = sum(
            measure(port, found, 3, 4)[0] for name, found in paths.items() if name == "/ref/"
        )
        measure(port, paths["/r/"], 3, 4)  # caches of both
        served, errors = dict.fromkeys(paths, 0), dict.fromkeys(paths, 0)
        spent, slowest = dict.fromkeys(paths, 0.0), dict.fromkeys(paths, 0.0)
        for _round in range(arguments.rounds):
            for name, found in paths.items():
                count, wrong, seconds, worst = measure(
                    port, found, arguments.seconds, arguments.clients
                )
                served[name] += count
                errors[name] += wrong
                spent[name] += seconds
                slowest[name] = max(slowest[name], worst)
    finally:
        server.terminate()
        server.wait(30)
    rates = {name: served[name] / spent[name] for name in paths}
    for name, rate in rates.items():
        print(
            f"{name:6s} {rate:6.1f} redirects/s = {rate / rates['/r/']:.2f} x /r/, "
            f"{errors[name]} errors, slowest {slowest[name]:.1f} s"
        )
    kept = count_touches(arguments.database) - before
    print(f"clicks of /ref/ that were redirected: {served['/ref/'] + warm}, touches kept: {kept}")


if __name__ == "__main__":
    main()
