"""Separate OS processes on one committed database, released together by a barrier.

Odoo's own test classes serialize requests on one connection and cannot see a race. Here each worker
is a process with a connection of its own, forked from one that has loaded the registry, so fifty of
them start in a second. A task is ``(function name in tests.races.tasks, arguments)``.
"""

import gc
import multiprocessing
import os
import signal
import traceback

from odoo import sql_db
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import config

DATABASE = os.environ.get("RC_DATABASE", "")
ROUNDS = int(os.environ.get("RC_RACE_ROUNDS", "20"))
TIMEOUT = 120  # seconds for one round

_fork = multiprocessing.get_context("fork")


def _configure():
    """Tell Odoo which database and addons there are, so that ``odoo.addons.rc_*`` can be imported."""
    if not DATABASE:
        raise RuntimeError("races need RC_DATABASE, the name of a database they may spoil")
    arguments = ["-d", DATABASE, "--log-level=critical"]
    if data_dir := os.environ.get("RC_DATA_DIR"):
        arguments.append(f"--data-dir={data_dir}")
    config.parse_config(arguments)


_configure()


def load():
    """Return the registry of the scratch database, loaded in this process."""
    return Registry(DATABASE)


def forked(target, *args):
    """Start a process that shares no connection with this one."""
    load()
    sql_db.close_all()
    process = _fork.Process(target=target, args=args, daemon=True)
    process.start()
    return process


def _work(connection, barrier):
    """A worker's life: wait for tasks, line up with the others, run, answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from . import tasks

    while (task := connection.recv()) is not None:
        name, args, crowd = task
        try:
            barrier(crowd)
            connection.send(("done", getattr(tasks, name)(*args)))
        except UserError as error:
            connection.send(("refused", str(error)))
        except Exception as error:  # an answer, whatever it is: the test judges it
            code = getattr(error, "code", None)
            text = traceback.format_exc() if not isinstance(code, str) else code
            connection.send(("refused" if isinstance(code, str) else "failed", text))


class _Gate:
    """A barrier for the first ``crowd`` workers of a round."""

    def __init__(self):
        self._condition = _fork.Condition()
        self._waiting = _fork.Value("i", 0, lock=False)
        self._round = _fork.Value("i", 0, lock=False)

    def __call__(self, crowd):
        with self._condition:
            mine = self._round.value
            self._waiting.value += 1
            if self._waiting.value == crowd:
                self._waiting.value = 0
                self._round.value += 1
                self._condition.notify_all()
            while self._round.value == mine:
                self._condition.wait(TIMEOUT)


class Pool:
    """Workers that live for the whole test run."""

    def __init__(self, size):
        load()
        gc.collect()
        gc.freeze()  # the workers share what is loaded; do not touch it
        gate = _Gate()
        self._workers = []
        for _number in range(size):
            ours, theirs = _fork.Pipe()
            self._workers.append((forked(_work, theirs, gate), ours))

    def race(self, tasks):
        """Run the tasks at once, one per worker; return their answers in the order of the tasks."""
        crowd = list(zip(self._workers, tasks, strict=False))
        if len(crowd) < len(tasks):
            raise ValueError(f"{len(tasks)} tasks for {len(self._workers)} workers")
        for (_process, connection), (name, *args) in crowd:
            connection.send((name, args, len(crowd)))
        answers = []
        for (process, connection), (name, *_args) in crowd:
            if not connection.poll(TIMEOUT):
                raise TimeoutError(f"{name} in process {process.pid} did not answer")
            answers.append(connection.recv())
        return answers

    def close(self):
        for process, connection in self._workers:
            connection.send(None)
            process.join(5)
            if process.is_alive():
                process.kill()
