import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from app import App  # noqa: E402
from receiver import Receiver  # noqa: E402
from tokportal import TokPortal  # noqa: E402

# The README orders a video for 2026-09-01, which must be in the future.
DAY_OF_THE_README = "2026-08-20T09:00:00Z"


@pytest.fixture(scope="session")
def running():
    with App() as app:
        yield app


@pytest.fixture
def app(running, monkeypatch, tmp_path):
    """The emulator on its first day, its key and URL where the README reads them, and a folder with its files."""
    running.control("/reset", {})
    running.control("/clock", {"set": DAY_OF_THE_README})
    running.control("/seed", {"scenario": "first_day"})
    monkeypatch.setenv("TOKPORTAL_API_KEY", running.key)
    monkeypatch.setenv("TOKPORTAL_BASE_URL", running.api)
    monkeypatch.chdir(tmp_path)
    for name in ("launch.mp4", "video.mp4"):
        Path(name).write_bytes(b"\x00\x00\x00\x18ftypmp42 a short film")
    return running


@pytest.fixture
def client(app):
    return TokPortal(app.key, base_url=app.api)


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver
