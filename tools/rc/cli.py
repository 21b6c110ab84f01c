"""The commands, for ``python3 -m tools.rc <command>`` and the Makefile."""

import argparse
import os
import pathlib
import subprocess

from . import addons, doctor, downloads, environment, paths, process, server, ui


def screenshots(arguments):
    """Take the pictures listed in tools/screenshots.json."""
    script = paths.ROOT / "tools" / "screenshots.py"
    python = environment.ensure().python
    return subprocess.run([python, script, *arguments.rest], check=False).returncode


def fetch(_arguments):
    """Fetch Odoo and the Python packages, and nothing else (to warm a cache)."""
    downloads.ensure()


def checksum(_arguments):
    """Print the digest of each addon, as stored in databases."""
    for name, digest in addons.checksums(addons.ordered()).items():
        print(name, digest)


def mark_green(_arguments):
    """Write the present commit to .ci/last_green, after a green run."""
    commit = process.output(["git", "rev-parse", "HEAD"], cwd=paths.ROOT).strip()
    (paths.ROOT / ".ci" / "last_green").write_text(f"{commit}\n")
    ui.say(f".ci/last_green now names {commit[:10]}; commit it with the next change")


def dbcopy_via_dump(arguments):
    """Copy a database of the server in PG* through a backup file and its restore."""
    from . import backup, odoo, postgres

    named = postgres.named_by_environment()
    if not named:
        raise ui.RcError("set PGHOST, PGUSER and RC_DATA_DIR to say where the databases are")
    data = pathlib.Path(os.environ.get("RC_DATA_DIR", paths.dev_state() / "data"))
    runner = odoo.prepare(named, data, paths.RUN / "dbcopy.conf")
    backup.copy_via_dump(runner, arguments.source, arguments.target)


def test(arguments):
    """Run the tests; the last line adds them up."""
    from .testing import suite

    return suite.main(arguments)


def lint(_arguments):
    """Run all pre-commit hooks on the checkout; they mend what they can."""
    from .testing import lint as lint_

    return lint_.in_place()


def kernel(arguments):
    """Run the kernel and layer tests: plain pytest, no Odoo."""
    from .testing import kernel as kernel_

    return kernel_.in_foreground(arguments.rest)


def scenario(arguments):
    """Run scenario files (several, or a folder) on real records and the engine alone."""
    from .testing import scenarios

    return scenarios.in_foreground((arguments.file or "").split(), arguments.rest)


def _parser():
    parser = argparse.ArgumentParser(prog="rc", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name, function, *arguments):
        sub = commands.add_parser(name, help=function.__doc__.splitlines()[0])
        for flags, options in arguments:
            sub.add_argument(*flags, **options)
        sub.set_defaults(function=function)

    file = (("--file",), {"default": os.environ.get("FILE"), "help": "path of the file"})
    rest = (("rest",), {"nargs": argparse.REMAINDER, "help": "passed on"})
    for function in (server.up, server.down, server.reset, server.update, server.logs):
        add(function.__name__, function)
    add("shell", server.shell)
    add("psql", server.psql)
    add("scenario", scenario, file, rest)
    add("backup", server.save, file)
    add("restore", server.restore, file)
    add("doctor", doctor.doctor)
    add("fetch", fetch)
    add("checksum", checksum)
    add("mark-green", mark_green)
    add("lint", lint)
    add("kernel", kernel, rest)
    add("screenshots", screenshots, rest)
    add("dbcopy-via-dump", dbcopy_via_dump, (("source",), {}), (("target",), {}))
    add(
        "test",
        test,
        (("--step",), {"help": "only steps whose name contains one of these, comma between"}),
        (("--only",), {"help": "only the steps of this addon"}),
        (("--nightly",), {"action": "store_true", "help": "long races"}),
        (("--list",), {"action": "store_true", "help": "name the steps and stop"}),
        (("rest",), {"nargs": "*", "help": "after --: passed to pytest, such as -k word"}),
    )
    return parser


def main(argv=None):
    """Run a command; a failure is one sentence (a traceback with RC_DEBUG=1)."""
    os.umask(0o022)
    arguments, unknown = _parser().parse_known_args(argv)
    if unknown:
        if not hasattr(arguments, "rest"):
            _parser().error(f"unknown: {' '.join(unknown)}")
        arguments.rest = [*unknown, *arguments.rest]
    try:
        return arguments.function(arguments) or 0
    except ui.RcError as error:
        if os.environ.get("RC_DEBUG"):
            raise
        ui.complain(f"\nrc {arguments.command}: {error}")
        return 1
    except BrokenPipeError:
        os._exit(141)  # the reader of our output went away, as in `make up | head`
    except OSError as error:
        if os.environ.get("RC_DEBUG"):
            raise
        ui.complain(f"\nrc {arguments.command}: {error} (RC_DEBUG=1 shows where)")
        return 1
    except KeyboardInterrupt:
        ui.complain("\ninterrupted; nothing half-done is kept, run it again")
        return 130
