"""``rc doctor``: what this machine has, and what to do about what it lacks."""

import os
import platform
import shutil

from . import environment, paths, postgres, process, project, ui

PROGRAMS = {
    "apt-get": "fetches Odoo; else set ODOO_HOME",
    "git": "needed for the upgrade test and pre-commit",
    "wkhtmltopdf": "prints PDFs: apt-get install wkhtmltopdf",
    "chromium": "browser tours and screenshots: apt-get install chromium",
    "node": "the prettier hook: apt-get install nodejs npm",
    "docker": "only for the Docker way",
    "fc-list": "tells fonts: apt-get install fontconfig",
}


def doctor(_arguments):
    """Print what this machine has, and what to do about what it lacks."""
    ui.say(
        f"python      {platform.python_version()} on {platform.platform()}, {os.cpu_count()} CPUs"
    )
    ui.say(f"runs Odoo   {' '.join(environment.interpreter())} (RC_PYTHON names another)")
    user = "root (PostgreSQL runs as pgserver)" if os.geteuid() == 0 else "ordinary user"
    ui.say(f"user        {user}")
    for name, use in PROGRAMS.items():
        found = shutil.which(name)
        ui.say(f"{name:<12}{found or 'missing: ' + use}")
    if shutil.which("fc-list"):
        cjk = bool(process.output(["fc-list", ":lang=zh", "family"], check=False).strip())
        ui.say(f"cjk fonts   {'yes' if cjk else 'missing: apt-get install fonts-noto-cjk'}")
    free = shutil.disk_usage(paths.cache()).free >> 30
    ui.say(f"cache       {paths.cache()} ({free} GB free on its disk; RC_CACHE moves it)")
    for place in sorted(paths.cache().iterdir()):
        if place.is_dir() and place.name not in ("locks", "used", "conf"):
            ui.say(f"            {place.name}")
    home = os.environ.get("ODOO_HOME")
    ui.say(f"odoo        {home or 'Debian ' + project.ODOO_TESTED}")
    named = postgres.named_by_environment()
    ui.say(f"database    {named.host + ':' + named.port if named else 'embedded PostgreSQL'}")
    ui.say(f"state       {paths.dev_state()}")
