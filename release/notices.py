"""The licence texts of the crates that are compiled into the components, which their licences ask to pass on."""

import re
from pathlib import Path

from crates import Crate

HEAD = """\
The components contain the crates below. Each crate is used under one of the licences that it offers; the texts are
those of the crates themselves. Identical texts are printed once.
"""
NAMES = re.compile(r"(licen[cs]e|copying|notice|copyright)", re.IGNORECASE)


def text(crates: list[Crate]) -> str:
    """One list of the crates and their licences, and after it every text with the crates that it comes from."""
    texts: dict[str, list[str]] = {}
    for crate in crates:
        for file in _files(crate.folder):
            # Copies differ in line ends and in spaces only.
            content = "\n".join(line.rstrip() for line in file.read_text(errors="replace").splitlines()).strip()
            texts.setdefault(content, []).append(f"{crate.name} {crate.version} ({file.name})")
    parts = [HEAD, *(f"{crate.name} {crate.version}: {crate.license}" for crate in crates)]
    for content, sources in texts.items():
        parts += ["", "=" * 80, *sources, "-" * 80, content]
    return "\n".join(parts) + "\n"


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file() and NAMES.match(file.name))
