"""Choosing the steps, running them and adding up."""

import os
import shutil

from .. import databases, paths, ui
from . import lanes, outcome, steps

ROUNDS_CI, ROUNDS_NIGHTLY = 20, 200


def _chosen(all_steps, arguments):
    """The steps that the command line asks for."""
    chosen = list(all_steps)
    if arguments.only:
        chosen = [step for step in chosen if step.addon == arguments.only]
    if arguments.step:
        words = arguments.step.split(",")
        chosen = [step for step in chosen if any(word in step.name for word in words)]
    if arguments.rest:
        chosen = [step for step in chosen if step.is_pytest]
    if not chosen:
        raise ui.RcError("no step is named so: `python3 -m tools.rc test --list` names them")
    return chosen


def _report(results):
    """Print the table, what failed, what was skipped, and the sum as the last line."""
    total = outcome.Outcome()
    width = max(len(result.step.name) for result in results)
    ui.say("\nseconds  step")
    for result in results:
        total += result.outcome
        note = f" ({result.outcome.note})" if result.outcome.note else ""
        ui.say(f"{result.seconds:7.0f}  {result.step.name:<{width}}  {result.outcome}{note}")
    for title, names in (("skipped", total.skips), ("FAILED", total.failures)):
        if names:
            ui.say(f"\n{title}:")
            for name in names:
                ui.say(f"  {name}")
    ui.say(f"\nlogs: {paths.RUN / 'test'}; all of it took {ui.elapsed():.0f} s")
    ui.say(str(total))
    return total


def main(arguments):
    """Run the chosen steps; 1 when anything failed."""
    os.environ.pop("PGDATABASE", None)
    rest = [word for word in arguments.rest if word != "--"]
    rounds = ROUNDS_NIGHTLY if arguments.nightly else ROUNDS_CI
    rounds = int(os.environ.get("RC_RACE_ROUNDS", rounds))
    results = paths.RUN / "test"
    shutil.rmtree(results, ignore_errors=True)
    paths.folder(results)
    try:
        store = databases.Store()
        known = steps.Steps(store, results, rest, rounds, is_nightly=arguments.nightly)
        chosen = _chosen(known.all(), arguments)
        if arguments.list:
            for step in chosen:
                ui.say(step.name)
            return 0
        with store:
            found = lanes.Lanes(chosen, results).run()
    except ui.RcError as error:
        ui.complain(f"\nthe tests could not begin: {error}")
        ui.say(str(outcome.failed("start")))
        return 1
    return 0 if _report(found).is_green else 1
