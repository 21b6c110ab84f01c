"""File locks, so that two commands on one machine do not build the same thing twice."""

import contextlib
import fcntl

from . import paths, ui


def _lock_file(name):
    return (paths.folder(paths.cache() / "locks") / f"{name}.lock").open("a")


@contextlib.contextmanager
def exclusive(name):
    """Hold the named lock; says so when it has to wait."""
    with _lock_file(name) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            ui.say(f"waiting for another rc command that holds {name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class Shared:
    """A lock held by all users of a thing; ``is_last`` tells who may switch it off."""

    def __init__(self, name):
        self._handle = _lock_file(name)
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def is_last(self):
        """Give up the share; True when nobody else has one."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False

    def close(self):
        self._handle.close()
