"""Doors in the source: context keys, sudo without a reason, raw SQL texts."""

import ast
import tokenize

from odoo.tests import BaseCase, tagged

from . import allowlist, roles

# sudo() makes the system act: a reason stands on the line, behind it, or within three lines above
REASON_LINES = 3


def sources():
    """Return our Python files without tests, demo stories and migrations."""
    skipped = {"tests", "migrations"}
    return [
        path
        for name in roles.OURS
        for path in sorted((roles.ROOT / "addons" / name).rglob("*.py"))
        if not skipped & set(path.relative_to(roles.ROOT).parts)
    ]


def calls(tree, name):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", None) == name:
            yield node


def superuser(tree):
    """Calls like ``env(su=True)``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and any(keyword.arg == "su" for keyword in node.keywords):
            yield node


def comment_lines(path):
    with tokenize.open(path) as file:
        tokens = tokenize.generate_tokens(file.readline)
        return {token.start[0] for token in tokens if token.type == tokenize.COMMENT}


def has_reason(node, statement, comments):
    """True when a comment explains the call, or the statement it is part of."""
    first = min(statement.lineno, node.lineno)
    near = range(first - REASON_LINES, max(node.end_lineno, statement.end_lineno) + 1)
    return any(line in comments for line in near)


def statements(tree):
    """Return node → the smallest statement it is in."""
    owner = {}

    def visit(node, current):
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            current = node
        for child in ast.iter_child_nodes(node):
            owner[child] = current if current is not None else child
            visit(child, current)

    visit(tree, None)
    return owner


@tagged("post_install", "-at_install")
class TestCode(BaseCase):
    maxDiff = None

    def test_nothing_branches_on_the_context_but_what_was_agreed(self):
        """RPC callers send the context, so it may choose a language or a label, never an amount."""
        rows = []
        for path in sources():
            tree = ast.parse(path.read_text(encoding="utf-8"))
            reads = [
                node
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute)
                and node.attr in ("context", "_context")
                and isinstance(node.ctx, ast.Load)
            ]
            keys = set()
            for parent in ast.walk(tree):
                for node in reads:
                    if isinstance(parent, ast.Attribute) and parent.value is node:
                        continue  # context.get(…): the call below names the key
                    if isinstance(parent, ast.Call) and getattr(parent.func, "value", None) is node:
                        keys.add(ast.unparse(parent))
                    elif isinstance(parent, ast.Subscript) and parent.value is node:
                        keys.add(ast.unparse(parent))
            name = str(path.relative_to(roles.ROOT / "addons"))
            rows += [(name, key) for key in keys]
            rows += [(name, "context used whole")] if len(reads) > len(keys) else []
        self.agrees(allowlist.compare("context.csv", ("file", "read"), rows, lambda row: True))

    def test_each_sudo_says_why(self):
        """Beside the call, or in sudo.csv for a file whose docstring says it once; counts may fall."""
        rows = []
        for path in sources():
            tree = ast.parse(path.read_text(encoding="utf-8"))
            comments, owner = comment_lines(path), statements(tree)
            acts = (*calls(tree, "sudo"), *calls(tree, "with_user"), *superuser(tree))
            bare = [n for n in acts if not has_reason(n, owner.get(n, n), comments)]
            if bare:
                rows.append((str(path.relative_to(roles.ROOT / "addons")), len(bare)))
        columns = ("file", "calls without a reason beside them")
        self.agrees(allowlist.compare("sudo.csv", columns, rows, lambda row: True))

    def test_sql_is_built_by_parts_never_by_text(self):
        """The first argument of SQL() and of execute() is a literal: no f-string, % or +."""
        built = []
        for path in sources():
            tree = ast.parse(path.read_text(encoding="utf-8"))
            executes = [node for node in calls(tree, "execute") if node.args]
            sqls = [
                node
                for node in ast.walk(tree)
                if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "SQL"
                and node.args
            ]
            for node in (*executes, *sqls):
                if isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
                    built.append(f"{path.relative_to(roles.ROOT)}:{node.lineno}")
        self.assertEqual(built, [])

    def test_no_page_puts_out_raw_text(self):
        """t-raw and Markup of what people typed would run their scripts."""
        found = []
        for name in roles.OURS:
            for path in sorted((roles.ROOT / "addons" / name).rglob("*.xml")):
                if "t-raw" in path.read_text(encoding="utf-8"):
                    found.append(str(path.relative_to(roles.ROOT)))
        for path in sources():
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                is_markup = isinstance(node, ast.Call) and ast.unparse(node.func) in (
                    "Markup",
                    "markupsafe.Markup",
                )
                if is_markup and node.args and not isinstance(node.args[0], ast.Constant):
                    found.append(f"{path.relative_to(roles.ROOT)}:{node.lineno}")
        self.assertEqual(found, [])

    def agrees(self, complaint):
        if complaint:
            self.fail(complaint)
