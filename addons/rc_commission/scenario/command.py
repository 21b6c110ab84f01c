"""Running many files in one process: reading, playing, counting."""

import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..kernel.errors import PlanError
from .engine_side import EngineSide
from .file import describe, load_scenario
from .runner import Failure, Result, run, timed
from .types import Refused, Scenario


def find_files(names: Sequence[str]) -> list[Path]:
    """Return the scenario files named; a folder stands for all files in it."""
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            found += sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml", ".json"))
        else:
            found.append(path)
    return found


def run_files(files: Sequence[Path], stage=None) -> Iterator[Result]:
    """Run each file on the engine and, with a stage, on Odoo; yield what came of it."""
    for path in files:
        yield timed(lambda path=path: run_file(path, stage))


def run_file(path: Path, stage=None) -> Result:
    """Run one file; whatever goes wrong in it is its result, the next file runs."""
    try:
        scenario = load_scenario(path.read_text(encoding="utf-8"), str(path))
    except PlanError as error:
        return _broken(path, "the file is read", describe(error), error.values.get("line"))
    except (OSError, UnicodeDecodeError) as error:
        return _broken(path, "the file is read", str(error))
    try:
        return _play(scenario, stage)
    except PlanError as error:
        return _broken(path, "the plans are read", str(error))
    except Refused as refusal:
        result = _broken(path, "the world is set up", f"{refusal.code}: {refusal}")
        result.code = refusal.code
        return result
    except Exception:  # the quarantine of the run: one crash is told, the others are run
        return _broken(path, "the scenario runs", traceback.format_exc())


def _play(scenario: Scenario, stage) -> Result:
    engine = EngineSide(scenario)
    if stage is None:
        return run(scenario, [engine])
    with stage.play(scenario) as odoo:
        return run(scenario, [odoo, engine])


def _broken(path: Path, what: str, problem: str, line: int | None = None) -> Result:
    lines = problem.strip().splitlines()
    failure = Failure("", line, what, "yes", {"": lines[-1]}, lines[:-1])
    return Result(str(path), failures=[failure])
