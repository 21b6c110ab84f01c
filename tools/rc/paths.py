"""Where things are: the checkout, its ``.run`` folder and the cache shared by all checkouts."""

import hashlib
import os
import pathlib
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
RUN = ROOT / ".run"
CHECKOUT_ID = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]


def folder(path):
    """Make the folder, readable for the PostgreSQL user, and return it."""
    path.mkdir(parents=True, exist_ok=True)
    return path


def cache():
    """The cache: downloads, environments, template databases.

    ``RC_CACHE`` names another one. root uses /var/cache, because PostgreSQL refuses to run as root
    and its user must be able to reach the files.
    """
    if os.environ.get("RC_CACHE"):
        path = pathlib.Path(os.environ["RC_CACHE"]).absolute()
    elif os.geteuid() == 0:
        path = pathlib.Path("/var/cache/rc-network")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
        path = pathlib.Path(base) / "rc-network"
    return folder(path)


def is_reachable_by_others(path):
    """Whether another user may enter every folder above and including this one."""
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents) if place.exists())


def dev_state():
    """Where this checkout keeps its own server's data.

    ``.run`` in the checkout; for root in a private folder, where the PostgreSQL user cannot look,
    a folder of this checkout in the cache.
    """
    if os.geteuid() == 0 and not is_reachable_by_others(ROOT):
        return folder(cache() / "checkouts" / CHECKOUT_ID)
    return folder(RUN)


def short_temporary(name):
    """A short private folder for a socket whose own folder has too long a name."""
    base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return pathlib.Path(base) / f"rc-{os.geteuid()}-{name}"


def digest(*parts):
    """A short name made from the contents of the parts."""
    summed = hashlib.sha256("\0".join(map(str, parts)).encode())
    return summed.hexdigest()[:12]
