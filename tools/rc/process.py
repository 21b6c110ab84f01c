"""Running other programs, with their output kept and their failure explained."""

import os
import signal
import subprocess
import tempfile
import time

from . import ui

TAIL_LINES = 40


def tail(text, lines=TAIL_LINES):
    """The last lines of a text."""
    return "\n".join(text.splitlines()[-lines:])


def run(command, *, failure, env=None, cwd=None, user=None, timeout=None, stdin=None):
    """Run a program; its output goes to the thread's log, or is kept until it is needed.

    ``failure`` is the sentence a person reads when the program fails: what to do next. ``stdin`` is
    a text for the program to read.
    """
    log = ui.current_log()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as kept:
        if log is not None:
            log.write(f"$ {' '.join(map(str, command))}\n")
            log.flush()
        try:
            code = subprocess.run(
                [str(part) for part in command],
                env={**os.environ, **(env or {})},
                cwd=cwd,
                user=user,
                input=(stdin or "").encode(),
                stdout=log or kept,
                stderr=subprocess.STDOUT,
                timeout=timeout,
                check=False,
            ).returncode
        except FileNotFoundError:
            raise ui.RcError(f"{failure} (there is no program {command[0]})") from None
        except subprocess.TimeoutExpired:
            raise ui.RcError(f"{failure} (no end after {timeout} s)") from None
        if code:
            if log is None:
                kept.seek(0)
                ui.complain(tail(kept.read()))
            raise ui.RcError(f"{failure} (exit code {code})")


def output(command, *, env=None, check=True, cwd=None):
    """Run a program and return what it printed."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=cwd,
            check=False,
        )
    except FileNotFoundError:
        if check:
            raise ui.RcError(f"there is no program {command[0]} here") from None
        return ""
    if check and done.returncode:
        raise ui.RcError(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def is_alive(pid, mark):
    """Whether the process lives and its command line holds the mark (a pid may be reused)."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as handle:
            return str(mark).encode() in handle.read()
    except OSError:
        return False


def stop(pid, mark, patience_seconds=20):
    """End the process politely, then firmly; only when it carries the mark."""
    for signal_ in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + patience_seconds
        if is_alive(pid, mark):
            os.kill(pid, signal_)
        while is_alive(pid, mark) and time.monotonic() < deadline:
            time.sleep(0.1)
