"""Fills a folder with all that a release consists of: `make dist` calls it after it has built the components.

    dist.py packages                 the packages to build, one a line
    dist.py versions [--tag TAG]     fails if a place has another version than Cargo.toml
    dist.py pack --components FOLDER --out FOLDER [--host FILE] [--tag TAG]

The same components give the same files, byte for byte: lists are sorted and there are no dates.
"""

import argparse
import gzip
import hashlib
import json
import shutil
import sys
import tomllib
from pathlib import Path

import crates
import manifest
import versions

ROOT = Path(__file__).resolve().parent.parent
NAME = "tokportal-connector"
# Taken over as they are. The container files need what else is in the folder.
COPIED = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "deploy/container/Containerfile"]
HOST = "tokportal-embed"


def artifacts(root: Path) -> list[dict]:
    return json.loads((root / "release" / "artifacts.json").read_text())


def pack(root: Path, components: Path, out: Path, host: Path | None) -> None:
    # Imported here, because the other commands need no package.
    import notices
    import sbom

    version = versions.version(root)
    license = tomllib.loads((root / "Cargo.toml").read_text())["workspace"]["package"]["license"]
    # A file of an earlier run would be in the checksums, too.
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    packages = crates.packages_of(root, [artifact["component"] for artifact in artifacts(root)])
    rust, target = crates.rust(root)
    builds = [crates.Build(tuple(name for name, _ in packages.values()))]
    if host:
        builds.append(crates.Build((HOST,), target))
    used = crates.of_builds(root, builds)
    files = {}
    for artifact in artifacts(root):
        component = artifact["component"]
        shutil.copyfile(components / component, out / component)
        files[component] = (_sha256(out / component), packages[component])
        if name := artifact["manifest"]:
            text = manifest.for_distribution((root / name).read_text(), component, name, artifact["for"], version)
            (out / name).write_text(text)
    for name in COPIED:
        shutil.copyfile(root / name, out / Path(name).name)
    if host:
        shutil.copy(host, out / HOST)
        files[HOST] = (_sha256(out / HOST), (HOST, version))
    (out / "sbom.cdx.json").write_text(sbom.text(NAME, version, license, rust, files, used))
    (out / "LICENSE-THIRD-PARTY.txt").write_text(notices.text([crate for crate in used.values() if crate.is_shipped]))
    (out / "README.md").write_text(_readme(version, artifacts(root), out))
    names = sorted(file.name for file in out.iterdir())
    (out / "SHA256SUMS").write_text("".join(f"{_sha256(out / name)}  {name}\n" for name in names))


def _readme(version: str, rows: list[dict], out: Path) -> str:
    lines = [
        f"# TokPortal connector {version}",
        "",
        "| component | manifest | runs on | bytes | gzip |",
        "|---|---|---|---:|---:|",
    ]
    for row in rows:
        content = (out / row["component"]).read_bytes()
        small = len(gzip.compress(content, 9, mtime=0))
        name = f"`{row['manifest']}`" if row["manifest"] else "none"
        lines.append(f"| `{row['component']}` | {name} | {row['for']} | {len(content):,} | {small:,} |")
    lines += [
        "",
        "`spin up -f spin.toml` in this folder starts the connector; the manifests explain their variables. `sha256sum -c",
        "SHA256SUMS` checks the files. `sbom.cdx.json` (CycloneDX 1.6) lists the crates in the files; those of macros and build",
        "scripts have the scope `excluded`. `LICENSE-THIRD-PARTY.txt` has the licences. `Containerfile` is for the embedding host",
        "`tokportal-embed`, which `make dist-host` adds.",
    ]
    return "\n".join(lines) + "\n"


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main() -> int:
    parser = argparse.ArgumentParser(description="Fills a folder with all that a release consists of.")
    parser.add_argument("command", choices=["packages", "versions", "pack"])
    parser.add_argument("--components", type=Path, help="folder of the built components")
    parser.add_argument("--out", type=Path, help="folder to fill; what is in it is deleted")
    parser.add_argument("--host", type=Path, help="the embedding host, to be added")
    parser.add_argument("--tag", help="tag of the release, such as v1.2.3")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository")
    arguments = parser.parse_args()
    root = arguments.root.resolve()
    if arguments.command == "packages":
        built = crates.packages_of(root, [artifact["component"] for artifact in artifacts(root)])
        print("\n".join(sorted(name for name, _ in built.values())))
        return 0
    wrong = versions.disagreements(root, arguments.tag or None)
    if wrong:
        print("The versions disagree:", *wrong, sep="\n  ", file=sys.stderr)
        return 1
    if arguments.command == "pack":
        if not arguments.components or not arguments.out:
            parser.error("pack needs --components and --out")
        pack(root, arguments.components, arguments.out, arguments.host)
        print((arguments.out / "README.md").read_text(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
