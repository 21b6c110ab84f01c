"""A browser for the tours that keeps what it loaded."""

import os
import pathlib
import shlex
import shutil

# as odoo.tests looks for one
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
# Odoo's tests start a browser with an empty profile for each tour: without a cache outside of it
# every tour fetches, parses and compiles megabytes of the same scripts.
FLAGS = (
    "--disk-cache-dir={folder}/cache",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def env(folder, path=None):
    """Return variables by which Odoo's tests find a browser with one cache for all tours.

    :param folder: a folder of this run, for the cache and the starter
    :param path: where programs are looked for; else ``PATH``
    """
    path = path or os.environ.get("PATH", os.defpath)
    found = next(filter(None, (shutil.which(name, path=path) for name in NAMES)), None)
    if not found:
        return {}
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    flags = " ".join(shlex.quote(flag.format(folder=folder)) for flag in FLAGS)
    starter = folder / pathlib.Path(found).name
    starter.write_text(f'#!/bin/sh\nexec {shlex.quote(found)} {flags} "$@"\n')
    starter.chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{path}"}
