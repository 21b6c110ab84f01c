"""The rules that keep the layers apart, read from the syntax tree; nothing is imported or run.

Each rule takes a source file and yields findings. A finding may be allowed by a line of
``tools/layers_allowed.txt`` ("rule path reason"). ``tools/long_functions.txt`` is a ratchet: it
lists the functions past 70 lines, and may only get shorter.
"""

import ast
import dataclasses
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).parents[1]
LINES_MAX = 70
KERNEL_THIRD_PARTY = {"dateutil"}
KERNEL_BANNED = {
    "importlib": "imports at run time",
    "logging": "logs",
    "os": "reads the environment",
    "random": "is random",
    "secrets": "is random",
    "socket": "talks to the network",
    "subprocess": "runs programs",
    "time": "reads the clock",
    "uuid": "is random",
}
CLOCK_METHODS = {"now", "utcnow", "today", "context_today"}
SQL_METHODS = {"execute", "executemany", "execute_query", "execute_query_dict", "execute_values"}


@dataclasses.dataclass(frozen=True)
class Source:
    """One Python file of an addon."""

    path: str  # from the root of the checkout, such as addons/rc_x/kernel/money.py
    tree: ast.Module

    @property
    def parts(self):
        return pathlib.PurePosixPath(self.path).parts

    @property
    def addon(self):
        return self.parts[1]

    @property
    def is_kernel(self):
        return "kernel" in self.parts[2:-1] and "tests" not in self.parts

    @property
    def is_test(self):
        return "tests" in self.parts

    @property
    def package(self):
        """The dotted package that relative imports start from."""
        return ("odoo", "addons", *self.parts[1:-1])


@dataclasses.dataclass(frozen=True)
class Finding:
    """A broken rule."""

    rule: str
    path: str
    line: int
    what: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.what}"


def parse(path, text):
    """Read one file."""
    return Source(str(path), ast.parse(text, str(path)))


def sources(root):
    """All Python files of the addons."""
    for path in sorted((root / "addons").rglob("*.py")):
        yield parse(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))


def imported(source):
    """Every import as (line, full dotted name), relative ones resolved."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = source.package[: len(source.package) - node.level + 1] if node.level else ()
            start = ".".join((*base, *filter(None, (node.module,))))
            for alias in node.names:
                yield node.lineno, f"{start}.{alias.name}"


# ------------------------------------------------------------------ rules


def kernel_imports(source):
    """A kernel imports the standard library and kernels, nothing else."""
    if not source.is_kernel:
        return
    for line, name in imported(source):
        top, *rest = name.split(".")
        if top == "odoo":
            is_kernel = rest[:1] == ["addons"] and rest[2:3] == ["kernel"]
            if not (is_kernel and rest[1].startswith("rc_")):
                yield Finding("kernel-import", source.path, line, f"{name} is not a kernel")
        elif top in KERNEL_BANNED:
            yield Finding("kernel-import", source.path, line, f"{top} {KERNEL_BANNED[top]}")
        elif top not in sys.stdlib_module_names and top not in KERNEL_THIRD_PARTY:
            yield Finding("kernel-import", source.path, line, f"{top} is not standard library")


def kernel_floats(source):
    """A kernel knows no float."""
    if not source.is_kernel:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield Finding("kernel-float", source.path, node.lineno, f"float {node.value}")
        elif isinstance(node, ast.Name) and node.id == "float":
            yield Finding("kernel-float", source.path, node.lineno, "the type float")


def kernel_clock(source):
    """A kernel is told the time."""
    if not source.is_kernel:
        return
    for node in ast.walk(source.tree):
        if _is_clock_call(node):
            yield Finding("kernel-clock", source.path, node.lineno, ast.unparse(node))


def _is_clock_call(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK_METHODS
    )


def clock_defaults(source):
    """No field takes its default from the clock: the button or cron reads it once."""
    if source.is_test:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.keyword) and node.arg == "default":
            reads = [part for part in ast.walk(node.value) if _reads_clock(part)]
            if reads:
                what = f"default={ast.unparse(node.value)}"
                yield Finding("clock-default", source.path, node.value.lineno, what)


def _reads_clock(node):
    return isinstance(node, ast.Attribute) and node.attr in CLOCK_METHODS


def python_clock(source):
    """Outside tests time comes from Odoo (``fields.Datetime.now``), never from Python's clock."""
    if source.is_test:
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        text = ast.unparse(node.func)
        clocks = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")
        if text in clocks or text.startswith("datetime.") and text.endswith(clocks):
            yield Finding("python-clock", source.path, node.lineno, f"{text}()")


