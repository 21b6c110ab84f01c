"""Copying a database with its files: into one file, out of it, or to another server.

A backup is a tar with ``about.json``, ``database.dump`` (pg_dump's custom format: all tables,
triggers and constraints) and ``filestore/``.
"""

import json
import pathlib
import shutil
import tarfile
import tempfile
import time

from . import databases, paths, ui


def _scratch():
    """A folder for a dump; PostgreSQL's clients run as us, so it may be private."""
    return tempfile.TemporaryDirectory(prefix="dump-", dir=paths.cache())


def write(runner, database, target):
    """Write the database and its filestore to the tar file."""
    with _scratch() as scratch, ui.progress(f"backing up {database}"):
        dump = pathlib.Path(scratch) / "database.dump"
        runner.server.dump(database, dump)
        about = pathlib.Path(scratch) / "about.json"
        made_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        sums = databases.remembered_checksums(runner.server, database)
        about.write_text(json.dumps({"database": database, "made_at": made_at, "addons": sums}))
        draft = target.with_name(f"{target.name}.part")
        with tarfile.open(draft, "w") as tar:
            tar.add(about, "about.json")
            tar.add(dump, "database.dump")
            files = runner.filestore(database)
            if files.is_dir():
                tar.add(files, "filestore")
        draft.chmod(0o600)
        draft.rename(target)


def read(runner, source, database):
    """Make the database from the tar file: complete or not at all."""
    if not source.is_file():
        raise ui.RcError(f"there is no file {source}")
    with _scratch() as scratch, ui.progress(f"restoring {database}"):
        folder = pathlib.Path(scratch)
        try:
            with tarfile.open(source) as tar:
                _extract(tar, folder)
        except tarfile.TarError as error:
            raise ui.RcError(f"{source} is not a backup made by `make backup`: {error}") from error
        if not (folder / "database.dump").exists():
            raise ui.RcError(f"{source} holds no database.dump: not made by `make backup`")
        _load(runner, folder / "database.dump", folder / "filestore", database)


def _extract(tar, folder):
    """Unpack without following anything out of the folder."""
    if hasattr(tarfile, "data_filter"):
        tar.extractall(folder, filter="data")
        return
    for member in tar.getmembers():
        inside = (folder / member.name).resolve().is_relative_to(folder.resolve())
        if not inside or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"{member.name} does not belong in a backup")
    tar.extractall(folder)


def _load(runner, dump, files, database):
    """Restore under a draft name, then give the final one."""
    draft = f"{database}_draft"
    runner.server.drop(draft)
    runner.server.create(draft)
    try:
        runner.server.restore(dump, draft)
    except ui.RcError:
        runner.server.drop(draft)
        raise
    databases.copy_tree(files, runner.filestore(database))
    runner.server.rename(draft, database)


def transfer(source, database, target, name):
    """Copy a database with its files from one server to another, through a dump."""
    with _scratch() as scratch:
        dump = pathlib.Path(scratch) / "dump"
        source.server.dump(database, dump, jobs=2)
        _load(target, dump, source.filestore(database), name)
        shutil.rmtree(dump, ignore_errors=True)


def copy_via_dump(runner, source, name):
    """Copy a database on its own server the way a backup and its restore would."""
    with _scratch() as scratch:
        file = pathlib.Path(scratch) / "backup.tar"
        write(runner, source, file)
        runner.server.drop(name)
        read(runner, file, name)
