"""``consume`` over HTTP beside Odoo's own ``POST /json/2/res.partner/read`` with an API key.

    PYTHONPATH=<odoo> python benchmarks/consume.py -c odoo.conf -d <database it may spoil>

Starts one real server with worker processes, and asks it with a few clients at once, in turns:

- ``read``: JSON-2, reads the name of one contact, authenticated by an API key;
- ``consume, same key``: uses a quota, authenticated by the same API key in the same way;
- ``consume, signed``: uses a quota, the body signed with a shared secret (what an ingest door does).

Each use has its own key, checks a quota with an amount, writes a row and a counter, and is
committed. The goal (≥ 2 × the throughput of the read) is judged on the signed one; the other shows
what the API key itself costs. The doors exist in this server only (``benchmarks/addons``).
"""

import argparse
import datetime
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import secrets
import socket
import subprocess
import sys
import threading
import time

import odoo
from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

HERE = pathlib.Path(__file__).resolve().parent
MEMBERS = 200
PLENTY = 10**8


def prepare(database):
    """Members with a daily quota they will not use up, and an API key of an administrator."""
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, odoo.SUPERUSER_ID, {})
        right = env["rc.entitlement"]._get_by_code("chat")
        stamp = secrets.token_hex(4)
        members = env["res.partner"].create(
            [{"name": f"Benchmark {stamp} {number}"} for number in range(MEMBERS)]
        )
        for member in members:
            env["rc.entitlement.grant"]._give(
                member,
                right,
                f"benchmark:{member.id}",
                PLENTY,
                per="day",
                starts_on=datetime.date(2020, 1, 1),
            )
        user = env.ref("base.user_admin")
        key = (
            env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", stamp, datetime.datetime.now() + datetime.timedelta(hours=1))
        )
        cr.commit()
        return members.ids, key


def start(arguments, port, secret):
    """Start the server; return its process once it answers."""
    paths = config["addons_path"]
    addons = ",".join([*(paths if isinstance(paths, list) else paths.split(",")),
                       str(HERE / "addons")])  # fmt: skip
    command = [
        *(sys.executable, str(HERE / "server.py"), "server"),
        *(["-c", arguments.config] if arguments.config else []),
        *("-d", arguments.database, f"--addons-path={addons}", f"--http-port={port}"),
        *(f"--gevent-port={port + 1}", f"--workers={arguments.workers}", "--max-cron-threads=0"),
        *("--load=base,web,rpc,rc_benchmark_consume", "--log-level=error", "--no-database-list"),
    ]
    process = subprocess.Popen(command, env={**os.environ, "RC_BENCHMARK_SECRET": secret})
    for _second in range(120):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/web/health")
            if connection.getresponse().status == 200:
                return process
        except OSError:
            time.sleep(1)
    process.terminate()
    raise TimeoutError("the server did not start")


def ask(port, path, body, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {content[:300]!r}")
    return content


def requests_of(members, api_key, secret):
    """Return name → function(number) giving path, body, headers."""
    bearer = {"Authorization": f"bearer {api_key}"}
    run = secrets.token_hex(4)

    def use(number, name):
        member = members[number % len(members)]
        body = {"partner": member, "code": "chat", "key": f"{run}:{name}:{number}"}
        return json.dumps(body).encode()

    def read(number):
        body = {"ids": [members[number % len(members)]], "fields": ["name"]}
        return "/json/2/res.partner/read", json.dumps(body).encode(), bearer

    def consume_key(number):
        return "/rc_benchmark/key", use(number, "key"), bearer

    def consume_signed(number):
        body = use(number, "signed")
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return "/rc_benchmark/signed", body, {"X-Signature": signature}

    return {"read": read, "consume, same key": consume_key, "consume, signed": consume_signed}


def measure(port, prepare_request, first, seconds, clients):
    """Ask for so long with so many clients; return (requests served, next number, seconds)."""
    counter, lock, failures = [first], threading.Lock(), []
    until = time.perf_counter() + seconds

    def client():
        while time.perf_counter() < until and not failures:
            with lock:
                number = counter[0]
                counter[0] += 1
            try:
                ask(port, *prepare_request(number))
            except (OSError, RuntimeError) as error:
                failures.append(error)

    begin = time.perf_counter()
    threads = [threading.Thread(target=client) for _number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return counter[0] - first, counter[0], time.perf_counter() - begin


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-c", "--config")
    parser.add_argument("-d", "--database", required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    options = ["-d", arguments.database, "--no-http", "--log-level=error"]
    config.parse_config(options + (["-c", arguments.config] if arguments.config else []))
    members, api_key = prepare(arguments.database)
    secret, port = secrets.token_hex(16), free_port()
    server = start(arguments, port, secret)
    try:
        kinds = requests_of(members, api_key, secret)
        numbers = {
            name: measure(port, kind, 0, 2, arguments.clients)[1] for name, kind in kinds.items()
        }  # caches
        served, spent = dict.fromkeys(kinds, 0), dict.fromkeys(kinds, 0.0)
        for _round in range(arguments.rounds):
            for name, kind in kinds.items():
                count, numbers[name], seconds = measure(
                    port, kind, numbers[name], arguments.seconds, arguments.clients
                )
                served[name] += count
                spent[name] += seconds
    finally:
        server.terminate()
        server.wait(30)
    rates = {name: served[name] / spent[name] for name in kinds}
    for name, rate in rates.items():
        print(f"{name:20s} {rate:7.0f} requests/s = {rate / rates['read']:.2f} × the read")


if __name__ == "__main__":
    main()
