"""Template databases, so that no test and no ``make up`` installs what was installed before.

Names say what is in them, with a key of all that went in:

``deps_<key>``  Odoo with some modules, without demo data; built on the largest smaller one
``demo_<key>``  the same, ready for the demo data of our addons
``inst_<addon>_<key>``  one of our addons alone on its dependencies, without demo data
``full_<key>``  all our addons with demo data, web assets made
``work_<checkout>_<pid>_<what>``  a copy somebody works on; dropped at the end

A database gets its final name when it is complete, so a broken build leaves nothing usable behind.
"""

import contextlib
import os
import pathlib
import shutil

from . import addons as addons_
from . import downloads, locks, odoo, paths, postgres, process, project, ui

LAYOUT = "1"  # raise it when the way of building changes
KEEP = {"deps": 12, "demo": 3, "full": 4, "inst": 2}
WARM_ASSETS = pathlib.Path(__file__).parent / "scripts" / "warm_assets.py"


def copy_tree(source, target):
    """Copy a filestore; its files never change, so hard links do where the disk allows."""
    shutil.rmtree(target, ignore_errors=True)
    if not source.is_dir():
        return
    try:
        shutil.copytree(source, target, copy_function=os.link)
    except (OSError, shutil.Error):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)


class Store:
    """The test cluster and the databases in it."""

    def __init__(self):
        self.environment = downloads.ensure()
        self.server = postgres.testing(self.environment.postgres_binaries)
        self.data = paths.folder(paths.cache() / "test-data")
        self.runner = self.runner_for(paths.ADDONS)
        self._users = None

    def runner_for(self, root):
        """A runner whose addons are in the folder."""
        name = paths.digest(root, self.environment.key)
        conf = paths.cache() / "conf" / f"{name}.conf"
        return odoo.prepare(self.server, self.data, conf, addons=root)

    def __enter__(self):
        with locks.exclusive("test-cluster"):
            self._users = locks.Shared("test-cluster-users")
            self.server.start()
        self._drop_leftovers()
        return self

    def __exit__(self, *_error):
        self._collect_garbage()
        with locks.exclusive("test-cluster"):
            if self._users.is_last():
                self._drop_drafts()
                self.server.stop()
            self._users.close()

    # -------------------------------------------------------------- copies

    @contextlib.contextmanager
    def working_copy(self, template, what):
        """A copy of the template to work on, dropped afterwards (kept with RC_KEEP=1)."""
        name = f"work_{paths.CHECKOUT_ID}_{os.getpid()}_{what}"
        self.copy(template, name)
        try:
            yield name
        finally:
            if not os.environ.get("RC_KEEP"):
                self.drop(name)

    def copy(self, source, target):
        """Copy a database with its filestore."""
        self.drop(target)
        self.server.create(target, source)
        copy_tree(self.runner.filestore(source), self.runner.filestore(target))

    def drop(self, database):
        """Remove a database with its filestore."""
        self.server.drop(database)
        shutil.rmtree(self.runner.filestore(database), ignore_errors=True)

    # -------------------------------------------------------------- templates

    def _built(self, name, source, build):
        """Return the template, building it from the source when it is not there."""
        mark = paths.folder(paths.cache() / "used") / name
        with locks.exclusive(name):
            if name not in self.server.databases():
                with ui.progress(f"building database {name}"):
                    self._build(name, source, build)
            mark.touch()
        return name

    def _build(self, name, source, build):
        draft = f"draft_{name}"
        self.copy(source, draft)
        build(draft)
        self.server.rename(draft, name)
        files, target = self.runner.filestore(draft), self.runner.filestore(name)
        shutil.rmtree(target, ignore_errors=True)  # of a database that was lost with its server
        if files.exists():
            files.rename(target)

    def _install(self, runner, modules, *options):
        """A build step: install modules, and accept no complaint in the log."""

        def build(database):
            failure = f"installing {', '.join(sorted(modules))} failed"
            log = paths.folder(paths.cache() / "logs") / f"{database}.log"
            log.write_text("")
            arguments = ["-i", ",".join(sorted(modules)), f"--logfile={log}", *options]
            try:
                runner.run(database, *arguments, failure=failure)
            except ui.RcError:
                ui.say(process.tail(log.read_text(errors="replace")))
                raise
            odoo.check_log(log, failure)

        return build

    def _key(self, *parts):
        return paths.digest(LAYOUT, self.runner.source.version, self.environment.key, *parts)

    def dependencies(self, modules, among=()):
        """The template with these Odoo modules; ``among`` are sets that may be built on."""
        modules = frozenset(modules) | {"base"}
        name = f"deps_{self._key(*sorted(modules))}"
        smaller = [frozenset(m) | {"base"} for m in among]
        largest = max((m for m in smaller if m < modules), key=len, default=frozenset({"base"}))
        is_base = modules == {"base"}
        source = "template0" if is_base else self.dependencies(largest, among)
        return self._built(name, source, self._install(self.runner, modules))

    def demo_dependencies(self, modules, among):
        """The template with these Odoo modules, ready to carry our demo data but not Odoo's."""
        name = f"demo_{self._key(*sorted(modules))}"
        source = self.dependencies(modules, among)
        load = self._install(self.runner, {"base"}, f"--load-language={project.DEMO_LANGUAGES}")

        def build(database):
            load(database)
            allow_our_demo(self.server, database)

        return self._built(name, source, build)

    def dependencies_of(self, addon, among):
        """The template with what one addon and those below it need of Odoo."""
        return self.dependencies(needs(addon, among), [needs(each, among) for each in among])

    def alone(self, addon, among):
        """One addon on its own dependencies, without demo data."""
        needed = addons_.closure(addon, among)
        source = self.dependencies_of(addon, among)
        key = self._key(source, *addons_.checksums(needed).items())
        build = self._install(self.runner, {addon.name})
        return self._built(f"inst_{addon.name}_{key}", source, build)

    def full(self, root=paths.ADDONS):
        """All addons of the folder with demo data; returns the template's name."""
        runner = self.runner if root == paths.ADDONS else self.runner_for(root)
        among = addons_.ordered(root)
        wanted = [addon.name for addon in among if not addon.is_automatic]
        chain = [needs(addon, among) for addon in among]
        source = self.demo_dependencies(demo_modules(among), chain)
        sums = addons_.checksums(among)

        def build(database):
            forget_addons(self.server, database, keep={addon.name for addon in among})
            if wanted:
                self._install(runner, wanted, "--with-demo")(database)
            failure = "the web assets could not be made: an asset of an addon is broken"
            runner.script(database, WARM_ASSETS, failure=failure)
            remember_checksums(self.server, database, sums)

        return self._built(f"full_{self._key(source, *sums.items())}", source, build)

    # -------------------------------------------------------------- cleaning

    def _drop_leftovers(self):
        """Drop drafts and working copies whose makers are gone."""
        for name in self.server.databases():
            kind, _, rest = name.partition("_")
            pid = rest.split("_")[1] if kind == "work" else None
            if pid and not process.is_alive(pid, "tools.rc"):
                self.drop(name)

    def _drop_drafts(self):
        """Drop what broken builds left; only while nobody builds."""
        for name in self.server.databases():
            if name.startswith("draft_"):
                self.drop(name)

    def _collect_garbage(self):
        """Keep the few newest templates of each kind."""
        used = paths.cache() / "used"
        groups = {}
        for name in self.server.databases():
            kind, _, _rest = name.partition("_")
            if kind in KEEP and (used / name).exists():
                group = name.rpartition("_")[0] if kind == "inst" else kind
                groups.setdefault(group, []).append(name)
        for group, names in groups.items():
            names.sort(key=lambda name: (used / name).stat().st_mtime, reverse=True)
            for name in names[KEEP[group.partition("_")[0]] :]:
                with locks.exclusive(name):
                    self.drop(name)
                    (used / name).unlink(missing_ok=True)


