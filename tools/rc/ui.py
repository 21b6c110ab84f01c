"""What a person sees: sentences, progress with seconds, and failures that say what to do next."""

import contextlib
import sys
import threading
import time

STARTED = time.monotonic()
_local = threading.local()
_print_lock = threading.Lock()


class RcError(Exception):
    """A failure whose message is one sentence that says what to do next."""


def elapsed():
    """Seconds since the command began."""
    return time.monotonic() - STARTED


def say(text=""):
    """Print a line: to the terminal, or to the log of the step this thread works on."""
    log = getattr(_local, "log", None)
    if log is not None:
        log.write(f"{text}\n")
        log.flush()
        return
    with _print_lock:
        print(text, flush=True)


def announce(text):
    """Print a line with the time to the terminal, whoever asks."""
    with _print_lock:
        print(f"[{elapsed():6.1f} s] {text}", flush=True)


@contextlib.contextmanager
def progress(title):
    """Say what begins, and how long it took when it ends."""
    begun = time.monotonic()
    say(f"[{elapsed():6.1f} s] {title} ...")
    yield
    say(f"[{elapsed():6.1f} s] {title}: done in {time.monotonic() - begun:.1f} s")


@contextlib.contextmanager
def logging_to(path):
    """Send this thread's lines and its processes' output to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", errors="replace") as log:
        _local.log = log
        try:
            yield log
        finally:
            _local.log = None


def current_log():
    """The log file of this thread, or None."""
    return getattr(_local, "log", None)


def complain(text):
    """Print to standard error."""
    with _print_lock:
        print(text, file=sys.stderr, flush=True)
