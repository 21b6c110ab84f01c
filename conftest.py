"""Lets kernel tests run with plain pytest: no Odoo, no database, milliseconds.

A kernel is pure Python inside an addon, imported as ``odoo.addons.rc_x.kernel…``. Without
``--odoo-database`` this file registers stand-ins for ``odoo``, ``odoo.addons`` and each
``odoo.addons.rc_x`` that lead to the folders without running any addon's ``__init__``. The stand-in
for ``odoo`` is empty, so a kernel that imports Odoo itself fails at collection.

With ``--odoo-database`` (pytest-odoo), or ``RC_DATABASE`` in the environment (races, which load Odoo
themselves), it does nothing at all.
"""

import contextlib
import functools
import os
import pathlib
import sys
import types

import pytest

ROOT = pathlib.Path(__file__).parent
ADDONS = ROOT / "addons"
PAGE_SECONDS = 90  # a page that has not come by then hangs


def _is_kernel_run(config):
    return not config.getoption("--odoo-database", None) and not os.environ.get("RC_DATABASE")


def _stand_in(name, *folders):
    """Register an empty module that finds its submodules in the folders."""
    module = types.ModuleType(name)
    module.__path__ = [str(folder) for folder in folders]
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


def _steady_hypothesis():
    """Laws are judged by what they say, not by how busy the machine is."""
    with contextlib.suppress(ImportError):
        import hypothesis

        slow = [hypothesis.HealthCheck.too_slow]
        hypothesis.settings.register_profile("rc", deadline=None, suppress_health_check=slow)
        hypothesis.settings.load_profile("rc")


def pytest_configure(config):
    _steady_hypothesis()
    if not _is_kernel_run(config):
        return
    if "odoo.release" in sys.modules:
        raise pytest.UsageError(
            "Kernel tests run without Odoo: use `make kernel`, or add `-p no:odoo` to your pytest "
            "and take Odoo off PYTHONPATH. For Odoo tests give --odoo-database."
        )
    config.option.importmode = "importlib"  # two addons may both have a test_period.py
    sys.path.insert(0, str(ROOT))  # tests of the tools import the tools
    _stand_in("odoo")
    _stand_in("odoo.addons")
    _stand_in("addons", ADDONS)
    for manifest in sorted(ADDONS.glob("*/__manifest__.py")):
        addon = manifest.parent
        _stand_in(f"odoo.addons.{addon.name}", addon)
        # the names pytest gives to test files, with and without __init__ in their folder
        for top in (addon.name, f"addons.{addon.name}"):
            _stand_in(top, addon)
            _stand_in(f"{top}.tests", addon / "tests")
            _stand_in(f"{top}.tests.kernel", addon / "tests" / "kernel")


def pytest_sessionstart(session):
    """A first page that has to build its assets may take longer than Odoo's 12 seconds."""
    if not session.config.getoption("--odoo-database", None):
        return
    from odoo.tests import HttpCase

    url_open = HttpCase.url_open

    @functools.wraps(url_open)
    def patient(self, *args, timeout=PAGE_SECONDS, **kwargs):
        return url_open(self, *args, timeout=timeout, **kwargs)

    HttpCase.url_open = patient


def pytest_collect_directory(path, parent):
    """Collect folders of addons as plain folders: a package would run the addon's __init__."""
    if _is_kernel_run(parent.config) and path.is_relative_to(ADDONS):
        return pytest.Dir.from_parent(parent, path=path)
    return None
