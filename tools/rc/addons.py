"""Reading the addons' manifests: which there are, in which order, on what they stand."""

import ast
import dataclasses
import graphlib
import hashlib
import pathlib

from . import paths, ui

# what an installed database does not depend on
IGNORED_FOLDERS = {"tests", "readme", "__pycache__", "static"}


@dataclasses.dataclass(frozen=True)
class Addon:
    """One of our addons."""

    name: str
    folder: pathlib.Path
    depends: tuple
    is_automatic: bool


def read(folder):
    """Return the addon in the folder."""
    manifest = folder / "__manifest__.py"
    try:
        data = ast.literal_eval(manifest.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        raise ui.RcError(f"{manifest} is not a valid manifest: {error}") from error
    return Addon(
        name=folder.name,
        folder=folder,
        depends=tuple(data.get("depends", ())),
        is_automatic=bool(data.get("auto_install")),
    )


def ordered(root=paths.ADDONS):
    """All addons under the folder, each after what it depends on."""
    found = {m.parent.name: read(m.parent) for m in sorted(root.glob("*/__manifest__.py"))}
    while orphans := [name for name, addon in found.items() if _missing(addon, found)]:
        for name in orphans:
            missing = ", ".join(_missing(found.pop(name), found))
            ui.say(f"note: leaving out {name}, which needs {missing}, not in {root}")
    graph = {name: [d for d in addon.depends if d in found] for name, addon in found.items()}
    try:
        return [found[name] for name in graphlib.TopologicalSorter(graph).static_order()]
    except graphlib.CycleError as error:
        raise ui.RcError(f"addons depend on each other in a circle: {error.args[1]}") from error


def _missing(addon, found):
    """Addons of ours that this one needs and that are not there."""
    return [name for name in addon.depends if name.startswith("rc_") and name not in found]


def closure(addon, among):
    """The addon and those of ours it stands on, in order."""
    wanted = {addon.name}
    for other in reversed(among):
        if other.name in wanted:
            wanted.update(other.depends)
    return [other for other in among if other.name in wanted]


def external(addons):
    """Names of the Odoo and OCA modules that these addons need."""
    ours = {addon.name for addon in addons}
    return {name for addon in addons for name in addon.depends} - ours


def checksum(addon):
    """A digest of everything in the addon that an installed database depends on."""
    summed = hashlib.sha256()
    for path in sorted(addon.folder.rglob("*")):
        relative = path.relative_to(addon.folder)
        if path.is_file() and not IGNORED_FOLDERS.intersection(relative.parts):
            summed.update(f"{relative}\0".encode())
            summed.update(path.read_bytes())
    return summed.hexdigest()[:16]


def checksums(addons):
    """The digest of each addon by name."""
    return {addon.name: checksum(addon) for addon in addons}
