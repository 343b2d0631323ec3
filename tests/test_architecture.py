"""What DESIGN calls fixed, held by reading the sources: directions, purity, sizes, tables, names."""

import ast
import enum
import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROLES = ("ivr", "acd", "agent_desktop", "crm_bridge")
PACKAGES = ("contact", *ROLES, "dialplans", "runtime")

PURE_STANDARD_LIBRARY = frozenset(
    {
        *("abc", "bisect", "collections", "copy", "dataclasses", "datetime", "decimal", "difflib"),
        *("enum", "fractions", "functools", "hashlib", "heapq", "html", "itertools", "json", "math"),
        *("numbers", "operator", "re", "statistics", "string", "struct", "textwrap", "types"),
        *("typing", "unicodedata", "urllib.parse", "http.HTTPStatus"),
    }
)
"""The part that has no clock, no chance, no files, no network and no tasks in it."""

IMPURE_CALLS = frozenset({"open", "print", "input", "eval", "exec", "now", "utcnow", "today"})
"""Names that read the world even where their module is allowed (`datetime.now`, `date.today`)."""

RUNTIME_FOR_ROLES = frozenset({"bus", "clock", "config", "section", "db", "holiday", "telephone"})
RUNTIME_THAT_WIRES = frozenset(
    {
        "cli",
        "cli_run",
        "cli_account",
        "cli_alert",
        "cli_recordings",
        "cli_check",
        "cli_demo",
        "cli_replay",
        "cli_sim",
        "supervise",
        "doctor",
        "migrations",
    }
)
ONLY_IMPORTERS = {
    "panoramisk": {"acd/adapters/ami_link.py", "ivr/adapters/fastagi.py"},
    "asterisk": {"dialplans/lint.py"},
}
BANNED_NAMES = frozenset({"util", "utils", "helper", "helpers", "common", "manager", "base", "misc"})
FUNCTION_LINES_MAX = 60
MODULE_LINES_MAX = 400


