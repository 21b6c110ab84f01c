"""Kernel, layer and tooling tests: plain pytest, no Odoo, no database."""

import os
import subprocess

from .. import environment, paths
from . import pytests

FOLDERS = ("tests/kernel", "tests/tooling")


def targets(addon=None):
    """Folders with kernel tests: of one addon, or all of them."""
    found = sorted(paths.ADDONS.glob(f"{addon or '*'}/tests/kernel"))
    shared = [] if addon else [paths.ROOT / name for name in FOLDERS]
    return [str(path) for path in (*found, *shared) if path.is_dir()]


def in_foreground(rest):
    """Run them in this terminal, for ``make kernel``."""
    python = str(environment.ensure().python)
    command = [python, *pytests.BASE, "-p", "no:odoo", "--color=auto", *rest, *targets()]
    env = {**os.environ, "PYTHONPATH": ""}
    return subprocess.run(command, cwd=paths.ROOT, env=env, check=False).returncode
