"""The pre-commit hooks: in place for people, on a copy for tests.

The hooks mend files. A test must not change the checkout, so it runs them on a copy of all files
that git tracks or would track, and shows the difference.
"""

import os
import shutil
import subprocess
import tempfile

from .. import environment, paths, process, ui
from . import outcome


def _env():
    return {"PRE_COMMIT_HOME": str(paths.cache() / "pre-commit"), **_skips()}


def _skips():
    """The prettier hook needs Node.js."""
    if shutil.which("node") and shutil.which("npm"):
        return {}
    ui.say("note: there is no Node.js, so the prettier hook is left out")
    return {"SKIP": ",".join(filter(None, ("prettier", os.environ.get("SKIP"))))}


def _command():
    python = str(environment.ensure().python)
    return [python, "-m", "pre_commit", "run", "--all-files", "--color=never"]


def in_place():
    """Run the hooks on the checkout, for ``make lint``."""
    env = {**os.environ, **_env()}
    return subprocess.run(_command(), cwd=paths.ROOT, env=env, check=False).returncode


def on_copy():
    """Run the hooks on a copy; one test."""
    listed = process.output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=paths.ROOT
    )
    with tempfile.TemporaryDirectory(prefix="rc-lint-") as copy:
        for name in filter(None, listed.split("\0")):
            source, target = paths.ROOT / name, os.path.join(copy, name)
            if source.is_file():
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copy2(source, target)
        failure = "lint found something: `make lint` mends most of it"
        for command in (["git", "init", "-q"], ["git", "add", "-A"]):
            process.run(command, cwd=copy, failure=failure)
        command = [*_command(), "--show-diff-on-failure"]
        process.run(command, cwd=copy, env=_env(), failure=failure)
    found = outcome.passed()
    if "SKIP" in _env():
        found += outcome.skipped("lint prettier", "there is no Node.js")
    return found
