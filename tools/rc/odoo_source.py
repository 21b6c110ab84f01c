"""Getting Odoo 19: from ``ODOO_HOME``, from the cache, or from Debian.

The Debian package is not installed: apt fetches and verifies it (own lists, own cache, no root),
``dpkg-deb -x`` unpacks it into our cache. The mirror is the one this machine already uses.
"""

import dataclasses
import hashlib
import json
import os
import pathlib
import pwd
import re
import shutil
import tempfile

from . import locks, paths, process, project, ui

KEYRING = pathlib.Path("/usr/share/keyrings/debian-archive-keyring.gpg")
OTHERWISE = "set ODOO_HOME to the folder of an Odoo 19, or use Docker (docs/operations.md)"


@dataclasses.dataclass(frozen=True)
class Odoo:
    """An Odoo to run: what goes on PYTHONPATH, its extra addons folders, its version."""

    home: pathlib.Path
    addons_paths: tuple
    version: str

    @property
    def env(self):
        return {"PYTHONPATH": str(self.home), "PYTHONDONTWRITEBYTECODE": "1"}


def ensure():
    """Return an Odoo 19, fetching it when there is none yet."""
    if os.environ.get("ODOO_HOME"):
        return _from_home(pathlib.Path(os.environ["ODOO_HOME"]).expanduser().absolute())
    with locks.exclusive("odoo-source"):
        unpacked = _newest_unpacked() or _unpack(_download())
    return Odoo(unpacked / "usr/lib/python3/dist-packages", (), unpacked.name)


def _from_home(home):
    """An Odoo the user has: a git checkout, an unpacked package, or a folder with ``odoo`` in it."""
    for candidate in (home, home / "usr/lib/python3/dist-packages"):
        release = candidate / "odoo" / "release.py"
        if release.is_file():
            break
    else:
        raise ui.RcError(
            f"ODOO_HOME={home} holds no odoo/release.py; give the folder of an Odoo 19"
        )
    version = _release_version(release)
    if version != project.ODOO_SERIES:
        raise ui.RcError(
            f"ODOO_HOME={home} is Odoo {version}; this needs Odoo {project.ODOO_SERIES}"
        )
    beside = candidate / "addons"
    commit = process.output(["git", "-C", candidate, "rev-parse", "HEAD"], check=False).strip()
    key = f"home-{paths.digest(candidate, commit, release.stat().st_mtime)}"
    return Odoo(candidate, (beside,) if beside.is_dir() else (), key)


def _release_version(release):
    """The series, such as 19.0, that a release.py names."""
    match = re.search(r"^version_info = \((\d+), (\d+)", release.read_text(), re.MULTILINE)
    return f"{match[1]}.{match[2]}" if match else "of an unknown version"


# ------------------------------------------------------------------ the cache


def _newest_unpacked():
    """The unpacked Odoo in the cache: the tested version first, else the newest."""
    marks = sorted(paths.cache().glob("odoo-*/.complete"), key=lambda mark: mark.stat().st_mtime)
    folders = [mark.parent for mark in marks]
    tested = [folder for folder in folders if folder.name == f"odoo-{project.ODOO_TESTED}"]
    return (tested or folders or [None])[-1]


def _sha256(path):
    summed = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            summed.update(block)
    return summed.hexdigest()


def _kept_packages(folder):
    """Packages of an earlier download, when all of them are as apt verified them."""
    record = folder / "sha256.json"
    if not record.exists():
        return None
    sums = json.loads(record.read_text())
    whole = all((folder / n).exists() and _sha256(folder / n) == s for n, s in sums.items())
    if not whole:
        ui.say("the kept Debian packages are damaged; fetching them again")
        return None
    return [folder / name for name in sums]


