"""``odoo scenario FILE…``: try a compensation plan on a small world before it is launched."""

import contextlib
import logging
import sys
from pathlib import Path

from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config

# Odoo loads commands as odoo.cli.<name>, so their addon's own modules have no relative names here
# pylint: disable=odoo-addons-relative-import


class Scenario(Command):
    """Run scenario files against the real modules and the engine alone; both must agree.

    Nothing is kept: every file plays in a transaction that is rolled back.
    """

    def run(self, cmdargs):
        self.parser.add_argument("files", nargs="+", metavar="FILE", help="file or folder of files")
        self.parser.add_argument("--json", action="store_true", help="the result for programs")
        self.parser.add_argument(
            "--engine-only", action="store_true", help="without Odoo: no database is needed"
        )
        self.parser.add_argument("-c", "--config", help="Odoo's configuration file")
        self.parser.add_argument("-d", "--database", help="the database (its data stays as it is)")
        arguments = self.parser.parse_args(args=cmdargs)
        sys.exit(self._run_files(arguments))

    def _run_files(self, arguments):
        options = ["--no-http", "--log-level=error"]
        options += ["-c", arguments.config] if arguments.config else []
        options += ["-d", arguments.database] if arguments.database else []
        config.parse_config(options, setup_logging=True)
        # not at the top: commands are looked up before the addons can be imported
        from odoo.addons.rc_commission.scenario.command import find_files, run_files
        from odoo.addons.rc_commission.scenario.report import as_json, count, summary, tell
        from odoo.addons.rc_commission.scenario.waiting import read_all

        files = find_files(arguments.files)
        missing = [str(path) for path in files if not path.is_file()]
        if missing or not files:
            self.parser.error(f"there is no file {', '.join(missing or arguments.files)}")
        with contextlib.ExitStack() as stack:
            stage = None if arguments.engine_only else self._open_stage(stack)
            waiting = read_all(files)
            results = []
            for result in run_files(files, stage):
                results.append(result)
                if not arguments.json:
                    self._say(tell(result, waiting.get(Path(result.path))))
        last = as_json if arguments.json else summary
        self._say(last(results, waiting))
        return 1 if count(results, waiting)["failed"] else 0

    @staticmethod
    def _say(text):
        print(text, flush=True)  # pylint: disable=print-used

    def _open_stage(self, stack):
        """Open the database in a transaction that nobody commits."""
        from odoo.addons.rc_commission.scenario.odoo_stage import Stage

        names = config["db_name"]
        if len(names) != 1:
            self.parser.error("name one database with -d")
        logging.getLogger("odoo").setLevel(logging.ERROR)
        registry = Registry(names[0])
        cr = stack.enter_context(contextlib.closing(registry.cursor()))
        return stack.enter_context(Stage(cr))
