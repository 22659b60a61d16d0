"""The version of a release: `[workspace.package] version` in Cargo.toml, and every place that repeats it.

The MCP server's `serverInfo`, the `User-Agent` and `--version` take it from Cargo, so the check of the crates covers
them.
"""

import re
import tomllib
from pathlib import Path


def version(root: Path) -> str:
    """The version of the workspace."""
    return _toml(root / "Cargo.toml")["workspace"]["package"]["version"]


def disagreements(root: Path, tag: str | None = None) -> list[str]:
    """Every place that has another version, as one sentence each. `tag` is the tag of a release, such as `v1.2.3`."""
    expected = version(root)
    found = [*_crates(root, expected), *_manifests(root), *_wit(root), _changelog(root, tag is not None)]
    if tag is not None:
        found.append(("the tag", tag.removeprefix("v")))
    return [f"{place} has {actual}, Cargo.toml has {expected}" for place, actual in found if actual != expected]


def _crates(root: Path, expected: str):
    cargo = _toml(root / "Cargo.toml")
    for member in [".", *cargo["workspace"]["members"]]:
        for file in sorted(root.glob(f"{member}/Cargo.toml")):
            actual = _toml(file)["package"].get("version", "no version")
            inherits = actual == {"workspace": True}
            yield str(file.relative_to(root)), expected if inherits else actual


def _manifests(root: Path):
    for file in sorted([*root.glob("spin*.toml"), *root.glob("deploy/*/spin*.toml")]):
        yield str(file.relative_to(root)), _toml(file)["application"].get("version", "no version")


def _wit(root: Path):
    file = root / "wit" / "connector.wit"
    package = re.search(r"^package [a-z:-]+@(\S+);$", file.read_text(), re.MULTILINE)
    yield str(file.relative_to(root)), package[1] if package else "no version"


def _changelog(root: Path, released: bool) -> tuple[str, str]:
    """The first heading of a version; before a release, the version that the part `Unreleased` announces."""
    text = (root / "CHANGELOG.md").read_text()
    heading = re.search(r"^## \[(\S+?)\]", text, re.MULTILINE)
    actual = heading[1] if heading else "no version"
    if actual == "Unreleased" and not released:
        announced = re.search(r"^What (\d\S*) will offer\.$", text, re.MULTILINE)
        actual = announced[1] if announced else actual
    return "CHANGELOG.md", actual


def _toml(file: Path) -> dict:
    return tomllib.loads(file.read_text())
