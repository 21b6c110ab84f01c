"""The layers are kept by this test, not by a wish; the rules are in tools/layers.py."""

import os
import pathlib

import pytest

from tools import layers

ROOT = pathlib.Path(__file__).parents[2]
ODOO_ADDONS = tuple(filter(None, os.environ.get("RC_ODOO_ADDONS", "").split(":")))

KERNEL = "addons/rc_x/kernel/money.py"
MODEL = "addons/rc_x/models/rc_x.py"


def found(rule, path, text):
    """Names of the findings of one rule on a piece of code."""
    return [finding.rule for finding in rule(layers.parse(path, text))]


def test_the_addons_keep_the_layers_and_both_lists_are_true():
    assert list(layers.problems(ROOT, ODOO_ADDONS)) == []


def a_checkout(root, code, permitted="", ratchet=""):
    """Write a checkout of one addon with one kernel file."""
    (root / "tools").mkdir()
    (root / "tools" / "layers_allowed.txt").write_text(permitted)
    (root / "tools" / "long_functions.txt").write_text(ratchet)
    kernel = root / "addons" / "rc_x" / "kernel"
    kernel.mkdir(parents=True)
    (kernel.parent / "__manifest__.py").write_text("{}")
    (kernel / "money.py").write_text(code)
    return root


def test_the_command_prints_what_is_wrong_and_fails(tmp_path, capsys):
    assert layers.main(a_checkout(tmp_path, "import random\n")) == 1
    assert capsys.readouterr().out == f"{KERNEL}:1: kernel-import: random is random\n"


def test_the_command_says_that_all_is_well(tmp_path, capsys):
    root = a_checkout(tmp_path, "import random\n", f"kernel-import {KERNEL} a reason\n")
    assert layers.main(root) == 0
    assert capsys.readouterr().out == "The layers are kept.\n"


def test_lines_of_the_lists_that_are_no_longer_needed_are_found(tmp_path):
    root = a_checkout(tmp_path, "", f"kernel-import {KERNEL} a reason\n", f"{KERNEL}:f\n")
    assert list(layers.problems(root)) == [
        f"tools/layers_allowed.txt: kernel-import {KERNEL} is gone: take the line off",
        f"tools/long_functions.txt: {KERNEL}:f is short now: take the line off",
    ]


def test_the_command_names_functions_past_seventy_lines(tmp_path):
    root = a_checkout(tmp_path, "def f():\n" + "    pass\n" * 70)
    [found] = layers.problems(root)
    assert found.endswith("past 70 lines, split it") and KERNEL in found


@pytest.mark.parametrize(
    "text",
    [
        "import odoo",
        "import odoo.fields",
        "from odoo import models",
        "from odoo.addons.rc_x.models import rc_x",
        "from odoo.addons.sale.kernel import x",
        "from ..models import rc_x",
        "from .. import adapters",
        "import random",
        "from time import time",
        "import logging",
        "import requests",
    ],
)
def test_a_kernel_that_imports_more_than_kernels_is_found(text):
    assert found(layers.kernel_imports, KERNEL, text) == ["kernel-import"]
    assert found(layers.kernel_imports, MODEL, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "from fractions import Fraction",
        "from . import types",
        "from .rules.tiers import Tier",
        "from odoo.addons.rc_y.kernel.money import round_half_up",
        "from dateutil.relativedelta import relativedelta",
    ],
)
def test_a_kernel_may_import_kernels_and_the_standard_library(text):
    assert found(layers.kernel_imports, KERNEL, text) == []


def test_a_kernel_file_in_a_folder_below_is_a_kernel():
    path = "addons/rc_x/kernel/rules/rates/percent.py"
    assert found(layers.kernel_imports, path, "from ....models import x") == ["kernel-import"]
    assert found(layers.kernel_imports, path, "from ...money import x") == []


@pytest.mark.parametrize("text", ["rate = 0.1", "x = float(y)", "def f(rate: float): pass"])
def test_a_float_in_a_kernel_is_found(text):
    assert found(layers.kernel_floats, KERNEL, text) == ["kernel-float"]
    assert found(layers.kernel_floats, MODEL, text) == []


@pytest.mark.parametrize("text", ["datetime.now()", "dt.datetime.utcnow()", "date.today()"])
def test_a_kernel_that_reads_the_clock_is_found(text):
    assert found(layers.kernel_clock, KERNEL, text) == ["kernel-clock"]


@pytest.mark.parametrize(
    "text",
    [
        "on = fields.Date(default=fields.Date.today)",
        "on = fields.Date(default=fields.Date.context_today)",
        "at = fields.Datetime(default=lambda self: fields.Datetime.now())",
    ],
)
def test_a_field_whose_default_is_the_clock_is_found(text):
    assert found(layers.clock_defaults, MODEL, text) == ["clock-default"]
    assert found(layers.clock_defaults, "addons/rc_x/tests/test_x.py", text) == []


def test_pythons_own_clock_is_found_and_odoos_is_not():
    assert found(layers.python_clock, MODEL, "x = datetime.datetime.now()") == ["python-clock"]
    assert found(layers.python_clock, MODEL, "x = date.today()") == ["python-clock"]
    assert found(layers.python_clock, MODEL, "x = fields.Datetime.now()") == []
    assert found(layers.python_clock, MODEL, "x = fields.Date.today()") == []


@pytest.mark.parametrize("text", ["cr.commit()", "self.env.cr.commit()", "env.cr.rollback()"])
def test_a_commit_is_found(text):
    assert found(layers.commits, MODEL, text) == ["commit"]
    assert found(layers.commits, MODEL, "basket.commit()") == []


@pytest.mark.parametrize(
    "text",
    [
        'cr.execute(f"SELECT {x}")',
        'cr.execute("SELECT %s" % x)',
        'cr.execute("SELECT {}".format(x))',
        'cr.execute("SELECT " + x)',
        'cr.execute("SELECT " + x + " FROM y")',
        'cr.execute(", ".join(names))',
        'SQL(f"SELECT {x}")',
        'env.execute_query(SQL("SELECT %s" % x))',
        'def f(cr):\n    query = f"SELECT {x}"\n    cr.execute(query)',
        'execute.execute_values(cr, f"INSERT {x}", rows)',
    ],
)
def test_sql_made_out_of_strings_is_found(text):
    assert found(layers.built_sql, MODEL, text) == ["built-sql"]


@pytest.mark.parametrize(
    "text",
    [
        'cr.execute("SELECT %s", (x,))',
        'SQL("SELECT %s", x)',
        "cr.execute(QUERY, (x,))",
        'SQL("SELECT %s FROM %s", x, SQL.identifier(t))',
    ],
)
def test_sql_with_parameters_is_fine(text):
    assert found(layers.built_sql, MODEL, text) == []


def test_a_plain_name_on_a_controller_that_addons_share_is_found():
    path = "addons/rc_x/controllers/portal.py"

    def judged(base, method):
        text = f"class Portal({base}):\n    def {method}"
        return found(layers.controller_names, path, text)

    assert judged("CustomerPortal", "_get_values(self): pass") == ["controller-name"]
    assert judged("CustomerPortal", "my_page(self): pass") == ["controller-name"]
    assert judged("CustomerPortal", "_rc_x_values(self): pass") == []
    assert judged("CustomerPortal", "rc_my_page(self): pass") == []
    assert judged("CustomerPortal", "home(self): return super().home()") == []
    assert judged("CustomerPortal", "home(self): return super().other()") == ["controller-name"]
    assert judged("http.Controller", "_get_values(self): pass") == []


def test_an_import_from_an_addon_that_is_no_dependency_is_found():
    closures = {"rc_x": {"rc_x", "rc_below"}, "rc_below": set(), "rc_above": set()}

    def judged(text, known):
        source = layers.parse(MODEL, text)
        return [finding.rule for finding in layers.foreign_imports(source, known)]

    assert judged("from odoo.addons.rc_below.kernel import money", closures) == []
    assert judged("from odoo.addons.rc_above.kernel import x", closures) == ["foreign-import"]
    assert judged("from odoo.addons import rc_above", closures) == ["foreign-import"]
    assert judged("from odoo.addons.sale.models import x", closures) == []
    with_odoo = {**closures, "*": {"sale"}}
    assert judged("from odoo.addons.sale.models import x", with_odoo) == ["foreign-import"]


def part(name, text):
    return layers.parse(f"addons/rc_x/models/{name}.py", text)


def test_what_two_files_of_an_addon_say_of_one_model_is_found():
    one = part("a", "class A(models.Model):\n _name = 'rc.a'\n def f(self):\n  return 1")
    two = part("b", "class B(models.Model):\n _inherit = 'rc.a'\n def f(self):\n  return 2")
    more = part(
        "c", "class C(models.Model):\n _inherit = 'rc.a'\n def f(self):\n  return super().f()"
    )
    other = part("d", "class D(models.Model):\n _inherit = 'rc.d'\n def f(self):\n  return 2")
    assert [str(found) for found in layers.model_parts([one, two, more, other])] == [
        "addons/rc_x/models/b.py:3: model-part: rc.a.f is in addons/rc_x/models/a.py too"
    ]
    assert list(layers.model_parts([one, more, other])) == []


def test_a_helper_that_two_portal_controllers_define_is_found():
    def controller(addon, text):
        return layers.parse(f"addons/{addon}/controllers/portal.py", text)

    one = controller("rc_a", "class A(CustomerPortal):\n def _rc_do(self):\n  return 1")
    two = controller("rc_b", "class B(CustomerPortal):\n def _rc_do(self):\n  return 2")
    more = controller("rc_c", "class C(A):\n def _rc_do(self):\n  return super()._rc_do()")
    other = controller("rc_d", "class D(http.Controller):\n def _rc_do(self):\n  return 2")
    assert [str(found) for found in layers.portal_parts([one, two, more, other])] == [
        "addons/rc_b/controllers/portal.py:2: portal-part: _rc_do is in"
        " addons/rc_a/controllers/portal.py too"
    ]
    assert list(layers.portal_parts([one, more, other])) == []


def test_a_function_past_seventy_lines_is_found():
    text = "def f():\n" + "    x = 1\n" * layers.LINES_MAX
    assert list(layers.long_functions(layers.parse(MODEL, text))) == [(f"{MODEL}::f", 71)]
    shorter = "def f():\n" + "    x = 1\n" * (layers.LINES_MAX - 1)
    assert list(layers.long_functions(layers.parse(MODEL, shorter))) == []


def test_an_allowed_line_without_a_reason_is_refused():
    with pytest.raises(ValueError):
        layers.allowed("commit addons/rc_x/models/rc_x.py")
