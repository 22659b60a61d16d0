"""Rewrites a manifest of the repository for the folder in which its component lies."""

import re
import tomllib


def for_distribution(text: str, component: str, name: str, runs_on: str, version: str) -> str:
    """The manifest without its build step, with `component` beside it as the source. All else stays as it is.

    Raises ValueError if the manifest has another component or another shape.
    """
    lines = []
    in_build = False
    for line in text.splitlines():
        table = re.fullmatch(r"\[+([^\]]+)\]+", line.strip())
        if table:
            in_build = bool(re.fullmatch(r"component\.[^.]+\.build", table[1].strip()))
        if not in_build:
            lines.append(re.sub(r'^source = ".*/([^/"]+)"$', r'source = "\1"', line))
    result = _head(name, runs_on, version) + "\n".join(_after_head(lines)).rstrip() + "\n"
    _check(tomllib.loads(text), tomllib.loads(result), component)
    return result


def _head(name: str, runs_on: str, version: str) -> str:
    return (
        "#:schema https://schemas.spinframework.dev/spin/manifest-v2/latest.json\n\n"
        f"# Version {version} of the connector in front of the TokPortal API, for {runs_on}.\n"
        f"# `spin up -f {name}` in this folder starts it. Set `public_url`\n"
        "# (SPIN_VARIABLE_PUBLIC_URL=https://mcp.example.com).\n"
    )


def _after_head(lines: list[str]) -> list[str]:
    """Leaves out the comment before the first setting: it tells how to build."""
    first = next(index for index, line in enumerate(lines) if line and not line.startswith("#"))
    return lines[first:]


def _check(before: dict, after: dict, component: str) -> None:
    """Compares what the two say, because the lines above were rewritten as text."""
    for settings in before["component"].values():
        settings.pop("build", None)
        settings["source"] = settings["source"].rsplit("/", 1)[-1]
        if settings["source"] != component:
            raise ValueError(f"the manifest names {settings['source']} instead of {component}")
    if before != after:
        raise ValueError("the manifest cannot be rewritten: a line has an unexpected form")
