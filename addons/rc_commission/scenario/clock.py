"""The clock of a run: set to each event, for Python, for Odoo and for the cursor."""

from datetime import datetime

from freezegun import freeze_time

START = datetime(2000, 1, 1, 12)


class Clock:
    """``with Clock(cr) as clock: clock.set(at)``; freezing costs once, moving nothing."""

    def __init__(self, cr):
        self._cr = cr
        self._freezer = freeze_time(START)
        self._frozen = None

    def __enter__(self) -> "Clock":
        self._frozen = self._freezer.start()
        return self

    def __exit__(self, *_error) -> None:
        self._freezer.stop()
        self._cr._now = None

    def set(self, at: datetime) -> None:
        """Let it be ``at`` (naive UTC) everywhere."""
        self._frozen.move_to(at)
        self._cr._now = at  # create and write dates, and what our code takes for now
