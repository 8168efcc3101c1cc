"""One deterministic zip for each function: what it needs and nothing else, the same bytes every time.

What it needs is followed from its door, import by import, through our own modules; its dependencies come from
its group in `uv.lock`, resolved for Lambda's Python and processor whatever this machine is, each file checked
against its hash. boto3 is in Lambda's runtime and in no zip.

A zip's entries carry no usable times, so an ordinary .pyc file would never be believed and every cold start
would compile everything again: the .pyc files here are never checked ("unchecked-hash").
"""

import ast
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from uv import find_uv_bin

from functions import matching, spreadsheets
from functions.questionnaires import definitions
from functions.questionnaires.programme_codec import written
from functions.web.rendering import COMPILED
from infra import ROOT
from schemas.programme import ProgrammeError, checked

OURS = ("functions", "schemas")
# Packages whose names are each imported from a module when they are first asked for.
DOORS = {door.__name__: door.MODULE_OF for door in (matching, spreadsheets)}
IN_THE_RUNTIME = ("boto3", "botocore")
LAMBDA_PYTHON = "3.13"
PYTHONS = ROOT / "build" / "cache" / "python"
# Of Zappa a function gets the handler that turns events into WSGI requests, and what that imports. The rest
# of it deploys, and would bring boto3 and two dozen packages along.
ZAPPA = ("__init__.py", "asgi.py", "handler.py", "middleware.py", "utilities.py", "wsgi.py")
# Behind imports that Kith never takes: Zappa's deploying half.
PRUNED = ("zappa",)
DOOR = "functions.entry"
SCHEMA_FILES = ("schemas/*/*.json", "functions/i18n/catalogues/*.mo", "schemas/*/*.toml")
EARLIEST = (1980, 1, 1, 0, 0, 0)


class BuildError(Exception):
    """A zip that can't be built; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What goes into one function's zip.

    `without` are modules that the doors import only for another function's events: they are not followed.
    `files` are globs of what is read at run time. `alone` are packages taken without their dependencies, and
    which of their files. With `pages` their templates come along compiled.
    """

    group: str
    without: tuple[str, ...]
    files: tuple[str, ...]
    alone: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pages: bool = False