def _download():
    """Fetch the packages through apt into the cache; returns their files."""
    folder = paths.folder(paths.cache() / "debs")
    kept = _kept_packages(folder)
    if kept:
        return kept
    _check_debian()
    with ui.progress("fetching Odoo 19 from Debian (about 130 MB, once)"):
        with tempfile.TemporaryDirectory(prefix="apt-", dir=paths.cache()) as work:
            work = pathlib.Path(work)
            work.chmod(0o755)
            options = _update_lists(work)
            _fetch(work, options)
            for old in folder.iterdir():
                old.unlink()
            files = [pathlib.Path(shutil.move(deb, folder)) for deb in work.glob("*.deb")]
        record = {deb.name: _sha256(deb) for deb in files}
        (folder / "sha256.json").write_text(json.dumps(record, indent=1))
    return files


def _check_debian():
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            raise ui.RcError(f"there is no {program} here to fetch Odoo from Debian; {OTHERWISE}")
    if not KEYRING.exists():
        raise ui.RcError(
            f"{KEYRING} is missing: `apt-get install debian-archive-keyring`, or {OTHERWISE}"
        )


def _mirrors():
    """The Debian mirrors this machine uses, main archive first."""
    wanted = "$(REPO_URI) $(SUITE) $(LABEL)"
    lines = process.output(["apt-get", "indextargets", "--format", wanted]).splitlines()
    found = [line.split()[0] for line in lines if "security" not in line.lower()]
    if not found:
        raise ui.RcError(f"apt knows no Debian mirror on this machine; {OTHERWISE}")
    return sorted(set(found))


def _update_lists(work):
    """Read the index of Debian sid into the folder; returns the apt options that use it."""
    for mirror in _mirrors():
        sources = work / "sources.list"
        sources.write_text(f"deb [signed-by={KEYRING}] {mirror} sid main\n")
        paths.folder(work / "lists" / "partial")
        paths.folder(work / "cache" / "archives" / "partial")
        settings = {
            "Dir::Etc::SourceList": sources,
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::State::Lists": work / "lists",
            "Dir::Cache": work / "cache",
            "APT::Sandbox::User": pwd.getpwuid(os.geteuid()).pw_name,
            "APT::Update::Error-Mode": "any",
            "Acquire::Languages": "none",
        }
        options = [part for item in settings.items() for part in ("-o", f"{item[0]}={item[1]}")]
        try:
            process.run(["apt-get", *options, "update"], failure="no index", timeout=300)
            return options
        except ui.RcError:
            continue
    raise ui.RcError(f"no Debian mirror answered: check the network, or {OTHERWISE}")


def _fetch(work, options):
    """Download the tested version, or whatever 19.0 the mirror has now."""
    failure = f"apt could not fetch Odoo: check the network and run this again, or {OTHERWISE}"
    command = ["apt-get", *options, "download"]
    pinned = f"{project.ODOO_PACKAGE}={project.ODOO_TESTED}"
    listed = process.output(["apt-cache", *options, "madison", project.ODOO_PACKAGE])
    if project.ODOO_TESTED not in listed:
        ui.say(f"note: Debian no longer has {pinned}; taking its current {project.ODOO_PACKAGE}")
        pinned = project.ODOO_PACKAGE
    packages = [pinned, *project.ODOO_COMPANIONS]
    process.run([*command, *packages], failure=failure, cwd=work, timeout=1200)


def _unpack(debs):
    """Unpack into the cache; the mark is written last, so a broken unpack is done again."""
    main = next(deb for deb in debs if deb.name.startswith(f"{project.ODOO_PACKAGE}_"))
    version = process.output(["dpkg-deb", "-f", main, "Version"]).strip()
    target = paths.cache() / f"odoo-{version}"
    with ui.progress(f"unpacking Odoo {version}"):
        shutil.rmtree(target, ignore_errors=True)
        for deb in debs:
            failure = f"{deb} cannot be unpacked: delete {deb.parent} and run this again"
            process.run(["dpkg-deb", "-x", deb, target], failure=failure)
        package = target / "usr/lib/python3/dist-packages/odoo"
        for stub in project.ODOO_STUBS:
            paths.folder((package / stub).parent)
            (package / stub).touch()
        series = _release_version(package / "release.py")
        if series != project.ODOO_SERIES:
            raise ui.RcError(f"Debian's package holds Odoo {series}; {OTHERWISE}")
        (target / ".complete").touch()
    return target
