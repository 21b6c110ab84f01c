"""Entry point; kept readable for old Pythons so that they get a sentence, not a traceback."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - who runs an older one needs the sentence
    sys.exit(
        "Python %d.%d is too old: this needs Python 3.10 or newer. Install one (Debian 12: "
        "apt-get install python3 python3-venv) and run `make PYTHON=python3.11 ...`."
        % sys.version_info[:2]
    )

from .cli import main

sys.exit(main())
