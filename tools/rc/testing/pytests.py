"""Running pytest: without Odoo, or with pytest-odoo on a database."""

import os
import subprocess

from .. import paths, ui
from . import outcome

BASE = ("-m", "pytest", "-p", "no:cacheprovider", "-q", "--color=no")


def _execute(command, env, junit, title):
    log = ui.current_log()
    junit.parent.mkdir(parents=True, exist_ok=True)
    junit.unlink(missing_ok=True)
    command = [str(part) for part in (*command, f"--junitxml={junit}")]
    ui.say(f"$ {' '.join(command)}")
    done = subprocess.run(
        command,
        cwd=paths.ROOT,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return outcome.from_junit(junit, title, done.returncode)


def plain(python, targets, junit, title, *, options=(), env=None):
    """Pytest without the Odoo plugin."""
    command = [python, *BASE, "-p", "no:odoo", *options, *targets]
    return _execute(command, {"PYTHONPATH": "", **(env or {})}, junit, title)


def on_database(store, database, targets, junit, title, *, options=(), env=None):
    """Pytest with Odoo loaded on the database, and its HTTP server running."""
    runner = store.runner
    odoo = [f"--odoo-config={runner.conf}", f"--odoo-database={database}", "--odoo-http"]
    command = [runner.python, *BASE, *odoo, *options, *targets]
    return _execute(command, {**database_env(store, database), **(env or {})}, junit, title)


def database_env(store, database):
    """What a test needs to find its database, its server and its files from a new process."""
    return {
        **store.runner.env,
        "RC_DATABASE": database,
        "RC_DATA_DIR": str(store.data),
        "ODOO_RC": str(store.runner.conf),
    }
