"""The running product: ``make up`` and its siblings."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from . import (
    addons,
    backup,
    databases,
    downloads,
    locks,
    odoo,
    paths,
    postgres,
    process,
    project,
    ui,
)

WAIT_SECONDS = 180


class Product:
    """This checkout's Odoo: its database server, database, configuration and process."""

    def __init__(self):
        self.state = paths.dev_state()
        self.database = os.environ.get("DB", project.DEV_DATABASE)
        self.port = _port()
        self.log = paths.folder(paths.RUN) / "odoo.log"
        self.pid_file = paths.RUN / "odoo.pid"
        self.conf = paths.RUN / "odoo.conf"
        self._runner = None

    @property
    def url(self):
        return f"http://localhost:{self.port}"

    @property
    def runner(self):
        """A runner on the development server; made when first needed."""
        if self._runner is None:
            server = postgres.development(downloads.ensure().postgres_binaries)
            options = {"dbfilter": f"^{self.database}$", "proxy_mode": "False"}
            self._runner = odoo.prepare(server, self.state / "data", self.conf, options=options)
        return self._runner

    @property
    def server(self):
        return self.runner.server

    # -------------------------------------------------------------- process

    def pid(self):
        """The process number of our running Odoo, or None."""
        try:
            pid, port = map(int, self.pid_file.read_text().split())
        except (OSError, ValueError):
            return None
        if not process.is_alive(pid, self.conf):
            return None
        self.port = port
        return pid

    def stop(self):
        """Stop Odoo if it runs; returns whether it did."""
        pid = self.pid()
        if pid:
            process.stop(pid, self.conf)
        self.pid_file.unlink(missing_ok=True)
        return bool(pid)

    def launch(self):
        """Start Odoo in the background and wait until the log-in page answers."""
        self.check_port()  # again: making the database took time, and others start servers too
        command = self.runner.command("-c", self.conf, "-d", self.database)
        options = [f"--http-port={self.port}", f"--logfile={self.log}", "--max-cron-threads=1"]
        self.log.write_text("")
        running = subprocess.Popen(
            [str(part) for part in (*command, *options)],
            env={**os.environ, **self.runner.env},
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=self.log.open("a"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.pid_file.write_text(f"{running.pid} {self.port}\n")
        deadline = time.monotonic() + WAIT_SECONDS
        while not self._answers():
            if running.poll() is not None or time.monotonic() > deadline:
                ui.complain(process.tail(self.log.read_text(errors="replace")))
                self.stop()
                raise ui.RcError(f"Odoo did not come up: read {self.log}, mend, `make up` again")
            time.sleep(0.3)

    def _answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/web/login", timeout=30) as page:
                return page.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def check_port(self):
        """Refuse a port that something else uses."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError:
                raise ui.RcError(
                    f"port {self.port} is in use by another program: "
                    f"`PORT={self.port + 1} make up` takes another one"
                ) from None

    # -------------------------------------------------------------- database

    def has_database(self):
        return self.database in self.server.databases()

    def make_database(self):
        """Make the demo database: complete or not at all."""
        if isinstance(self.server, postgres.Cluster):
            self._copy_from_store()
        else:
            self._install()

    def _copy_from_store(self):
        """Take the database built in the test cluster; it has everything in it."""
        with databases.Store() as store:
            template = store.full()
            with ui.progress(f"making database {self.database}"):
                backup.transfer(store.runner, template, self.runner, self.database)

    def _install(self):
        """Install on a server of somebody else, whose version we do not know."""
        draft = f"{self.database}_draft"
        among = addons.ordered()
        names = [addon.name for addon in among if not addon.is_automatic]
        failure = f"the installation failed: read {self.log}"
        log = f"--logfile={self.log}"
        self.drop(draft)
        with ui.progress("installing Odoo with the addons and demo data (some minutes, once)"):
            self.server.create(draft)
            below = ",".join(sorted(databases.demo_modules(among)))
            languages = f"--load-language={project.DEMO_LANGUAGES}"
            self.runner.run(draft, "-i", below, languages, log, failure=failure)
            databases.allow_our_demo(self.server, draft)
            self.runner.run(draft, "-i", ",".join(names), "--with-demo", log, failure=failure)
        databases.remember_checksums(self.server, draft, addons.checksums(among))
        self.rename(draft, self.database)

    def outdated(self):
        """Addons whose code differs from what the database was made by: (new, changed)."""
        known = databases.remembered_checksums(self.server, self.database)
        among = addons.ordered()
        now = addons.checksums(among)
        changed = [name for name in now if name in known and known[name] != now[name]]
        # what installs itself is not asked for, but updated like any other
        return [a.name for a in among if a.name not in known and not a.is_automatic], changed

    def update(self):
        """Bring the database to the checkout's code; on failure it is as it was before."""
        new, changed = self.outdated()
        if not new and not changed:
            return False
        before = f"{self.database}_before_update"
        with ui.progress(f"updating {self.database}: {', '.join(new + changed)}"):
            self.drop(before)
            self.server.create(before, self.database)
            begun = self.log.stat().st_size if self.log.exists() else 0
            failure = f"the update failed; the database is as it was before, read {self.log}"
            options = ["--with-demo", f"--logfile={self.log}"]
            work = [
                *(["-i", ",".join(new)] if new else []),
                *(["-u", ",".join(changed)] if changed else []),
            ]
            try:
                self.runner.run(self.database, *work, *options, failure=failure)
                odoo.check_log(self.log, failure, begun)
            except ui.RcError:
                self.server.drop(self.database)
                self.server.rename(before, self.database)
                raise
            self.server.drop(before)
            sums = addons.checksums(addons.ordered())
            databases.remember_checksums(self.server, self.database, sums)
        return True

    def drop(self, database):
        """Remove a database and its files."""
        self.server.drop(database)
        shutil.rmtree(self.runner.filestore(database), ignore_errors=True)

    def rename(self, database, name):
        """Rename a database with its files."""
        self.server.rename(database, name)
        files = self.runner.filestore(database)
        if files.exists():
            files.rename(self.runner.filestore(name))


def _port():
    text = os.environ.get("PORT", str(project.DEV_PORT))
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ui.RcError(f"PORT={text} is not a port number: use for example PORT=8070")
    return int(text)


def _greet(product):
    """Tell where it runs, who can log in and how to stop it."""
    ui.say(f"\nOdoo runs at {product.url} (database {product.database})\n")
    width = max(len(who) for who, _login, _password in project.LOGINS)
    ui.say(f"  {'who':<{width}}  login / password")
    for who, login, password in project.LOGINS:
        ui.say(f"  {who:<{width}}  {login} / {password}")
    ui.say("\nstop: make down    log: make logs    after a change of code: make update")


def up(_arguments):
    """Start the product, making whatever is missing."""
    product = Product()
    with locks.exclusive(f"up-{paths.CHECKOUT_ID}"):
        if product.pid():
            _tell_changes(product)
        else:
            _start(product)
    _greet(product)


def _start(product):
    product.check_port()
    if not shutil.which("wkhtmltopdf"):
        ui.say("note: wkhtmltopdf is missing, so PDFs cannot be printed (all else works)")
    product.server.start()
    if not product.has_database():
        product.make_database()
    else:
        product.update()
    with ui.progress("starting Odoo"):
        product.launch()


def _tell_changes(product):
    product.server.start()
    new, changed = product.outdated()
    if new or changed:
        names = ", ".join(new + changed)
        ui.say(f"note: the code of {names} changed since; `make update` takes it in")


def down(_arguments):
    """Stop Odoo and its PostgreSQL."""
    product = Product()
    was_running = product.stop()
    if (product.state / "pg").exists():
        product.server.stop()
    ui.say("stopped" if was_running else "it was not running")


def reset(arguments):
    """Throw the demo database away and make it again."""
    product = Product()
    product.stop()
    product.check_port()  # before anything is thrown away
    product.server.start()
    product.drop(product.database)
    up(arguments)


def update(_arguments):
    """Bring the database to the checkout's code and restart Odoo."""
    product = Product()
    product.server.start()
    if not product.has_database():
        raise ui.RcError("there is no database yet: `make up` makes it")
    was_running = product.stop()
    if not product.update():
        ui.say("the database already is at this code")
    if was_running:
        with ui.progress("starting Odoo"):
            product.launch()
        _greet(product)


def logs(_arguments):
    """Follow Odoo's log."""
    product = Product()
    if not product.log.exists():
        raise ui.RcError("there is no log yet: `make up` first")
    _become(["tail", "-n", "200", "-F", product.log], {})


def _running_database():
    product = Product()
    product.server.start()
    if not product.has_database():
        raise ui.RcError(f"there is no database {product.database} yet: `make up` makes it")
    return product


def shell(_arguments):
    """Open a Python shell with ``env`` of the database."""
    product = _running_database()
    command = product.runner.command("shell", "-c", product.conf, "-d", product.database)
    _become([*command, "--no-http", "--log-level=warn"], product.runner.env)


def psql(_arguments):
    """Open psql on the database."""
    product = _running_database()
    _become([product.server.program("psql"), "-d", product.database], product.server.env)


def save(arguments):
    """Write the database and its files into one file."""
    product = _running_database()
    stamp = time.strftime("%Y%m%d-%H%M%S")
    target = pathlib.Path(arguments.file or f"{product.database}-{stamp}.tar").absolute()
    backup.write(product.runner, product.database, target)
    ui.say(f"written: {target}")


def restore(arguments):
    """Make a new database from a backup file."""
    if not arguments.file:
        raise ui.RcError("name the backup: `make restore FILE=backup.tar DB=rc_restored`")
    product = Product()
    product.server.start()
    if "DB" not in os.environ:
        product.database = "rc_restored"
    if product.has_database():
        raise ui.RcError(
            f"database {product.database} is there already: name another, "
            f"`make restore FILE={arguments.file} DB=rc_restored2`"
        )
    backup.read(product.runner, pathlib.Path(arguments.file).absolute(), product.database)
    ui.say(f"restored; `make down` and `DB={product.database} make up` runs it")


def _become(command, env):
    """Replace this process by another program, for things a person types into."""
    sys.stdout.flush()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execvpe(str(command[0]), [str(part) for part in command], {**os.environ, **env})
