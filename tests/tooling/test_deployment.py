"""The Docker files and the production configuration keep the rules of docs/operations.md."""

import configparser
import os
import pathlib
import re
import shutil
import subprocess

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[2]
SECRET = re.compile(r"pass|secret|token|key", re.IGNORECASE)
ODOO_ADDONS = os.environ.get("RC_ODOO_ADDONS", "").split(":")[0]


def compose_faults(compose):
    """What breaks the rules in a parsed compose file."""
    faults = []
    named = set(compose.get("volumes") or ())
    for name, service in compose["services"].items():
        is_short_lived = service.get("restart") == "no"
        if not is_short_lived and "test" not in (service.get("healthcheck") or {}):
            faults.append(f"{name} has no health check")
        for variable, value in (service.get("environment") or {}).items():
            if SECRET.search(variable) and not re.fullmatch(r"\$\{\w+:\?[^}]+\}", str(value)):
                faults.append(f"{name} has a plain secret or a default for {variable}")
        for volume in service.get("volumes") or ():
            if volume.split(":")[0] not in named:
                faults.append(f"{name} mounts {volume}, which is no named volume")
        for port in service.get("ports") or ():
            if not port.startswith(("127.0.0.1:", "${RC_LISTEN")):
                faults.append(f"{name} listens on every address: {port}")
        if not service.get("build") and ":" not in service.get("image", ""):
            faults.append(f"{name} does not pin its image")
    return faults


def configuration_faults(parser):
    """What breaks the rules in a production configuration."""
    options = parser["options"]
    faults = []
    if options.getint("workers", 0) < 2:
        faults.append("workers must be more than one")
    if options.getboolean("list_db", True):
        faults.append("list_db must be off")
    if not options.getboolean("proxy_mode", False):
        faults.append("proxy_mode must be on")
    if not re.fullmatch(r"\^.+\$", options.get("dbfilter", "")):
        faults.append("dbfilter must name one database from ^ to $")
    if not {"base", "rpc", "web", "queue_job"} <= set(options["server_wide_modules"].split(",")):
        faults.append("server_wide_modules must have base, rpc, web and queue_job")
    if "root.rc:" not in parser["queue_job"]["channels"]:
        faults.append("queue_job has no channel root.rc")
    limits = ("memory_soft", "memory_hard", "time_cpu", "time_real", "time_real_cron")
    faults += [f"limit_{name} is missing" for name in limits if f"limit_{name}" not in options]
    faults += [f"{name} is a secret" for name in options if "passw" in name]
    return faults


def read_compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def read_configuration(text=None):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text or (ROOT / "odoo.conf").read_text())
    return parser


def test_the_compose_file_keeps_the_rules():
    compose = read_compose()
    assert compose_faults(compose) == []
    assert compose["services"]["db"]["image"] == "postgres:17"
    assert compose["services"]["odoo"]["depends_on"]["db"]["condition"] == "service_healthy"


def test_a_compose_file_that_breaks_every_rule_is_found_out():
    bad = {
        "services": {
            "db": {
                "image": "postgres",
                "environment": {"POSTGRES_PASSWORD": "odoo"},
                "volumes": ["./data:/var/lib/postgresql/data"],
                "ports": ["5432:5432"],
            },
            "app": {
                "image": "odoo:19.0",
                "environment": {"API_KEY": "${API_KEY:-abc}"},
                "healthcheck": {"test": ["CMD", "true"]},
            },
        }
    }
    assert compose_faults(bad) == [
        "db has no health check",
        "db has a plain secret or a default for POSTGRES_PASSWORD",
        "db mounts ./data:/var/lib/postgresql/data, which is no named volume",
        "db listens on every address: 5432:5432",
        "db does not pin its image",
        "app has a plain secret or a default for API_KEY",
    ]


def test_the_image_is_odoo_19_and_its_files_exist():
    text = (ROOT / "docker" / "Dockerfile").read_text()
    assert re.search(r"^FROM odoo:19\.0$", text, re.MULTILINE)
    assert re.search(r"^USER odoo$", text, re.MULTILINE)
    for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists(), name


def test_the_image_installs_the_versions_that_were_tested():
    pinned = set((ROOT / "requirements.txt").read_text().splitlines())
    wanted = (ROOT / "docker" / "requirements.txt").read_text().splitlines()
    assert [line for line in wanted if not line.startswith("#") and line not in pinned] == []


def test_the_example_of_secrets_holds_none():
    lines = (ROOT / ".env.example").read_text().splitlines()
    pairs = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert {name: value for name, value in pairs.items() if SECRET.search(name) and value} == {}
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert used == set(pairs)


def test_the_production_configuration_keeps_the_rules():
    assert configuration_faults(read_configuration()) == []


def test_a_configuration_that_breaks_every_rule_is_found_out():
    bad = """
        [options]
        workers = 0
        dbfilter = .*
        db_password = odoo
        server_wide_modules = base,web
        [queue_job]
        channels = root:2
    """
    faults = configuration_faults(read_configuration(re.sub(r"(?m)^ +", "", bad)))
    assert len(faults) == 12, faults


@pytest.mark.skipif(not ODOO_ADDONS, reason="no Odoo to ask which options it knows")
def test_odoo_knows_every_option_of_the_configuration():
    text = (pathlib.Path(ODOO_ADDONS).parent / "tools" / "config.py").read_text()
    known = set(re.findall(r"""dest=['"](\w+)['"]""", text)) | {
        name.replace("-", "_") for name in re.findall(r"""['"]--([\w-]+)['"]""", text)
    }
    assert sorted(set(read_configuration()["options"]) - known) == []


def _has_compose():
    if not shutil.which("docker"):
        return False
    command = ["docker", "compose", "version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not _has_compose(), reason="no docker client with compose on this machine")
def test_docker_compose_accepts_the_file():
    env = {**os.environ, "POSTGRES_PASSWORD": "only-for-this-check"}
    command = ["docker", "compose", "config", "-q"]
    subprocess.run(command, cwd=ROOT, env=env, check=True)
    without = {name: value for name, value in env.items() if name != "POSTGRES_PASSWORD"}
    assert subprocess.run(command, cwd=ROOT, env=without, check=False).returncode != 0
