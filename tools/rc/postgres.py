"""PostgreSQL: an embedded cluster out of a Python wheel, or the server that PG* variables name.

The wheel's programs are called directly. root cannot run PostgreSQL, so for root a system user
``pgserver`` runs it.
"""

import os
import pathlib
import pwd
import re
import shutil
import time

from . import environment, locks, paths, process, ui

ROLE = "odoo"  # Odoo refuses to work as "postgres"
SYSTEM_USER = "pgserver"
SOCKET_NAME_MAX = 100

COMMON_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "300",
    "shared_buffers": "'256MB'",
    "max_wal_size": "'2GB'",
    "log_min_messages": "'fatal'",
    "timezone": "'UTC'",
}
# A test database is made again when the machine fails, so nothing waits for the disk. Not
# "minimal": after a crash its sequences stand before the rows that were made with them.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "replica",
    "max_wal_senders": "0",
    "max_wal_size": "'8GB'",
    "checkpoint_timeout": "'30min'",
    "shared_buffers": "'512MB'",
}


class Server:
    """A PostgreSQL server somewhere: how to reach it, and what to ask of it."""

    def __init__(self, binaries, host, port="5432", user=ROLE, password=None):
        self.binaries = binaries
        self.host, self.port, self.user, self.password = str(host), str(port), user, password

    @property
    def env(self):
        """Variables by which every PostgreSQL client, and Odoo, finds this server."""
        known = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}
        if self.password:
            known["PGPASSWORD"] = self.password
        path = f"{self.binaries}:{os.environ.get('PATH', '')}" if self.binaries else None
        return {**known, **({"PATH": path} if path else {})}

    def program(self, name):
        """The path of a PostgreSQL client program."""
        found = str(self.binaries / name) if self.binaries else shutil.which(name)
        if not found:
            raise ui.RcError(f"there is no {name} here: `apt-get install postgresql-client`")
        return found

    def query(self, sql, database="postgres"):
        """Run SQL and return the rows as lists of strings."""
        command = [self.program("psql"), "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1"]
        lines = process.output([*command, "-d", database, "-c", sql], env=self.env)
        return [line.split("\t") for line in lines.splitlines()]

    def databases(self):
        """Names of all databases."""
        return {row[0] for row in self.query("SELECT datname FROM pg_database")}

    def create(self, database, template="template0"):
        """Make a database as a copy of another, waiting while somebody looks into that one."""
        for attempt in range(30):
            try:
                self.query(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
                return
            except ui.RcError as error:
                if "being accessed" not in str(error) or attempt == 29:
                    raise
                time.sleep(1)

    def drop(self, database):
        """Remove a database if it is there, whoever is connected.

        Not by FORCE: that is refused while the server's own autovacuum looks at the database, which a
        plain DROP sends away by itself.
        """
        self._disconnect(database)
        self.query(f'DROP DATABASE IF EXISTS "{database}"')

    def rename(self, database, name):
        """Give a database another name."""
        self._disconnect(database)
        self.query(f'ALTER DATABASE "{database}" RENAME TO "{name}"')

    def _disconnect(self, database):
        """End our own connections to a database."""
        self.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{database}' AND pid <> pg_backend_pid() AND usename = current_user"
        )

    def dump(self, database, target, jobs=1):
        """Write the database into a file, or with several jobs into a folder."""
        layout = ["-Fd", f"-j{jobs}", "-Z1"] if jobs > 1 else ["-Fc"]
        process.run(
            [self.program("pg_dump"), *layout, "--no-owner", "-f", target, database],
            env=self.env,
            failure=f"database {database} could not be dumped",
        )

    def restore(self, source, database, jobs=2):
        """Fill an empty database from a dump."""
        command = [self.program("pg_restore"), f"-j{jobs}", "--no-owner", "--exit-on-error"]
        process.run(
            [*command, "-d", database, source],
            env=self.env,
            failure=f"database {database} could not be restored from {source}",
        )

    def start(self):
        """Check that the server answers."""
        try:
            self.query("SELECT 1")
        except ui.RcError as error:
            raise ui.RcError(
                f"the PostgreSQL at {self.host}:{self.port} does not answer as user {self.user}: "
                f"check PGHOST, PGPORT, PGUSER and PGPASSWORD ({error})"
            ) from None

    def stop(self):
        """Somebody else's server is left running."""


