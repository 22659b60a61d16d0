"""Starts the real app (connector and emulator as components on the embedding host) for one Python test run."""

import json
import os
import re
import subprocess
import threading
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
STOP_LIMIT_S = 15


class App:
    """An app of its own on a free port with its state in memory; a context manager that ends it."""

    def __enter__(self):
        self.process = subprocess.Popen(
            [
                TARGET / "debug" / "tokportal-embed",
                *("--manifest", "spin.emulator.toml", "--listen", "127.0.0.1:0", "--in-memory"),
                *("--variable", "public_url={url}", "--banner", "static/banner.txt"),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        output = ""
        for line in self.process.stdout:
            output += line
            if listening := re.match(r"Listening on (http://\S+)$", line):
                self.url = listening[1]
                break
        else:
            raise RuntimeError(f"the app ended before it listened; it printed:\n{output}")
        # The host would block on a full pipe.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.api = f"{self.url}/emulator/api/ext"
        self.key = re.search(r"^Demo API key: (sk_[0-9a-f]{64})$", output, re.MULTILINE)[1]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def control(self, path, body):
        """A test control of the emulator."""
        return self._send("POST", f"{self.url}/emulator{path}", body)

    def call(self, method, path, body=None):
        """A request of the REST API with the demo key; a status other than 2xx is an error."""
        return self._send(method, f"{self.api}{path}", body)

    def _send(self, method, url, body):
        headers = {"X-API-Key": self.key}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {url}: {error.code} {error.read().decode()}") from error
        return json.loads(text) if text.startswith((b"{", b"[")) else text