def commits(source):
    """Only listed places commit or roll back."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        holder = ast.unparse(node.func.value)
        is_cursor = holder in ("cr", "cursor") or holder.endswith((".cr", "._cr", ".cursor"))
        if node.func.attr in ("commit", "rollback") and is_cursor:
            yield Finding("commit", source.path, node.lineno, f"{holder}.{node.func.attr}()")


def built_sql(source):
    """SQL is never put together from strings: parameters, or Odoo's ``SQL``."""
    for function in ast.walk(source.tree):
        if not isinstance(function, ast.FunctionDef | ast.Module):
            continue
        built = {
            target.id
            for node in _own_nodes(function)
            if isinstance(node, ast.Assign) and _is_built(node.value)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in _own_nodes(function):
            argument = _sql_argument(node)
            is_name = isinstance(argument, ast.Name) and argument.id in built
            if argument is not None and (is_name or _is_built(argument)):
                yield Finding("built-sql", source.path, node.lineno, ast.unparse(node)[:80])


def _own_nodes(function):
    """Nodes of a function without those of functions inside it."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef):
            waiting.extend(ast.iter_child_nodes(node))


def _sql_argument(node):
    """What a call passes as SQL text, or None."""
    if not isinstance(node, ast.Call):
        return None
    is_method = isinstance(node.func, ast.Attribute) and node.func.attr in SQL_METHODS
    is_wrapper = isinstance(node.func, ast.Name) and node.func.id == "SQL"
    if not (is_method or is_wrapper) or not node.args:
        return None
    is_values = is_method and node.func.attr == "execute_values"
    return node.args[1] if is_values and len(node.args) > 1 else node.args[0]


def _is_built(node):
    """Whether an expression makes a string out of parts."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return any(_is_text(side) for side in (node.left, node.right))
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return is_call and node.func.attr in ("format", "join") and _is_text(node.func.value)


def _is_text(node):
    is_constant = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return is_constant or isinstance(node, ast.JoinedStr) or _is_sum(node)


def _is_sum(node):
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and _is_built(node)


def controller_names(source):
    """What an addon adds to a controller of Odoo's begins with ``rc_`` or ``_rc_``.

    All extensions of one controller become one class, so a plain name may meet another addon's.
    A method that calls its own name on ``super()`` extends, and keeps that name.
    """
    if "controllers" not in source.parts or source.is_test:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and not _is_own_controller(node):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and not _is_fine_on_controller(method):
                    what = f"{node.name}.{method.name}"
                    yield Finding("controller-name", source.path, method.lineno, what)


def _is_own_controller(node):
    return {ast.unparse(base).rpartition(".")[2] for base in node.bases} == {"Controller"}


def _is_fine_on_controller(method):
    return method.name.startswith(("rc_", "_rc_")) or _calls_super(method)


def _calls_super(method):
    """Whether a method calls its own name on ``super()``."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == method.name
        and ast.unparse(node.value).startswith("super(")
        for node in ast.walk(method)
    )


def foreign_imports(source, closures):
    """An addon imports only from addons it depends on; ``closures`` tells which by addon."""
    known = closures[source.addon]
    for line, name in imported(source):
        parts = name.split(".")
        if parts[:2] != ["odoo", "addons"] or len(parts) < 3 or parts[2] in known:
            continue
        is_judged = parts[2] in closures or closures.get("*") is not None
        if is_judged:
            what = f"{parts[2]} is not among the dependencies"
            yield Finding("foreign-import", source.path, line, what)


def model_parts(sources):
    """What the files of an addon that extend one model (ADR 14) define twice without ``super()``.

    They become one class: which of the two stands would be decided by the order of imports.
    """
    defined = {}
    for source in sources:
        if source.is_test or source.is_kernel:
            continue
        for node in ast.walk(source.tree):
            model = _model_of(node) if isinstance(node, ast.ClassDef) else None
            for method in node.body if model else ():
                if isinstance(method, ast.FunctionDef) and not _calls_super(method):
                    key = (source.addon, model, method.name)
                    defined.setdefault(key, []).append((source.path, method.lineno))
    for (_addon, model, name), places in sorted(defined.items()):
        for path, line in places[1:]:
            yield Finding("model-part", path, line, f"{model}.{name} is in {places[0][0]} too")


def portal_parts(sources):
    """What portal controllers define twice without ``super()``, over all addons.

    Odoo makes one class of all that extend its ``CustomerPortal``: a helper of the same name would
    silently take the other's place, also in an addon that knows nothing of it.
    """
    defined = {}
    for source in sources:
        if source.is_test or "controllers" not in source.parts:
            continue
        classes = (node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef))
        for node in classes:
            if all(ast.unparse(base).endswith("Controller") for base in node.bases):
                continue  # not a part of another class
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and not _calls_super(method):
                    defined.setdefault(method.name, []).append((source.path, method.lineno))
    for name, places in sorted(defined.items()):
        for path, line in places[1:]:
            yield Finding("portal-part", path, line, f"{name} is in {places[0][0]} too")


def _model_of(node):
    """Return the one model a class defines or extends, None of any other class."""
    values = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            values[statement.targets[0].id] = statement.value
    named = values.get("_name", values.get("_inherit"))
    return named.value if isinstance(named, ast.Constant) else None


def long_functions(source):
    """Functions past 70 lines, as (key, lines)."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if lines > LINES_MAX:
                yield f"{source.path}::{node.name}", lines


RULES = (
    kernel_imports,
    kernel_floats,
    kernel_clock,
    clock_defaults,
    python_clock,
    commits,
    built_sql,
    controller_names,
)


# ------------------------------------------------------------------ whole checkout


def closures(root, odoo_addons=()):
    """For each addon the names it may import from, itself included.

    With folders of Odoo's own addons the closure goes through those too, and ``*`` is set: then
    imports from Odoo's addons are judged as well.
    """
    depends = {}
    for folder in (*odoo_addons, root / "addons"):
        for manifest in pathlib.Path(folder).glob("*/__manifest__.py"):
            data = ast.literal_eval(manifest.read_text(encoding="utf-8"))
            depends[manifest.parent.name] = set(data.get("depends", ())) | {"base"}
    ours = {manifest.parent.name for manifest in (root / "addons").glob("*/__manifest__.py")}
    result = {name: _closure(name, depends) for name in ours}
    if odoo_addons:
        result["*"] = set(depends)
    return result


def _closure(name, depends):
    found, waiting = set(), [name]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(depends.get(current, ()))
    return found


def allowed(text):
    """Read the allow-list: {(rule, path)}; every line needs a reason."""
    pairs = set()
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            rule, path, _reason = line.split(maxsplit=2)
            pairs.add((rule, path))
    return pairs


def findings(root, odoo_addons=(), read=None):
    """All broken rules of the checkout, allowed or not; ``read``: its files, if read already."""
    known = closures(root, odoo_addons)
    read = list(sources(root)) if read is None else read
    yield from model_parts(read)
    yield from portal_parts(read)
    for source in read:
        for rule in RULES:
            yield from rule(source)
        if source.addon in known:
            yield from foreign_imports(source, known)


def listed(text):
    """Read the ratchet: names of functions that may be long."""
    return {line for line in text.splitlines() if line and not line.startswith("#")}


def problems(root, odoo_addons=()):
    """Yield all that is wrong with a checkout as lines for people: broken rules that no line
    allows, allowances of what is gone, long functions that no list names or that are short now."""
    permitted = allowed((root / "tools" / "layers_allowed.txt").read_text(encoding="utf-8"))
    read = list(sources(root))
    present = list(findings(root, odoo_addons, read))
    yield from (str(found) for found in present if (found.rule, found.path) not in permitted)
    for rule, path in sorted(permitted - {(found.rule, found.path) for found in present}):
        yield f"tools/layers_allowed.txt: {rule} {path} is gone: take the line off"
    ratchet = listed((root / "tools" / "long_functions.txt").read_text(encoding="utf-8"))
    long = {key for source in read for key, _ in long_functions(source)}
    yield from (f"{key}: past {LINES_MAX} lines, split it" for key in sorted(long - ratchet))
    for key in sorted(ratchet - long):
        yield f"tools/long_functions.txt: {key} is short now: take the line off"


def main(root=ROOT):
    """Print what is wrong; return the exit code of the command."""
    odoo_addons = tuple(filter(None, os.environ.get("RC_ODOO_ADDONS", "").split(":")))
    found = list(problems(root, odoo_addons))
    print("\n".join(found) or "The layers are kept.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
