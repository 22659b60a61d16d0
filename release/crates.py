"""The crates that are compiled into the components."""

import json
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

TARGET = "wasm32-wasip2"


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
    # The crates that it depends on, as (name, version).
    dependencies: set[tuple[str, str]] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.version


def packages_of(root: Path, components: list[str]) -> dict[str, tuple[str, str]]:
    """For each component file the package that builds it, as (name, version)."""
    metadata = _metadata(root)
    built = {
        f"{target['name'].replace('-', '_')}.wasm": (package["name"], package["version"])
        for package in metadata["packages"]
        if package["id"] in metadata["workspace_members"]
        for target in package["targets"]
        if "cdylib" in target["kind"]
    }
    return {component: built[component] for component in components}


def shipped(root: Path, packages: list[str]) -> dict[tuple[str, str], Crate]:
    """The crates compiled into the components of `packages`: no tests, no build scripts, no macros."""
    metadata = _metadata(root)
    by_key = {(package["name"], package["version"]): package for package in metadata["packages"]}
    checksums = _checksums(root)
    result = {}
    for key in sorted(_tree(root, packages)):
        package = by_key[key]
        # Older packages separate alternatives by a slash.
        expression = (package["license"] or "").replace("/", " OR ")
        result[key] = Crate(*key, expression, package["repository"], checksums.get(key), Path(package["manifest_path"]).parent)
    keys = {package["id"]: (package["name"], package["version"]) for package in metadata["packages"]}
    for node in metadata["resolve"]["nodes"]:
        crate = result.get(keys[node["id"]])
        if crate:
            normal = (d["pkg"] for d in node["deps"] if any(kind["kind"] is None for kind in d["dep_kinds"]))
            crate.dependencies = {keys[id] for id in normal if keys[id] in result}
    return result


def _tree(root: Path, packages: list[str]) -> set[tuple[str, str]]:
    """The names and versions. `cargo metadata` unites the features of all members; `cargo tree` does as a build does."""
    selected = [word for package in packages for word in ("-p", package)]
    lines = _cargo(
        root, "tree", *selected, "--target", TARGET, "-e", "normal,no-proc-macro", "--prefix", "none", "-f", "{p}"
    )
    words = (line.split() for line in lines.splitlines() if line.strip())
    return {(word[0], word[1].removeprefix("v")) for word in words}


def _metadata(root: Path) -> dict:
    return json.loads(_cargo(root, "metadata", "--format-version", "1", "--filter-platform", TARGET))


def _checksums(root: Path) -> dict[tuple[str, str], str]:
    lock = tomllib.loads((root / "Cargo.lock").read_text())
    return {(p["name"], p["version"]): p["checksum"] for p in lock["package"] if "checksum" in p}


def _cargo(root: Path, *arguments: str) -> str:
    command = ["cargo", arguments[0], "--locked", *arguments[1:]]
    return subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout
