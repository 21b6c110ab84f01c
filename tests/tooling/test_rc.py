"""The parts of the ``rc`` command that decide something."""

import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import types

import pytest

from tools.rc import (
    addons,
    downloads,
    environment,
    locks,
    odoo,
    odoo_source,
    paths,
    postgres,
    process,
    server,
    ui,
)
from tools.rc.testing import browser, lanes, outcome


def write_addon(root, name, depends, **extra):
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "__manifest__.py").write_text(repr({"name": name, "depends": depends, **extra}))
    return folder


@pytest.fixture
def root(tmp_path):
    """Three addons in a row, the last one with a module of Odoo that the first does not need."""
    write_addon(tmp_path, "rc_c", ["rc_b", "gamification"])
    write_addon(tmp_path, "rc_a", ["sale"])
    write_addon(tmp_path, "rc_b", ["rc_a", "crm"])
    return tmp_path


# ------------------------------------------------------------------ addons


def test_addons_come_after_what_they_stand_on(root):
    assert [addon.name for addon in addons.ordered(root)] == ["rc_a", "rc_b", "rc_c"]


def test_what_an_addon_needs_of_odoo_includes_what_its_dependencies_need(root):
    among = addons.ordered(root)
    assert [a.name for a in addons.closure(among[1], among)] == ["rc_a", "rc_b"]
    assert addons.external(addons.closure(among[1], among)) == {"sale", "crm"}


def test_an_addon_whose_own_dependency_is_missing_is_left_out_with_all_above_it(root):
    write_addon(root, "rc_d", ["rc_missing"])
    write_addon(root, "rc_e", ["rc_d"])
    assert [addon.name for addon in addons.ordered(root)] == ["rc_a", "rc_b", "rc_c"]


def test_a_circle_of_addons_is_refused_by_name(tmp_path):
    write_addon(tmp_path, "rc_a", ["rc_b"])
    write_addon(tmp_path, "rc_b", ["rc_a"])
    with pytest.raises(ui.RcError, match="circle.*rc_a"):
        addons.ordered(tmp_path)


def test_the_checksum_changes_with_code_and_data_but_not_with_tests(root):
    addon = addons.ordered(root)[0]
    before = addons.checksum(addon)
    (addon.folder / "tests").mkdir()
    (addon.folder / "tests" / "test_x.py").write_text("x")
    (addon.folder / "__pycache__").mkdir()
    (addon.folder / "__pycache__" / "x.pyc").write_text("x")
    assert addons.checksum(addon) == before
    (addon.folder / "models.py").write_text("x")
    with_code = addons.checksum(addon)
    (addon.folder / "models.py").rename(addon.folder / "views.xml")
    assert len({before, with_code, addons.checksum(addon)}) == 3


# ------------------------------------------------------------------ Odoo


def test_an_odoo_home_that_is_no_odoo_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(ui.RcError, match="holds no odoo/release.py"):
        odoo_source.ensure()


@pytest.mark.parametrize(("series", "is_fine"), [("19, 0", True), ("18, 0", False)])
def test_an_odoo_home_must_be_odoo_19(tmp_path, monkeypatch, series, is_fine):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "addons").mkdir()
    (tmp_path / "odoo" / "release.py").write_text(f"version_info = ({series}, 0, FINAL, 0, '')\n")
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    if is_fine:
        assert odoo_source.ensure().addons_paths == (tmp_path / "addons",)
    else:
        with pytest.raises(ui.RcError, match="is Odoo 18.0; this needs Odoo 19.0"):
            odoo_source.ensure()


def test_odoo_and_the_python_packages_are_fetched_side_by_side(monkeypatch):
    both = threading.Barrier(2, timeout=10)
    monkeypatch.setattr(odoo_source, "ensure", both.wait)
    monkeypatch.setattr(environment, "ensure", lambda: both.wait() in (0, 1) and "environment")
    assert downloads.ensure() == "environment"


def test_a_failed_download_is_told_whichever_it_is(monkeypatch):
    def broken():
        raise ui.RcError("no network")

    for module, other in ((odoo_source, environment), (environment, odoo_source)):
        monkeypatch.setattr(module, "ensure", broken)
        monkeypatch.setattr(other, "ensure", lambda: None)
        with pytest.raises(ui.RcError, match="no network"):
            downloads.ensure()


@pytest.fixture
def _asked_anew():
    environment.interpreter.cache_clear()
    yield
    environment.interpreter.cache_clear()


@pytest.mark.parametrize(
    ("built_with", "system_says", "is_system"),
    [
        ("--enable-optimizations", "3.11", False),  # what runs is fast
        ("--enable-shared", "3.11", True),
        ("--enable-shared", "3.9", False),  # not for Odoo 19
        ("--enable-shared", "3.14", False),
        ("--enable-shared", None, False),  # it cannot make a venv
    ],
)
def test_a_slow_python_steps_aside_for_the_systems(
    monkeypatch, _asked_anew, built_with, system_says, is_system
):
    monkeypatch.delenv("RC_PYTHON", raising=False)
    monkeypatch.setattr(environment, "SYSTEM", pathlib.Path(sys.executable))  # it exists
    monkeypatch.setattr(environment.sys, "executable", "/opt/running")
    monkeypatch.setattr(environment.sysconfig, "get_config_var", lambda _name: built_with)
    monkeypatch.setattr(environment, "_version", lambda _python: system_says)
    found, _version = environment.interpreter()
    assert found == (str(environment.SYSTEM) if is_system else "/opt/running")


def test_a_python_named_by_hand_is_taken_or_refused(monkeypatch, _asked_anew):
    monkeypatch.setenv("RC_PYTHON", "/no/such/python")
    with pytest.raises(ui.RcError, match="is no Python that can make a virtual environment"):
        environment.interpreter()
    monkeypatch.setenv("RC_PYTHON", sys.executable)
    monkeypatch.setattr(environment, "_version", lambda _python: "3.12")
    assert environment.interpreter() == (sys.executable, "3.12")


