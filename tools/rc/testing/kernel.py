"""Kernel, layer and tooling tests: plain pytest, no Odoo, no database."""

import os
import subprocess

from .. import environment, odoo_source, paths
from . import pytests

FOLDERS = ("tests/kernel", "tests/tooling")


def targets():
    """Folders with such tests."""
    found = sorted(paths.ADDONS.glob("*/tests/kernel"))
    shared = [paths.ROOT / name for name in FOLDERS]
    return [str(path) for path in (*found, *shared) if path.is_dir()]


def env():
    """The layer test judges imports from Odoo's own addons too, so it must know them."""
    source = odoo_source.ensure()
    folders = [source.home / "odoo" / "addons", *source.addons_paths]
    return {"PYTHONPATH": "", "RC_ODOO_ADDONS": ":".join(map(str, folders))}


def in_foreground(rest):
    """Run them in this terminal, for ``make kernel``."""
    python = str(environment.ensure().python)
    command = [python, *pytests.BASE, "-p", "no:odoo", "--color=auto", *rest, *targets()]
    variables = {**os.environ, **env()}
    return subprocess.run(command, cwd=paths.ROOT, env=variables, check=False).returncode