def needs(addon, among):
    """Odoo's modules that an addon and those of ours below it need."""
    return addons_.external(addons_.closure(addon, among))


def demo_modules(among):
    """Odoo's modules that the demo database needs below our addons."""
    wanted = [addon for addon in among if not addon.is_automatic]
    return {"base", *project.DEMO_EXTRAS} | addons_.external(wanted)


def allow_our_demo(server, database):
    """Make the database carry our demo data but not Odoo's.

    Odoo installs an addon's demo data where all it depends on has some. Marking the modules so
    keeps the shop free of Odoo's furniture and pricelists (docs/adr/0004).
    """
    server.query("UPDATE ir_module_module SET demo = true WHERE state = 'installed'", database)


def forget_addons(server, database, keep):
    """Take addons of ours off the list of apps that other code has and this code has not.

    A template may have been made by a checkout with more addons; one that installs itself would
    be waited for in vain.
    """
    names = "name LIKE 'rc\\_%' AND state <> 'installed'"
    if keep:
        names += f" AND name NOT IN ({', '.join(repr(name) for name in sorted(keep))})"
    server.query(
        "DELETE FROM ir_model_data WHERE module = 'base' AND model = 'ir.module.module'"
        f" AND res_id IN (SELECT id FROM ir_module_module WHERE {names})",
        database,
    )
    server.query(f"DELETE FROM ir_module_module WHERE {names}", database)


# ------------------------------------------------------------------ what code a database was made by

CHECKSUM_PARAMETER = "rc.installed_checksum"


def remember_checksums(server, database, sums):
    """Store in the database the digest of each addon it was installed from."""
    value = ",".join(f"{name}={digest}" for name, digest in sorted(sums.items()))
    server.query(
        "INSERT INTO ir_config_parameter (key, value, create_date, write_date) "
        f"VALUES ('{CHECKSUM_PARAMETER}', '{value}', now(), now()) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value, write_date = now()",
        database,
    )


def remembered_checksums(server, database):
    """The digests stored in the database, by addon."""
    rows = server.query(
        f"SELECT value FROM ir_config_parameter WHERE key = '{CHECKSUM_PARAMETER}'", database
    )
    stored = rows[0][0] if rows else ""
    return dict(item.split("=") for item in stored.split(",") if item)