def sources(*packages: str) -> list[Path]:
    return sorted(
        file
        for package in packages
        for file in (ROOT / package).rglob("*.py")
        if "node_modules" not in file.parts
    )


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def imports_of(file: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything `file` imports, `from a import b` as `a.b` too."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(file)}:{node.lineno}: relative import"
            assert node.module is not None
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def is_pure(file: Path) -> bool:
    parts = file.relative_to(ROOT).parts
    return parts[0] == "contact" or (parts[0] in ROLES and parts[1] in ("core", "flow"))


def is_within(name: str, places: Iterator[str] | tuple[str, ...] | frozenset[str]) -> bool:
    return any(name == place or name.startswith(place + ".") for place in places)


PURE_SOURCES = [file for file in sources(*PACKAGES) if is_pure(file)]


def test_there_is_something_to_hold() -> None:
    assert len(PURE_SOURCES) > 5
    assert {file.relative_to(ROOT).parts[0] for file in sources(*PACKAGES)} == set(PACKAGES)


def test_deciding_code_imports_only_pure_modules_and_its_own_core() -> None:
    wrong = []
    for file in PURE_SOURCES:
        role = file.relative_to(ROOT).parts[0]
        own = ("contact",) if role == "contact" else ("contact", f"{role}.core", f"{role}.flow")
        for line, name in imports_of(file):
            if not is_within(name, PURE_STANDARD_LIBRARY) and not is_within(name, own):
                wrong.append(f"{name_of(file)}:{line}: imports {name}")
    assert wrong == []


def test_deciding_code_asks_neither_clock_nor_files_and_never_waits() -> None:
    wrong = []
    for file in PURE_SOURCES:
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
                wrong.append(f"{name_of(file)}:{node.lineno}: asynchronous")
            if isinstance(node, ast.Call):
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if name in IMPURE_CALLS:
                    wrong.append(f"{name_of(file)}:{node.lineno}: calls {name}")
    assert wrong == []


def test_roles_do_not_import_each_other_nor_what_wires_them() -> None:
    wrong = []
    for role in ROLES:
        allowed = ("contact", role, *(f"runtime.{module}" for module in RUNTIME_FOR_ROLES))
        for file in sources(role):
            for line, name in imports_of(file):
                if name.split(".")[0] in PACKAGES and not is_within(name, allowed):
                    wrong.append(f"{name_of(file)}:{line}: imports {name}")
    assert wrong == []


def test_adapters_do_not_import_what_joins_them() -> None:
    wrong = [
        f"{name_of(file)}:{line}: imports {name}"
        for role in ROLES
        for file in sources(f"{role}/adapters")
        for line, name in imports_of(file)
        if is_within(name, tuple(f"{role}.{module}" for module in ("app", "shell", "session")))
    ]
    assert wrong == []


def test_only_what_wires_the_process_imports_roles() -> None:
    wrong = []
    for file in sources("runtime", "dialplans"):
        module = file.relative_to(ROOT).with_suffix("").parts[1]
        if module in RUNTIME_THAT_WIRES:
            continue
        for line, name in imports_of(file):
            if name.split(".")[0] in ROLES:
                wrong.append(f"{name_of(file)}:{line}: imports {name}")
    assert wrong == []


def test_dialplans_know_nothing_of_the_process() -> None:
    allowed = ("contact", "dialplans", "runtime.config", "runtime.section")
    wrong = [
        f"{name_of(file)}:{line}: imports {name}"
        for file in sources("dialplans")
        for line, name in imports_of(file)
        if name.split(".")[0] in PACKAGES and not is_within(name, allowed)
    ]
    assert wrong == []


@pytest.mark.parametrize("package", ONLY_IMPORTERS)
def test_untyped_packages_are_confined_to_their_adapter(package: str) -> None:
    importers = {
        name_of(file)
        for file in sources(*PACKAGES)
        if any(name.split(".")[0] == package for _, name in imports_of(file))
    }
    assert importers <= ONLY_IMPORTERS[package]


def test_functions_are_short() -> None:
    wrong = []
    for file in sources(*PACKAGES, "benchmarks"):
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                lines = node.end_lineno - node.lineno + 1
                if lines > FUNCTION_LINES_MAX:
                    wrong.append(f"{name_of(file)}:{node.lineno}: {node.name} has {lines} lines")
    assert wrong == []


def test_modules_are_short() -> None:
    sizes = {
        name_of(file): len(file.read_text(encoding="utf-8").splitlines())
        for file in sources(*PACKAGES, "benchmarks")
    }
    assert {name: lines for name, lines in sizes.items() if lines > MODULE_LINES_MAX} == {}


def test_modules_are_named_for_what_they_hold() -> None:
    wrong = [
        name_of(file)
        for file in sources(*PACKAGES, "benchmarks", "tests")
        if BANNED_NAMES & {file.stem, file.parent.name}
    ]
    assert wrong == []


def transition_tables() -> Iterator[tuple[str, str]]:
    for file in sources(*PACKAGES):
        for node in tree_of(file).body:
            targets: list[ast.expr] = node.targets if isinstance(node, ast.Assign) else []
            targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
            for target in targets:
                if isinstance(target, ast.Name) and target.id.endswith("TRANSITIONS"):
                    yield ".".join(file.relative_to(ROOT).with_suffix("").parts), target.id


TABLES = list(transition_tables())


@pytest.mark.parametrize(("module", "name"), TABLES)
def test_state_tables_are_total(module: str, name: str) -> None:
    table = getattr(importlib.import_module(module), name)
    assert isinstance(table, Mapping)
    states = type(next(iter(table)))
    assert issubclass(states, enum.Enum)
    assert set(table) == set(states.__members__.values()), "every state has its row"
    for state, row in table.items():
        for cause, target in row.items():
            assert isinstance(cause, enum.Enum), f"{state}: {cause!r} is not a cause"
            assert isinstance(target, states), f"{state}: {cause} leads to {target!r}"


@pytest.mark.parametrize(("module", "name"), TABLES)
def test_every_state_but_the_first_can_be_reached(module: str, name: str) -> None:
    table = getattr(importlib.import_module(module), name)
    first = next(iter(table))
    reached = {target for row in table.values() for target in row.values()}
    assert set(table) - reached <= {first}


@pytest.mark.parametrize(("module", "name"), TABLES)
def test_every_cause_moves_something(module: str, name: str) -> None:
    table = getattr(importlib.import_module(module), name)
    used = {cause for row in table.values() for cause in row}
    causes = {type(cause) for cause in used}
    assert len(causes) == 1
    assert used == set(causes.pop().__members__.values())


def test_the_two_known_machines_are_among_the_tables() -> None:
    assert {name for _, name in TABLES} >= {"AGENT_TRANSITIONS", "OFFER_TRANSITIONS"}


def test_no_name_of_ours_hides_one_of_the_standard_library() -> None:
    assert not set(PACKAGES) & set(sys.stdlib_module_names)
