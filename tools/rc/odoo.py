"""Running Odoo: its configuration file, its commands, and what its log says went wrong."""

import dataclasses
import pathlib
import re

from . import environment, odoo_source, paths, postgres, process, ui

LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<rest>.*)$")
OUR_NAMES = re.compile(r"\brc[_.][a-z]|/addons/rc_")


@dataclasses.dataclass(frozen=True)
class Runner:
    """Everything one needs to run Odoo on a server with a data folder and our addons."""

    source: odoo_source.Odoo
    python: pathlib.Path
    server: postgres.Server
    data: pathlib.Path
    conf: pathlib.Path

    @property
    def env(self):
        return {**self.server.env, **self.source.env}

    def command(self, *arguments):
        """The command line of an Odoo command on a database."""
        return [self.python, "-m", "odoo", *arguments]

    def run(self, database, *arguments, failure):
        """Install, update or another work that ends; the log must be clean."""
        command = self.command("-c", self.conf, "-d", database, *arguments)
        quiet = ["--stop-after-init", "--no-http", "--max-cron-threads=0"]
        process.run([*command, *quiet], env=self.env, failure=failure)

    def script(self, database, path, *, failure, **variables):
        """Run a Python file in an Odoo shell, with ``env`` at hand."""
        shell = self.command("shell", "-c", self.conf, "-d", database, "--no-http")
        env = {**self.env, **variables}
        process.run(shell, env=env, failure=failure, stdin=path.read_text())

    def filestore(self, database):
        """Where the database's attachments are."""
        return self.data / "filestore" / database


def prepare(server, data, conf, addons=paths.ADDONS, options=None):
    """Write a configuration file and return a runner that uses it."""
    source, env = odoo_source.ensure(), environment.ensure()
    candidates = (*source.addons_paths, addons)
    folders = [str(path) for path in candidates if any(path.glob("*/__manifest__.py"))]
    settings = {
        "addons_path": ",".join(folders),
        "data_dir": data,
        "db_host": server.host,
        "db_port": server.port,
        "db_user": server.user,
        "list_db": "False",
        "http_interface": "127.0.0.1",
        **(options or {}),
    }
    if server.password:
        settings["db_password"] = server.password
    if not folders:
        del settings["addons_path"]
    lines = [f"{name} = {value}" for name, value in settings.items()]
    paths.folder(data)
    paths.folder(conf.parent)
    conf.touch(mode=0o600)
    conf.write_text("\n".join(["[options]", *lines, ""]))
    return Runner(source, env.python, server, data, conf)


def complaints(log_text):
    """Lines of an Odoo log that must not be there.

    Every error, and every warning about something of ours: Odoo only logs, for example, a
    constraint that could not be made, and goes on.
    """
    found = []
    for line in log_text.splitlines():
        match = LOG_LINE.match(line)
        if not match:
            continue
        ours = match["level"] == "WARNING" and OUR_NAMES.search(match["rest"])
        if ours or match["level"] in ("ERROR", "CRITICAL"):
            found.append(line)
    return found


def check_log(path, failure, offset=0):
    """Raise when the log, from the offset on, holds complaints."""
    with path.open(encoding="utf-8", errors="replace") as handle:
        handle.seek(offset)
        found = complaints(handle.read())
    if found:
        ui.say("\n".join(found[:20]))
        raise ui.RcError(f"{failure}: Odoo logged {len(found)} complaint(s), first: {found[0]}")