class Cluster(Server):
    """An embedded server with its own data folder.

    One that never waits for the disk is not believed after a crash: it is made anew, empty.
    """

    def __init__(self, binaries, folder, settings):
        self.folder = folder
        self.settings = {**COMMON_SETTINGS, **settings}
        self.is_throwaway = self.settings.get("fsync") == "off"
        super().__init__(binaries, self._socket_folder())

    def _socket_folder(self):
        if len(str(self.folder / ".s.PGSQL.5432")) <= SOCKET_NAME_MAX:
            return self.folder
        return paths.short_temporary(paths.digest(self.folder))

    @property
    def _system_user(self):
        """The user that runs the server; None for ourselves."""
        if os.geteuid():
            return None
        try:
            pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            process.run(
                ["useradd", "--system", "--no-create-home", SYSTEM_USER],
                failure=f"make a user {SYSTEM_USER} for PostgreSQL, which refuses to run as root",
            )
        return SYSTEM_USER

    def _as_owner(self, program, *arguments, failure):
        command = [self.binaries / program, *arguments]
        process.run(command, failure=failure, user=self._system_user, cwd="/", timeout=120)

    def is_running(self):
        """Whether a server works on this folder."""
        try:
            pid = int((self.folder / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return False
        return process.is_alive(pid, self.folder)

    def start(self):
        """Make the cluster when it is new, and start it when it does not run."""
        with locks.exclusive(f"start-{paths.digest(self.folder)}"):
            self._check_version()
            if self.is_throwaway and not self.is_running() and self._has_crashed():
                ui.say(f"{self.folder} was not stopped properly: its databases are made again")
                (self.folder / "rc-ready").unlink()
            self._initialise()
            if not self.is_running():
                self._launch()

    def _has_crashed(self):
        """Whether the server that worked here last was killed, or its machine was."""
        if not (self.folder / "rc-ready").exists():
            return False
        command = [self.binaries / "pg_controldata", self.folder]
        return "shut down" not in process.output(command, env={"LC_ALL": "C"})

    def _check_version(self):
        mark = self.folder / "PG_VERSION"
        if mark.exists() and mark.read_text().strip() != "18":
            raise ui.RcError(
                f"{self.folder} is of PostgreSQL {mark.read_text().strip()}, the tools bring 18: "
                "`make backup` with the old checkout, `make reset`, `make restore` here"
            )

    def _own(self, path):
        """Give a folder to the user that runs the server, closed to everybody else."""
        paths.folder(path)
        if self._system_user:
            shutil.chown(path, self._system_user, self._system_user)
        path.chmod(0o700)

    def _initialise(self):
        if (self.folder / "rc-ready").exists():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self._own(self.folder)
        arguments = ["--auth=trust", "--encoding=UTF8", "--username=postgres", "--no-instructions"]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        failure = f"PostgreSQL could not make its data folder {self.folder}: is the disk full?"
        self._as_owner("initdb", *arguments, *locale, "-D", self.folder, failure=failure)
        self._launch()
        admin = Server(self.binaries, self.host, user="postgres")
        admin.query(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        (self.folder / "rc-ready").touch()

    def _launch(self):
        socket = pathlib.Path(self.host)
        if socket != self.folder:
            self._own(socket)
        settings = "".join(f"{name} = {value}\n" for name, value in self.settings.items())
        (self.folder / "postgresql.auto.conf").write_text(settings)
        options = f"-k {socket}"
        failure = f"PostgreSQL does not start: read {self.folder / 'log'}"
        arguments = ["-w", "-s", "-t", "60", "-D", self.folder, "-l", self.folder / "log"]
        self._as_owner("pg_ctl", *arguments, "-o", options, "start", failure=failure)

    def stop(self):
        """Stop the server when it runs."""
        if self.is_running():
            arguments = ["-w", "-s", "-m", "fast", "-D", self.folder]
            self._as_owner("pg_ctl", *arguments, "stop", failure=f"stop {self.folder} by hand")


def named_by_environment():
    """The server that ``RC_DB_HOST`` or ``PGHOST`` names, or None."""
    host = os.environ.get("RC_DB_HOST") or os.environ.get("PGHOST")
    if not host:
        return None
    named = Server(
        None,
        host,
        os.environ.get("PGPORT", "5432"),
        os.environ.get("PGUSER", ROLE),
        os.environ.get("PGPASSWORD"),
    )
    if not _system_programs_fit(named):
        named.binaries = environment.ensure().postgres_binaries
    return named


def _system_programs_fit(server):
    """Whether this machine's own client programs are as new as the server: pg_dump insists."""
    words = process.output(["pg_dump", "--version"], check=False).split()
    if not words or not shutil.which("psql"):
        return False
    try:
        [[number]] = server.query("SHOW server_version_num")
    except ui.RcError:
        return True  # start() tells what is wrong with the server
    version = next(word for word in words if word[0].isdigit())
    return int(re.match(r"\d+", version)[0]) >= int(number) // 10000


def development(binaries):
    """The server for ``make up``: the one named by variables, or this checkout's own."""
    return named_by_environment() or Cluster(binaries, paths.dev_state() / "pg", {})


def testing(binaries):
    """The throw-away cluster for tests and template databases, shared by all checkouts."""
    return Cluster(binaries, paths.cache() / "pg-test", THROWAWAY_SETTINGS)
