"""Scenario files: all in one process, on a copy of a database that has no demo data."""

import json
import os
import pathlib
import subprocess

from .. import addons, databases, paths, ui
from . import outcome

FOLDER = paths.ROOT / "tests" / "scenarios"
COMMAND = paths.ADDONS / "rc_commission" / "cli" / "scenario.py"


def _template(store, among):
    """The addon with the most of ours below it, installed alone: no demo data, most events."""
    most = max(among, key=lambda addon: len(addons.closure(addon, among)))
    return store.alone(most, among)


def _execute(store, database, arguments, **options):
    runner = store.runner
    command = runner.command("scenario", "-d", database, *arguments)
    return subprocess.run(
        [str(part) for part in command],
        cwd=paths.ROOT,
        env={**os.environ, **runner.env, "ODOO_RC": str(runner.conf)},
        stdin=subprocess.DEVNULL,
        check=False,
        **options,
    )


def step(store, among, results):
    """Run every file of tests/scenarios; those on the waiting list count as skipped."""
    if not COMMAND.exists() or not FOLDER.is_dir():
        return outcome.Outcome(note="no scenarios")
    told = results / "scenarios.json"
    with store.working_copy(_template(store, among), "scenarios") as database:
        with told.open("w", encoding="utf-8") as handle:
            arguments = ["--json", FOLDER]
            done = _execute(store, database, arguments, stdout=handle, stderr=ui.current_log())
    return _read(told, done.returncode)


def _read(told, code):
    """The outcome that a run told; a run that broke off is one failure."""
    try:
        files = json.loads(told.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        return outcome.failed(f"scenarios: the command ended with exit code {code}")
    found = outcome.Outcome()
    for file in files:
        name = pathlib.Path(file["file"]).name
        if file["result"] == "waits":
            found += outcome.skipped(name, f"waits for “{file['waits_for']}”")
        elif file["result"] == "passed":
            found += outcome.passed()
        else:
            found += outcome.failed(f"scenario {name}")
            ui.say(json.dumps(file, ensure_ascii=False, indent=2))
    return found


def in_foreground(files, rest):
    """Run files in this terminal, for ``make scenario``."""
    if not COMMAND.exists():
        raise ui.RcError("rc_commission has no `scenario` command in this checkout")
    if not files:
        raise ui.RcError("name a scenario file: `make scenario FILE=tests/scenarios/x.yaml`")
    missing = [name for name in files if not pathlib.Path(name).exists()]
    if missing:
        raise ui.RcError(f"there is no file {', '.join(missing)}")
    paths_ = [str(pathlib.Path(name).absolute()) for name in files]
    with databases.Store() as store:
        with store.working_copy(_template(store, addons.ordered()), "scenario") as database:
            return _execute(store, database, [*rest, *paths_]).returncode
