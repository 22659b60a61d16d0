"""Runs schemathesis against the emulator, with the API document of this repository."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

from app import ROOT, TARGET, App  # noqa: E402
from scenario import prepare  # noqa: E402

# Longer than any run, so that only a hang reaches it.
LIMIT_S = 600


def main():
    output = TARGET / "schemathesis"
    output.mkdir(parents=True, exist_ok=True)
    with App() as app:
        environment = {
            **os.environ,
            "API_KEY": app.key,
            "SCENARIO_IDS": json.dumps(prepare(app)),
            "PYTHONPATH": str(HERE),
        }
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", HERE / "schemathesis.toml"),
            *("run", ROOT / "static" / "openapi.json", "--url", app.api),
        ]
        # In a folder of its own, because it writes caches where it runs.
        run = subprocess.run(
            command, cwd=output, env=environment, timeout=LIMIT_S, stdout=subprocess.PIPE, text=True, check=False
        )
    sys.stdout.write(run.stdout)
    phases = re.findall(r"^ +(?:✅ (\d+) passed)? *(?:❌ (\d+) failed)?", run.stdout, re.MULTILINE)
    passed = sum(int(passed or 0) for passed, _ in phases)
    failed = sum(int(failed or 0) for _, failed in phases)
    # A failed check of the whole run is not counted as a failed operation.
    failed = max(failed, int(run.returncode != 0))
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0 or passed == 0)


if __name__ == "__main__":
    sys.exit(main())
