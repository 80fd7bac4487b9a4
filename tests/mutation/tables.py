"""Mutants of what runs when a module is loaded: tables, constants, patterns, enums, defaults and decorated functions.

mutmut mutates the bodies of plain functions only. Here its operators, and a few of our own for tables and patterns,
are put to the rest of the same files. A mutant is the whole text of a module.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import libcst as cst
from mutmut.mutation import mutators

from portal.funding_requests.lifecycle import Action, Status
from portal.people.permissions import PERMISSIONS, UNIT_SCOPED, Permission, Role

# Plain functions that run only while their module is loaded; a mutant of theirs switched on later changes nothing.
AT_LOAD = {"portal/money/in_text.py": {"_in_text"}}
# Statements of which a mutant says nothing: what is exported, types for the type checker.
_SILENT = re.compile(r"__all__|\w+ = TypeVar\(|from |import ")
_ENUMS: dict[str, type[StrEnum]] = {
    "S": Status, "Status": Status, "A": Action, "Action": Action, "P": Permission, "Permission": Permission, "Role": Role,
}  # fmt: skip
_TUPLES = ["_REQUESTER", "_DECIDER", "_FINANCE", "_REGISTRAR", "_DECIDER_OR_REGISTRAR"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module's whole text with one change; ``removed`` and ``added`` are the lines that differ."""

    path: str
    text: str
    removed: str
    added: str


def _without_one(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A tuple, list, set or dict without one of its elements."""
    if isinstance(node, cst.Tuple | cst.List | cst.Set | cst.Dict):
        for n in range(len(node.elements)):
            left = [*node.elements[:n], *node.elements[n + 1 :]]
            if left or not isinstance(node, cst.Set):
                yield node.with_changes(elements=left, **_parentheses(node))


def _parentheses(node: cst.CSTNode) -> dict[str, object]:
    if isinstance(node, cst.Tuple) and not node.lpar:
        return {"lpar": [cst.LeftParen()], "rpar": [cst.RightParen()]}
    return {}


def _another(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The next member of the same enum, or the next named tuple of permissions, in its place."""
    if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name):
        enum = _ENUMS.get(node.value.value)
        members = [member.name for member in enum] if enum else []
        if node.attr.value in members:
            following = members[(members.index(node.attr.value) + 1) % len(members)]
            yield node.with_changes(attr=cst.Name(following))
    elif isinstance(node, cst.Name) and node.value in _TUPLES:
        yield node.with_changes(value=_TUPLES[(_TUPLES.index(node.value) + 1) % len(_TUPLES)])


def _alternatives(pattern: str) -> Iterator[str]:
    """``pattern`` without one of its alternatives, for each that begins and ends inside it."""
    stack: list[int | None] = [0 if "|" in pattern else None]
    n, in_class = 0, False
    while n < len(pattern):
        char = pattern[n]
        if char == "\\":
            n += 2
            continue
        if in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char == "(":
            stack.append(_begin(pattern, n))
        elif char in "|)":
            begin = stack.pop() if stack else None
            if begin is not None and begin < n:
                if char == "|":
                    yield pattern[:begin] + pattern[n + 1 :]
                elif pattern[begin - 1] == "|":
                    yield pattern[: begin - 1] + pattern[n:]
            if char == "|":
                stack.append(n + 1)
        n += 1


def _begin(pattern: str, n: int) -> int | None:
    """Where the first alternative of the group that opens at ``n`` begins."""
    opening = re.compile(r"\((?:\?(?:P<\w+>|[:=!]|<[=!]|-?[a-z]+:))?").match(pattern, n)
    return opening.end() if opening else None


def _fewer_ways(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A pattern that knows one way of writing less."""
    if isinstance(node, cst.SimpleString) and "r" in node.prefix.lower():
        quote = node.quote
        for pattern in _alternatives(node.value[len(node.prefix) + len(quote) : -len(quote)]):
            yield node.with_changes(value=f"{node.prefix}{quote}{pattern}{quote}")
    elif isinstance(node, cst.FormattedStringText):
        for pattern in _alternatives(node.value):
            yield node.with_changes(value=pattern)


def _other_word(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Another text in place of a text; patterns lose alternatives instead."""
    if isinstance(node, cst.SimpleString) and not node.prefix and len(node.quote) == 1:
        yield next(iter(mutators.operator_string(node)))


_OWN = (_without_one, _another, _fewer_ways, _other_word)
_OF_MUTMUT = tuple(
    (kind, operator)
    for kind, operator in mutators.mutation_operators
    if operator not in (mutators.operator_string, mutators.operator_assignment)
)


class _Loaded(cst.CSTVisitor):
    """Collects (node, mutated node) of everything that runs when the module is loaded."""

    def __init__(self, at_load: set[str]) -> None:
        self.at_load = at_load
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef):
            return bool(node.decorators) or node.name.value in self.at_load
        if isinstance(node, cst.Annotation | cst.Decorator | cst.ImportFrom | cst.Import | cst.Param):
            return False
        if isinstance(node, cst.SimpleStatementLine) and _SILENT.match(cst.Module([node]).code.lstrip()):
            return False
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in ("len", "isinstance"):
            return False
        for changed in self._mutated(node):
            self.found.append((node, changed))
        return True

    def _mutated(self, node: cst.CSTNode) -> Iterable[cst.CSTNode]:
        for own in _OWN:
            yield from own(node)
        for kind, operator in _OF_MUTMUT:
            if isinstance(node, kind) and not (operator is mutators.operator_arg_removal and _is_row(node)):
                yield from operator(node)


def _is_row(node: cst.CSTNode) -> bool:
    """A row of a table: without one of its values it could not even be made, which would be a kill too cheap."""
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Name)


def _toggles() -> Iterator[str]:
    """Each permission given to, or taken from, each role; each made unit-scoped, or not."""
    for role in Role:
        for permission in Permission:
            sign = "-" if permission in PERMISSIONS[role] else "|"
            yield f"PERMISSIONS[Role.{role.name}] {sign}= frozenset({{Permission.{permission.name}}})"
    for permission in Permission:
        sign = "-" if permission in UNIT_SCOPED else "|"
        yield f"UNIT_SCOPED {sign}= frozenset({{Permission.{permission.name}}})"


def mutants(path: str, text: str) -> list[Mutant]:
    """Every mutant of what runs when the module is loaded; none that is no Python, and none twice."""
    module = cst.parse_module(text)
    parts = [module.code_for_node(statement) for statement in module.body]
    header = "".join(module.code_for_node(line) for line in module.header)
    made: dict[str, Mutant] = {}
    for n, statement in enumerate(module.body):
        visitor = _Loaded(AT_LOAD.get(path, set()))
        statement.visit(visitor)
        for node, changed in visitor.found:
            after = module.code_for_node(statement.deep_replace(node, changed))
            if after != parts[n] and after not in made and _is_python(after):
                mutated = header + "".join([*parts[:n], after, *parts[n + 1 :]])
                made[after] = Mutant(path, mutated, *_difference(parts[n], after))
    if path == "portal/people/permissions.py":
        for line in _toggles():
            made[line] = Mutant(path, f"{text}\n{line}\n", "", line)
    return list(made.values())


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _difference(before: str, after: str) -> tuple[str, str]:
    """The lines that only one of the two has, between their common beginning and end."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return "\n".join(line.strip() for line in old), "\n".join(line.strip() for line in new)
