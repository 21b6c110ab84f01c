"""The steps of ``make test``; each returns its outcome."""

import pathlib
import re
import subprocess
import tempfile

from .. import addons, odoo, paths, process, ui
from . import browser, kernel, lanes, lint, outcome, pytests, scenarios

LAST_GREEN = paths.ROOT / ".ci" / "last_green"
UNINSTALL = pathlib.Path(__file__).parents[1] / "scripts" / "uninstall.py"
RACES = paths.ROOT / "tests" / "races"

# seeds × steps of the state machine against its reference
MACHINE_NIGHTLY = {"RC_MACHINE_SEEDS": "50", "RC_MACHINE_STEPS": "2000"}

# everything in the public schema that an addon may leave behind
SCHEMA = """
    SELECT 'table ' || relname FROM pg_class
     WHERE relkind IN ('r', 'v', 'm') AND relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""

# what says that an addon is not wholly uninstalled
REMAINS = """
    SELECT 'state ' || state FROM ir_module_module WHERE name = '{0}' AND state <> 'uninstalled'
    UNION ALL
    SELECT 'record ' || name FROM ir_model_data WHERE module = '{0}'
"""


class Steps:
    """All steps over one store of databases."""

    def __init__(self, store, results, rest, rounds, is_nightly=False):
        self.store = store
        self.results = results
        self.rest = rest
        self.rounds = rounds
        self.is_nightly = is_nightly
        self.among = addons.ordered()

    def all(self):
        """The steps, those that others wait for first."""
        yield lanes.Step("kernel", self.kernel, is_pytest=True)
        yield lanes.Step("full", self.full)
        for addon in self.among:
            work = _bound(self.alone, addon)
            yield lanes.Step(f"{addon.name} alone", work, addon=addon.name, is_pytest=True)
        yield lanes.Step("scenarios", self.scenarios)
        yield self._on_full_step("security")
        yield lanes.Step("upgrade", self.upgrade, needs=("full",))
        yield lanes.Step("tours", self.tours, needs=("full",), is_pytest=True)
        yield lanes.Step("races", self.races, needs=("full",), is_pytest=True)
        # the short ones last: no lane stands idle for long
        yield lanes.Step("uninstall", self.uninstall)
        yield self._on_full_step("stories")
        yield lanes.Step("lint", lint.on_copy)

    def _on_full_step(self, name):
        work = _bound(self.on_full, name, [f"tests/{name}"])
        return lanes.Step(name, work, needs=("full",), is_pytest=True)

    # -------------------------------------------------------------- without a database

    def kernel(self):
        """Kernel and layer tests; at night the long stories of the state machine too."""
        python = self.store.environment.python
        return pytests.plain(
            python,
            kernel.targets(),
            self._junit("kernel"),
            "kernel",
            options=self.rest,
            env={**kernel.env(), **(MACHINE_NIGHTLY if self.is_nightly else {})},
        )

    # -------------------------------------------------------------- one addon

    def alone(self, addon):
        """Install one addon on its own dependencies, then run its tests there."""
        template = self.store.alone(addon, self.among)
        title = f"{addon.name} alone"
        tests = addon.folder / "tests"
        found = outcome.passed() if not self.rest else outcome.Outcome()
        if not tests.is_dir():
            return found + outcome.Outcome(note="no tests")
        options = [f"--ignore={tests / 'kernel'}", "--ignore-glob=*/test_tour*", *self.rest]
        with self.store.working_copy(template, addon.name) as database:
            junit = self._junit(title)
            return found + pytests.on_database(
                self.store, database, [tests], junit, title, options=options
            )

    def scenarios(self):
        """Every scenario file, on real records and on the engine alone."""
        return scenarios.step(self.store, self.among, self.results)

    def uninstall(self):
        """Uninstall every addon, the topmost first; with empty ledgers nothing may stay behind."""
        depended_on = {name for addon in self.among for name in addon.depends}
        found, done = outcome.Outcome(), set()
        tops = [addon for addon in self.among if addon.name not in depended_on]
        # the longest chain first: it is the one that is seen to leave nothing at all
        tops.sort(key=lambda addon: len(addons.closure(addon, self.among)), reverse=True)
        for top in tops:
            chain = [
                a.name for a in reversed(addons.closure(top, self.among)) if a.name not in done
            ]
            found += self._uninstall_chain(top, chain)
            done.update(chain)
        return found

    def _uninstall_chain(self, top, chain):
        """Uninstall the addons one after the other on a copy where the first stands alone."""
        template = self.store.alone(top, self.among)
        before = self._names(self.store.dependencies_of(top, self.among), SCHEMA)
        found = outcome.Outcome()
        with self.store.working_copy(template, f"{top.name}_uninstall") as database:
            names = ",".join(chain)
            failure = f"{names} cannot be uninstalled"
            self.store.runner.script(database, UNINSTALL, failure=failure, RC_MODULES=names)
            for name in chain:
                left = self._names(database, REMAINS.format(name))
                ui.say(f"{name} leaves {left}")
                found += outcome.failed(f"{name} leaves {left}") if left else outcome.passed()
            is_whole_chain = len(chain) == len(addons.closure(top, self.among))
            left = self._names(database, SCHEMA) - before
            if is_whole_chain and left:
                found += outcome.failed(f"uninstalling all leaves {', '.join(sorted(left))}")
        return found

    def _names(self, database, sql):
        return {row[0] for row in self.store.server.query(sql, database)}

    # -------------------------------------------------------------- all addons

    def full(self):
        """Install all addons with demo data."""
        self.store.full()
        return outcome.passed()

    def on_full(self, title, targets, env=None):
        """Odoo tests on a copy of the full database."""
        targets = [target for target in targets if (paths.ROOT / target).exists()]
        if not targets:
            return outcome.Outcome(note="no tests")
        with self.store.working_copy(self.store.full(), title) as database:
            junit = self._junit(title)
            return pytests.on_database(
                self.store, database, targets, junit, title, options=self.rest, env=env
            )

    def tours(self):
        """Browser tours; without a Chromium each is skipped by name."""
        found = sorted(paths.ADDONS.glob("*/tests/test_tour*.py"))
        targets = [str(path.relative_to(paths.ROOT)) for path in found]
        with tempfile.TemporaryDirectory(
            prefix="rc-browser-", ignore_cleanup_errors=True
        ) as folder:
            env = browser.env(folder, self.store.runner.env.get("PATH"))
            return self.on_full("tours", [*targets, "tests/tours"], env)

    def races(self):
        """Races between processes, on a copy they may spoil; they load Odoo themselves."""
        if not RACES.is_dir():
            return outcome.Outcome(note="no tests")
        with self.store.working_copy(self.store.full(), "races") as database:
            env = pytests.database_env(self.store, database)
            env["RC_RACE_ROUNDS"] = str(self.rounds)
            python, junit = self.store.environment.python, self._junit("races")
            return pytests.plain(python, [RACES], junit, "races", options=self.rest, env=env)

    def upgrade(self):
        """Install the code of the last green commit, update it to ours all together."""
        commit = LAST_GREEN.read_text().strip() if LAST_GREEN.exists() else ""
        if not re.fullmatch(r"[0-9a-f]{40}", commit):
            return outcome.skipped("upgrade", "no commit in .ci/last_green yet")
        git = ["git", "-C", str(paths.ROOT)]
        if subprocess.run([*git, "cat-file", "-e", f"{commit}^{{commit}}"], check=False).returncode:
            return outcome.skipped("upgrade", f"commit {commit[:10]} is not in this clone")
        old = paths.folder(paths.cache() / "old-code" / commit)
        archive = ["bash", "-c", 'git -C "$0" archive "$1" addons | tar -x -C "$2"']
        failure = f"the code of {commit[:10]} could not be unpacked"
        process.run([*archive, paths.ROOT, commit, old], failure=failure)
        old_addons = addons.ordered(old / "addons")
        if not old_addons:
            return outcome.skipped("upgrade", f"{commit[:10]} has no addons")
        return self._update_all(self.store.full(old / "addons"), old_addons, commit)

    def _update_all(self, template, old_addons, commit):
        names = [a.name for a in self.among if not a.is_automatic]
        known = {addon.name for addon in old_addons}
        failure = f"the update from {commit[:10]} failed"
        with self.store.working_copy(template, "upgrade") as database:
            log = self.results / "upgrade_odoo.log"
            log.write_text("")
            arguments = ["-u", ",".join(known.intersection(names)), f"--logfile={log}"]
            new = [name for name in names if name not in known]
            install = ["-i", ",".join(new)] if new else []
            runner = self.store.runner
            runner.run(database, *arguments, *install, "--with-demo", failure=failure)
            odoo.check_log(log, failure)
        return outcome.passed()

    # -------------------------------------------------------------- helpers

    def _junit(self, title):
        return self.results / f"{title.replace(' ', '_')}.xml"


def _bound(function, *arguments):
    return lambda: function(*arguments)