def test_the_tours_browser_keeps_its_cache_outside_of_its_profile(tmp_path, monkeypatch):
    real = tmp_path / "bin" / "chromium"
    real.parent.mkdir()
    real.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    real.chmod(0o755)
    monkeypatch.setenv("PATH", f"{real.parent}:/bin")
    env = browser.env(tmp_path / "a run")
    starter = shutil.which("chromium", path=env["PATH"])
    told = subprocess.run([starter, "--x y"], capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[0] == f"--disk-cache-dir={tmp_path}/a run/cache"
    assert told.splitlines()[-1] == "--x y"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.env(tmp_path / "none") == {}


def test_a_damaged_download_is_noticed(tmp_path):
    (tmp_path / "odoo.deb").write_bytes(b"whole")
    sums = {"odoo.deb": odoo_source._sha256(tmp_path / "odoo.deb")}
    (tmp_path / "sha256.json").write_text(str(sums).replace("'", '"'))
    assert odoo_source._kept_packages(tmp_path) == [tmp_path / "odoo.deb"]
    (tmp_path / "odoo.deb").write_bytes(b"cut")
    assert odoo_source._kept_packages(tmp_path) is None


def test_errors_and_warnings_about_us_are_complaints_and_odoos_own_warnings_are_not():
    lines = [
        "2026-01-01 00:00:00,000 7 INFO rc_demo odoo.modules: loading rc_membership",
        "2026-01-01 00:00:00,000 7 WARNING rc_demo odoo.addons.iap: no network",
        "2026-01-01 00:00:00,000 7 WARNING rc_demo odoo.registry: rc.point.entry has no access",
        "2026-01-01 00:00:00,000 7 WARNING rc_demo py.warnings: /x/addons/rc_guild/a.py:1: old",
        "2026-01-01 00:00:00,000 7 ERROR rc_demo odoo.schema: unable to add constraint",
        "Traceback: not a log line",
    ]
    assert odoo.complaints("\n".join(lines)) == lines[2:5]


# ------------------------------------------------------------------ the running product


def test_a_port_in_use_is_refused_with_another_to_try(monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(ui.RcError, match=f"port {port} is in use.*PORT={port + 1} make up"):
            server.Product().check_port()


def test_a_reset_that_cannot_start_throws_nothing_away(tmp_path, monkeypatch):
    dropped = []
    monkeypatch.setattr(server.paths, "RUN", tmp_path)
    monkeypatch.setattr(server.Product, "drop", lambda product, name: dropped.append(name))
    monkeypatch.setattr(server.Product, "server", types.SimpleNamespace(start=lambda: None))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        with pytest.raises(ui.RcError, match="is in use"):
            server.reset(None)
    assert dropped == []


@pytest.mark.parametrize("text", ["abc", "0", "70000", "-1", ""])
def test_a_port_that_is_none_is_refused(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(ui.RcError, match="is not a port number"):
        server.Product()


def test_an_addon_that_installs_itself_is_updated_but_never_asked_for(root, monkeypatch):
    write_addon(root, "rc_glue", ["rc_a"], auto_install=True)
    among = addons.ordered(root)
    sums = addons.checksums(among)
    monkeypatch.setattr(server.addons, "ordered", lambda: among)
    product = server.Product()
    product._runner = types.SimpleNamespace(server=None)

    def outdated(**known):
        monkeypatch.setattr(server.databases, "remembered_checksums", lambda *_of: known)
        return product.outdated()

    assert outdated() == (["rc_a", "rc_b", "rc_c"], [])
    assert outdated(**sums) == ([], [])
    assert outdated(**{**sums, "rc_glue": "older"}) == ([], ["rc_glue"])


def test_a_process_is_only_ours_when_it_carries_our_mark():
    assert process.is_alive(os.getpid(), "pytest")
    assert not process.is_alive(os.getpid(), "/no/such/odoo.conf")
    assert not process.is_alive(2**22 + 1, "pytest")


def test_a_failing_program_is_told_in_one_sentence():
    with pytest.raises(ui.RcError, match=r"^do this next \(exit code 1\)$"):
        process.run(["false"], failure="do this next")
    with pytest.raises(ui.RcError, match="there is no program"):
        process.run(["/no/such/program"], failure="do this next")


def test_a_server_named_by_the_environment_is_used(monkeypatch):
    monkeypatch.delenv("PGHOST", raising=False)
    monkeypatch.delenv("RC_DB_HOST", raising=False)
    assert postgres.named_by_environment() is None
    monkeypatch.setattr(postgres, "_system_programs_fit", lambda server: True)
    monkeypatch.setenv("PGUSER", "me")
    monkeypatch.setenv("RC_DB_HOST", "db.example")
    named = postgres.named_by_environment()
    assert (named.host, named.user, named.port) == ("db.example", "me", "5432")


@pytest.mark.parametrize(
    ("client", "server_number", "fits"), [(15, 160003, False), (17, 160003, True)]
)
def test_client_programs_older_than_the_server_are_not_used(
    monkeypatch, client, server_number, fits
):
    monkeypatch.setattr(postgres.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(
        postgres.process, "output", lambda *_a, **_k: f"pg_dump (PostgreSQL) {client}.2 (Debian)"
    )
    named = postgres.Server(None, "db.example")
    monkeypatch.setattr(named, "query", lambda sql: [[str(server_number)]])
    assert postgres._system_programs_fit(named) is fits


def test_a_long_path_gets_a_short_socket_folder(tmp_path):
    deep = tmp_path / ("x" * 120)
    cluster = postgres.Cluster(tmp_path, deep, {})
    assert len(cluster.host) < postgres.SOCKET_NAME_MAX < len(str(deep))
    assert postgres.Cluster(tmp_path, tmp_path, {}).host == str(tmp_path)


@pytest.fixture
def new_cluster():
    """Make embedded servers in one folder that root's server user may enter too."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="rc") as folder:
        pathlib.Path(folder).chmod(0o755)
        here = environment.Environment(pathlib.Path(sys.prefix), "")
        made = []

        def make(settings):
            made.append(
                postgres.Cluster(here.postgres_binaries, pathlib.Path(folder) / "pg", settings)
            )
            made[-1].start()
            return made[-1]

        yield make
        made[-1].stop()


def kill(cluster):
    arguments = ["-m", "immediate", "-D", cluster.folder, "stop"]
    cluster._as_owner("pg_ctl", *arguments, failure="the server cannot be killed")


def test_a_throwaway_server_keeps_its_databases_over_a_stop_but_not_over_a_crash(new_cluster):
    cluster = new_cluster(postgres.THROWAWAY_SETTINGS)
    cluster.create("template")
    cluster.stop()
    cluster.start()
    assert "template" in cluster.databases()
    kill(cluster)
    cluster.start()
    assert "template" not in cluster.databases()


def test_a_server_with_people_s_data_keeps_them_over_a_crash(new_cluster):
    cluster = new_cluster({})
    cluster.create("mine")
    kill(cluster)
    cluster.start()
    assert "mine" in cluster.databases()


def test_the_last_holder_of_a_shared_lock_may_switch_off(tmp_path, monkeypatch):
    monkeypatch.setenv("RC_CACHE", str(tmp_path))
    first, second = locks.Shared("cluster"), locks.Shared("cluster")
    assert not first.is_last()
    first.close()
    assert second.is_last()
    second.close()


def test_a_cache_can_be_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("RC_CACHE", str(tmp_path / "mine"))
    assert paths.cache() == tmp_path / "mine"
    assert paths.cache().is_dir()


# ------------------------------------------------------------------ adding up


JUNIT = """<testsuites><testsuite>
  <testcase classname="t" name="good"/>
  <testcase classname="t" name="bad"><failure message="no"/></testcase>
  <testcase classname="t" name="broken"><error message="no"/></testcase>
  <testcase classname="t" name="left_out"><skipped message="no browser"/></testcase>
</testsuite></testsuites>"""


def test_a_report_of_pytest_is_added_up_by_name(tmp_path):
    (tmp_path / "j.xml").write_text(JUNIT)
    found = outcome.from_junit(tmp_path / "j.xml", "step", 1)
    assert str(found) == "1 passed, 2 failed, 1 skipped"
    assert found.failures == ["t.bad", "t.broken"]
    assert found.skips == ["t.left_out: no browser"]


def test_a_pytest_that_breaks_off_counts_as_a_failure(tmp_path):
    assert str(outcome.from_junit(tmp_path / "none.xml", "step", 2)).startswith(
        "0 passed, 1 failed"
    )
    (tmp_path / "j.xml").write_text(JUNIT.replace("failure", "x").replace("error", "x"))
    assert outcome.from_junit(tmp_path / "j.xml", "step", 0).is_green
    assert not outcome.from_junit(tmp_path / "j.xml", "step", 3).is_green
    assert not outcome.from_junit(tmp_path / "j.xml", "step", 1).is_green


def test_no_tests_is_neither_passed_nor_failed(tmp_path):
    found = outcome.from_junit(tmp_path / "none.xml", "step", 5)
    assert (str(found), found.note) == ("0 passed, 0 failed, 0 skipped", "no tests")


def run_lanes(tmp_path, *steps):
    results = lanes.Lanes(steps, tmp_path).run()
    return {result.step.name: str(result.outcome) for result in results}


def test_a_step_waits_for_what_it_needs_and_is_not_run_when_that_failed(tmp_path):
    order = []

    def work(name, result):
        def do():
            order.append(name)
            return result

        return do

    found = run_lanes(
        tmp_path,
        lanes.Step("needs good", work("needs good", outcome.passed()), needs=("good",)),
        lanes.Step("needs bad", work("needs bad", outcome.passed()), needs=("bad",)),
        lanes.Step("good", work("good", outcome.passed())),
        lanes.Step("bad", work("bad", outcome.failed("it is bad"))),
        lanes.Step("needs unselected", work("free", outcome.passed()), needs=("nobody",)),
    )
    assert found == {
        "needs good": "1 passed, 0 failed, 0 skipped",
        "needs bad": "0 passed, 1 failed, 0 skipped",
        "good": "1 passed, 0 failed, 0 skipped",
        "bad": "0 passed, 1 failed, 0 skipped",
        "needs unselected": "1 passed, 0 failed, 0 skipped",
    }
    assert order.index("good") < order.index("needs good")
    assert "needs bad" not in order


def test_a_step_that_breaks_is_one_failure_and_the_others_go_on(tmp_path):
    def broken():
        raise ValueError("broken")

    both = threading.Barrier(2, timeout=10)

    def together():
        both.wait()
        return outcome.passed()

    found = run_lanes(
        tmp_path,
        lanes.Step("broken", broken),
        lanes.Step("left", together),
        lanes.Step("right", together),
    )
    assert found["broken"] == "0 passed, 1 failed, 0 skipped"
    assert found["left"] == found["right"] == "1 passed, 0 failed, 0 skipped"
    assert "ValueError: broken" in (tmp_path / "broken.log").read_text()
