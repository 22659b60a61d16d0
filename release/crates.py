"""The crates of a release: those that are compiled into it, and those that only ran when it was built."""

import json
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

TARGET = "wasm32-wasip2"


@dataclass(frozen=True)
class Build:
    """Packages that were built together for one target."""

    packages: tuple[str, ...]
    target: str = TARGET


@dataclass
class Crate:
    """One crate with the facts that its registry and its own Cargo.toml give."""

    name: str
    version: str
    license: str
    repository: str | None
    # SHA-256 of the package, from Cargo.lock. The crates of this workspace have none.
    checksum: str | None
    folder: Path
    # Whether it is in a file of the release. The others are build scripts, macros, and what those need.
    is_shipped: bool
    # The crates that it depends on, as (name, version).
    dependencies: set[tuple[str, str]] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.version


def packages_of(root: Path, components: list[str]) -> dict[str, tuple[str, str]]:
    """For each component file the package that builds it, as (name, version)."""
    metadata = _metadata(root, TARGET)
    built = {
        f"{target['name'].replace('-', '_')}.wasm": (package["name"], package["version"])
        for package in metadata["packages"]
        if package["id"] in metadata["workspace_members"]
        for target in package["targets"]
        if "cdylib" in target["kind"]
    }
    return {component: built[component] for component in components}


def of_builds(root: Path, builds: list[Build]) -> dict[tuple[str, str], Crate]:
    """Every crate that took part in the builds, without those of tests."""
    checksums = _checksums(root)
    result: dict[tuple[str, str], Crate] = {}
    for build in builds:
        metadata = _metadata(root, build.target)
        keys = {package["id"]: (package["name"], package["version"]) for package in metadata["packages"]}
        packages = {keys[package["id"]]: package for package in metadata["packages"]}
        shipped = _tree(root, build, "normal,no-proc-macro")
        used = _tree(root, build, "normal,build")
        for key in used:
            package = packages[key]
            # Older packages separate alternatives by a slash.
            expression = (package["license"] or "").replace("/", " OR ")
            folder = Path(package["manifest_path"]).parent
            crate = Crate(*key, expression, package["repository"], checksums.get(key), folder, key in shipped)
            known = result.setdefault(key, crate)
            known.is_shipped = known.is_shipped or crate.is_shipped
        for node in metadata["resolve"]["nodes"]:
            if (key := keys[node["id"]]) in used:
                kinds = ((keys[d["pkg"]], {kind["kind"] for kind in d["dep_kinds"]}) for d in node["deps"])
                result[key].dependencies |= {other for other, kind in kinds if kind != {"dev"} and other in used}
    return dict(sorted(result.items()))


def rust(root: Path) -> tuple[str, str]:
    """The version of the compiler, whose standard library is in every file, and the target of this computer."""
    text = subprocess.run(["rustc", "-vV"], cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout
    facts = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    return facts["release"], facts["host"]


def _tree(root: Path, build: Build, edges: str) -> set[tuple[str, str]]:
    """The names and versions. `cargo metadata` unites the features of all members; `cargo tree` does as a build does."""
    selected = [word for package in build.packages for word in ("-p", package)]
    lines = _cargo(root, "tree", *selected, "--target", build.target, "-e", edges, "--prefix", "none", "-f", "{p}")
    words = (line.split() for line in lines.splitlines() if line.strip())
    return {(word[0], word[1].removeprefix("v")) for word in words}


def _metadata(root: Path, target: str) -> dict:
    # Macros and build scripts run on this computer, so their dependencies are not those of the target alone.
    platforms = [word for triple in {target, rust(root)[1]} for word in ("--filter-platform", triple)]
    return json.loads(_cargo(root, "metadata", "--format-version", "1", *platforms))


def _checksums(root: Path) -> dict[tuple[str, str], str]:
    lock = tomllib.loads((root / "Cargo.lock").read_text())
    return {(p["name"], p["version"]): p["checksum"] for p in lock["package"] if "checksum" in p}


def _cargo(root: Path, *arguments: str) -> str:
    command = ["cargo", arguments[0], "--locked", *arguments[1:]]
    return subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout
