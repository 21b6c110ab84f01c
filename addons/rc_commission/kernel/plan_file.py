"""Plan files: YAML 1.2 to plain data and back, amounts never read as binary numbers."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import yaml

from .errors import PlanError

LINE = 160  # columns of a rule that stands on one line
OPEN = ("rules", "ladders", "moves", "ranks")  # one line for each of their items


class _Loader(yaml.SafeLoader):
    """Safe YAML with the 1.2 core types: ``on`` is a word, ``10.50`` a Decimal."""

    yaml_implicit_resolvers = {}


class _Dumper(yaml.SafeDumper):
    """Writes what :class:`_Loader` reads: ``on`` needs no quotes in YAML 1.2."""

    yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$"),
    list("-+.0123456789"),
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:timestamp", re.compile(r"^\d{4}-\d{2}-\d{2}$"), list("0123456789")
)
_Loader.add_constructor(
    "tag:yaml.org,2002:float", lambda loader, node: Decimal(loader.construct_scalar(node))
)
_Loader.add_constructor(
    "tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node))
)


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> dict:
    mapping = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            key = key_node.value
        if key in mapping:
            raise PlanError("duplicate_key", key, key=key, line=key_node.start_mark.line + 1)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)


def load_plan(text: str) -> dict:
    """Return the content of a plan file (YAML or JSON).

    >>> load_plan("{on: payment, rate: 10.50}")
    {'on': 'payment', 'rate': Decimal('10.50')}
    """
    try:
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader of ours)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "syntax"
        raise PlanError(
            "bad_syntax", "", problem=problem, line=mark.line + 1 if mark else 1
        ) from error
    if not isinstance(content, Mapping):
        raise PlanError("wrong_type", "", expected="mapping", line=1)
    return dict(content)


def find_line(text: str, path: str) -> int | None:
    """Return the line (from 1) at which ``path`` of an error stands, or of its nearest parent.

    >>> find_line("plan: x\\nrules:\\n  - {id: a, ratt: 1}", "rules[0].ratt")
    3
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError:
        return None
    if node is None:
        return None
    line = node.start_mark.line + 1
    for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        child = _child(node, name, index)
        if child is None:
            break
        line, node = child
    return line


def _child(node: yaml.Node, name: str, index: str) -> tuple[int, yaml.Node] | None:
    if index and isinstance(node, yaml.SequenceNode) and int(index) < len(node.value):
        item = node.value[int(index)]
        return item.start_mark.line + 1, item
    if name and isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            if key_node.value == name:
                return key_node.start_mark.line + 1, value_node
    return None


def to_json(definition: Mapping) -> str:
    """Return the definition as text for the database: keys in file order, amounts as texts.

    >>> to_json({"rate": Decimal("10.50")})
    '{"rate": "10.50"}'
    """
    return json.dumps(definition, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not belong in a plan")


def to_flow(value: object) -> str:
    """Return a value as YAML in one line.

    >>> to_flow({"by": "tier", "table": {"pro": "10%", "team": "5.00"}})
    "{by: tier, table: {pro: 10%, team: '5.00'}}"
    """
    text = yaml.dump(
        json.loads(to_json(value)),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=True,
        width=sys.maxsize,
    )
    return text.removesuffix("\n").removesuffix("\n...")


def load_value(text: str, path: str) -> dict:
    """Return the mapping a piece of a plan file says, as it is stored (amounts as texts).

    :param path: where it belongs, for the error
    """
    try:
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader of ours)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "syntax"
        raise PlanError("bad_syntax", path, problem=problem) from error
    if not isinstance(content, Mapping):
        raise PlanError("wrong_type", path, expected="mapping")
    return json.loads(to_json(content))


def to_yaml(definition: Mapping) -> str:
    """Return a plan file's text for a definition read by :func:`load_plan` or from JSON.

    A rule or rank stands on one line where it fits.
    """
    plain = json.loads(to_json(definition))
    return "".join(f"{line}\n" for line in _block(plain, ""))


def _block(value: Mapping, indent: str) -> Iterator[str]:
    for key, inner in value.items():
        head, flow = f"{indent}{to_flow(key)}:", to_flow(inner)
        if not isinstance(inner, dict | list) or not inner:
            yield f"{head} {flow}"
        elif key not in OPEN and len(head) + len(flow) < LINE:
            yield f"{head} {flow}"
        elif isinstance(inner, dict):
            yield head
            yield from _block(inner, f"{indent}  ")
        else:
            yield head
            for item in inner:
                yield from _item(item, f"{indent}  ")


def _item(value: object, indent: str) -> Iterator[str]:
    flow = to_flow(value)
    if not isinstance(value, dict) or len(indent) + len(flow) < LINE:
        yield f"{indent}- {flow}"
        return
    for number, line in enumerate(_block(value, f"{indent}  ")):
        yield line if number else f"{indent}- {line[len(indent) + 2 :]}"