SITE_FILES = (
    "schemas/programmes/*.svg",
    "schemas/programmes/*.png",
    "site/templates/**/*",
    "site/styles/*.scss",
    "site/scripts/*.js",
    "site/images/*",
    "site/package-lock.json",
)
NOT_HTTP = "functions.lambda_http"
FUNCTIONS = {
    "web": Contents(
        group="web",
        without=("functions.jobs.queued", "functions.jobs.scheduled"),
        files=(*SCHEMA_FILES, *SITE_FILES),
        alone=(("zappa", ZAPPA), ("durationpy", ("*",))),
        pages=True,
    ),
    "match": Contents(
        group="match",
        without=(
            NOT_HTTP,
            "functions.jobs.scheduled",
            "functions.usecases.messages.send_messages",
            "functions.usecases.messages.record_delivery_event",
        ),
        files=SCHEMA_FILES,
    ),
    "mail": Contents(
        group="mail",
        without=(
            NOT_HTTP,
            "functions.usecases.runs.run_match",
            "functions.usecases.enrolment.update_supply_forecast",
            "functions.usecases.runs.introduce_pairs",
            "functions.usecases.messages.record_delivery_event",
        ),
        files=(*SCHEMA_FILES, "site/mail/**/*"),
    ),
    "feedback": Contents(
        group="feedback",
        without=(
            NOT_HTTP,
            "functions.jobs.scheduled",
            "functions.usecases.runs.run_match",
            "functions.usecases.enrolment.update_supply_forecast",
            "functions.usecases.runs.introduce_pairs",
            "functions.usecases.messages.send_messages",
        ),
        files=SCHEMA_FILES,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a zip is built for. `platform` is uv's name of it, None this very machine."""

    platform: str | None
    python: str


TARGETS = {
    "arm64": Target(platform="aarch64-manylinux_2_28", python=LAMBDA_PYTHON),
    "x86_64": Target(platform="x86_64-manylinux_2_28", python=LAMBDA_PYTHON),
    "host": Target(platform=None, python=f"{sys.version_info[0]}.{sys.version_info[1]}"),
}


def build(
    out: Path, target: Target, names: Iterable[str] = FUNCTIONS, tell: Callable[[str], None] = print
) -> None:
    """Have one zip for each function named in `out`. Raises `BuildError`.

    One that is there already, made from just these sources and not touched since, is left as it is.
    """
    out.mkdir(parents=True, exist_ok=True)
    compiler = python_here(target.python) or _fetched(target.python, tell)
    if compiler is None:
        tell(
            f"  There is no Python {target.python} to compile with, neither here nor to be fetched: the zips "
            "hold sources alone, and a function starts some 0.4 s slower. Install it and build again."
        )
    for name in names:
        file, note = out / f"{name}.zip", out / f"{name}.made.json"
        origin = _origin(name, target, compiler)
        if not _made_from(origin, file, note):
            note.unlink(missing_ok=True)
            _make(name, target, compiler, file)
            made = {"from": origin, "sha256": _digest(file), "platform": target.platform}
            note.write_text(json.dumps(made), "utf-8")
        tell(f"  {name:<9}{file.stat().st_size / 2**20:6.1f} MiB  sha256 {_digest(file)[:16]}…")


def _make(name: str, target: Target, compiler: Path | None, file: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="kith-zip-") as folder:
        content = Path(folder, "content")
        _copy_sources(name, content, target)
        if compiler is not None:
            _compile(compiler, content)
        draft = file.with_suffix(".new")
        with draft.open("wb") as packed:
            pack(content, packed)
        draft.replace(file)


def _origin(name: str, target: Target, compiler: Path | None) -> str:
    """Return a digest of all that the bytes of a zip follow from."""
    digest = hashlib.sha256(f"{name} {target} {compiler and _version(compiler)}".encode())
    if target.platform is None:
        digest.update(f"{platform.platform()} {sys.version}".encode())
    makers = (
        Path(__file__),
        Path(__file__).with_name("page_templates.py"),
        ROOT / "uv.lock",
        ROOT / "pyproject.toml",
    )
    for file in (*makers, *sorted({*modules_of(name).values(), *_files(FUNCTIONS[name].files)})):
        digest.update(f"\0{file.relative_to(ROOT).as_posix()}\0{_digest(file)}".encode())
    return digest.hexdigest()


def _made_from(origin: str, file: Path, note: Path) -> bool:
    try:
        made = json.loads(note.read_text("utf-8"))
        return bool((made["from"], made["sha256"]) == (origin, _digest(file)))
    except (OSError, ValueError, LookupError):
        return False


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def processor_of(folder: Path) -> str | None:
    """Return which of Lambda's processors the zips there were built for; None for this very machine's."""
    try:
        built_for = json.loads((folder / "web.made.json").read_text("utf-8"))["platform"]
    except (OSError, ValueError, LookupError):
        return None
    return next(
        (name for name, target in TARGETS.items() if target.platform == built_for and built_for), None
    )


def modules_of(name: str) -> dict[str, Path]:
    """Return the modules of ours that the function needs, by name, found from its door."""
    without = FUNCTIONS[name].without
    found: dict[str, Path] = {}
    waiting = [DOOR]
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found[module] = _file_of(module)
        if amiss := sorted(set(without).intersection(imports_of(module, at_start=True))):
            raise BuildError(
                f"{name}: {module} imports {', '.join(amiss)} as it starts, and this zip leaves that out. "
                "Import it where it is used."
            )
        waiting += [needed for needed in imports_of(module) if needed not in without and _is_ours(needed)]
        waiting += [module.rpartition(".")[0]] if "." in module else []
    return found


def imports_of(module: str, *, at_start: bool = False) -> Iterator[str]:
    """Yield every module that the module imports anywhere, or only as it starts, but for its types."""
    tree = ast.parse(_file_of(module).read_text("utf-8"))
    for node in _running(tree, at_start=at_start):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if _is_ours(node.module):
                for alias in node.names:
                    yield from _modules_of(node.module, alias.name)


def _modules_of(package: str, name: str) -> list[str]:
    """Return what the import of a name loads: a door that imports later takes each from its own module."""
    module = f"{package}.{name}"
    if module in DOORS:
        return [module, *DOORS[module].values()]  # whichever is looked up later
    if name in DOORS.get(package, {}):
        return [DOORS[package][name]]
    return [module] if _exists(module) else []


def _running(node: ast.AST, *, at_start: bool) -> Iterator[ast.AST]:
    """Yield every node that is ever run, or only those that run when the module is loaded."""
    for child in ast.iter_child_nodes(node):
        if _is_for_types(child) or (at_start and isinstance(child, ast.FunctionDef)):
            continue
        yield child
        yield from _running(child, at_start=at_start)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in OURS


def _exists(module: str) -> bool:
    path = ROOT.joinpath(*module.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _file_of(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    package = path / "__init__.py"
    file = package if package.is_file() else path.with_suffix(".py")
    if not file.is_file():
        raise BuildError(f"{module} is imported, and there is no such module.")
    return file


def _copy_sources(name: str, content: Path, target: Target) -> None:
    contents = FUNCTIONS[name]
    content.mkdir()
    _install(contents, content, target)
    for path in sorted(content.rglob("*"), reverse=True):
        if _is_ballast(path.relative_to(content)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    modules = modules_of(name)
    for file in [*modules.values(), *_files(contents.files)]:
        copy = content / file.relative_to(ROOT)
        if copy.exists():
            raise BuildError(f"{name}: a dependency brings {file.relative_to(ROOT)}, which is ours.")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    _check_programmes(content / definitions.CHECKED.name)
    if contents.pages:
        _compile_templates(content / COMPILED.name)
    if lacking := _lacking(modules, content):
        raise BuildError(f"{name}: nothing in the zip provides {', '.join(lacking)}.")


def _lacking(modules: Iterable[str], content: Path) -> list[str]:
    """Return what our modules import that neither the zip nor Lambda's runtime has."""
    needed = {imported.partition(".")[0] for module in modules for imported in imports_of(module)}
    known = {*sys.stdlib_module_names, *OURS, *IN_THE_RUNTIME, "__future__"}
    present = {path.name.partition(".")[0] for path in content.iterdir()}
    return sorted(needed - known - present)


def _files(globs: Sequence[str]) -> list[Path]:
    return sorted(path for pattern in globs for path in ROOT.glob(pattern) if path.is_file())


def _install(contents: Contents, content: Path, target: Target) -> None:
    locked = _locked(contents.group, PRUNED)
    _pip(locked, content, target)
    for package, wanted in contents.alone:
        everything = _locked(contents.group, ())
        with tempfile.TemporaryDirectory(prefix="kith-zip-") as folder:
            _pip(_only(package, everything), Path(folder), target)
            source = Path(folder, package)
            single = Path(folder, f"{package}.py")
            if single.is_file():
                shutil.copyfile(single, content / single.name)
                continue
            (content / package).mkdir()
            for file in (
                file for pattern in wanted for file in sorted(source.glob(pattern)) if file.is_file()
            ):
                shutil.copyfile(file, content / package / file.name)


def _locked(group: str, pruned: Sequence[str]) -> str:
    """Return the requirements of a group, pinned and hashed, as `uv.lock` has them."""
    prunes = [argument for package in pruned for argument in ("--prune", package)]
    return _uv(
        "export",
        "--frozen",
        "--only-group",
        group,
        "--no-emit-project",
        "--no-header",
        "--no-annotate",
        *prunes,
    )


def _only(package: str, requirements: str) -> str:
    """Return the lines of one package from a list of requirements, which indents their hashes."""
    kept, lines = False, []
    for line in requirements.splitlines():
        if not line.startswith(" "):
            kept = line.startswith(f"{package}==")
        if kept:
            lines.append(line)
    return "\n".join(lines)


def _pip(requirements: str, folder: Path, target: Target) -> None:
    """Install exactly these into the folder, each file checked against its hash."""
    if not requirements.strip():
        return
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as listed:
        listed.write(requirements)
        listed.flush()
        chosen = ["--only-binary", ":all:", "--require-hashes", "--no-deps", "--link-mode", "copy"]
        if target.platform:
            chosen += ["--python-platform", target.platform, "--python-version", target.python]
        _uv("pip", "install", "--target", str(folder), *chosen, "-r", listed.name)


def _uv(*arguments: str) -> str:
    process = subprocess.run(
        [find_uv_bin(), "--quiet", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "UV_PYTHON": sys.executable,
            "UV_SYSTEM_CERTS": os.environ.get("UV_SYSTEM_CERTS", "1"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        raise BuildError(f"uv {arguments[0]} failed:\n{process.stderr.strip()}")
    return process.stdout


def _is_ballast(path: Path) -> bool:
    """Whether an installed file never runs: tests, scripts, types, and records that differ by machine."""
    if path.parts[0] == "bin" or path.name in ("__pycache__", "tests", ".lock"):
        return True
    if path.parent.name.endswith(".dist-info"):
        return path.name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")
    return path.suffix in (".pyi", ".pyx", ".pxd", ".h", ".c", ".a")


def _check_programmes(folder: Path) -> None:
    """Leave each programme as its checks made it: a function that starts does not check it again."""
    folder.mkdir()
    for file in _files(["schemas/programmes/*.toml"]):
        try:
            found = checked(file.read_text("utf-8"), file=file.relative_to(ROOT).as_posix())
        except ProgrammeError as error:
            raise BuildError(str(error)) from error
        (folder / f"{file.stem}.json").write_text(written(found), "utf-8")


def _compile_templates(folder: Path) -> None:
    """Have the templates compiled in a process of its own, so that they are the same bytes each time."""
    process = subprocess.run(
        [sys.executable, "-m", "infra.build.page_templates", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        raise BuildError(f"A template is unsound:\n{process.stderr.strip()}")


def _compile(python: Path, content: Path) -> None:
    """Compile everything, in one process and with fixed hashes, so that the bytes are the same each time."""
    command = [str(python), "-m", "compileall", "-q", "-q", "--invalidation-mode", "unchecked-hash"]
    subprocess.run(
        [*command, "-s", str(content), "-p", "/var/task", str(content)],
        env={**os.environ, "PYTHONHASHSEED": "0"},
        check=False,  # a dependency may ship a file for another Python, which is never imported
    )


def python_here(version: str) -> Path | None:
    """Return an interpreter of that version on this machine, one that was fetched included; or None."""
    if version == TARGETS["host"].python:
        return Path(sys.executable)
    on_path = [Path(folder, f"python{version}") for folder in os.get_exec_path()]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    kept_by_pyenv = sorted(pyenv.glob(f"{version}.*/bin/python{version}"), reverse=True)
    fetched = sorted(PYTHONS.glob(f"*{version}*/bin/python{version}"), reverse=True)
    everywhere = (*on_path, *kept_by_pyenv, *fetched)
    return next((python for python in everywhere if _is(python, version)), None)


def _fetched(version: str, tell: Callable[[str], None]) -> Path | None:
    """Fetch uv's own build of that Python into the build's cache, once; return None where that fails."""
    tell(f"  Fetching Python {version}, which Lambda has, to compile with")
    try:
        _uv("python", "install", "--no-bin", "--install-dir", str(PYTHONS), version)
    except BuildError:
        return None
    return python_here(version)


def _is(python: Path, version: str) -> bool:
    """Whether it really runs as that version: a version manager's stand-in may not."""
    return python.is_file() and _version(python).startswith(f"{version}.")


def _version(python: Path) -> str:
    """Return which Python it is, in three numbers; an empty text when it does not run."""
    command = [str(python), "-c", "import platform; print(platform.python_version())"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def pack(content: Path, file: IO[bytes]) -> None:
    """Write the folder as a zip: sorted, with the same time and rights everywhere."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        files = {path.relative_to(content).as_posix(): path for path in content.rglob("*") if path.is_file()}
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o755 if ".so" in path.suffixes else 0o644) << 16
            packed.writestr(entry, path.read_bytes())
