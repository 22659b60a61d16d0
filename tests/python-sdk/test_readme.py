"""Runs every example of the SDK's README; only the quoted ids that a reader has to fill in are replaced."""

import json

import pytest
from readme import example, examples
from tokportal import verify_webhook_signature

HOUR = 3600


def run(code, names=None):
    """Runs an example and returns its variables."""
    names = {} if names is None else names
    exec(compile(code, "README.md", "exec"), names)
    return names


def first_account(client, platform="instagram"):
    return client.accounts.list(platform=platform)["data"][0]["id"]


def test_readme_has_nine_examples():
    assert len(examples()) == 9


def test_quickstart_ends_with_a_delivered_account(app, capsys):
    code = example("mybrand.us")
    names = run(code)
    assert names["bundle"]["credits_charged"] == 34
    assert names["current"]["status"] == "published"
    assert names["current"]["saved_account_id"] is None

    app.control("/clock", {"advance_seconds": 26 * HOUR})
    run(code[code.index("current = ") :], names)
    assert capsys.readouterr().out == "mybrand.us https://www.tiktok.com/@mybrand.us\n"
    app.control("/clock", {"set": "2026-09-01T12:30:00Z"})
    video = names["client"].bundles.get_video(names["bundle_id"], 1)["data"]
    assert video["status"] == "in_review"


def test_full_example_runs_and_a_file_is_uploaded_once(client, capsys):
    names = run(example("export_videos(account=").replace("saved-account-id", first_account(client, "tiktok")))
    printed = capsys.readouterr().out
    assert printed.startswith("demo@tokportal.example ")
    assert names["csv"].splitlines()[0].count(",") > 5
    assert len(names["csv"].splitlines()) > 1
    assert names["image"]["data"]["content_type"] == "image/png"

    code = example("video-upload-123")
    once, again = run(code, names)["uploaded"], run(code, names)["uploaded"]
    assert once == again


def test_coverage_is_reactivated_by_its_quote_and_paused(client):
    account = first_account(client)
    assert client.accounts.coverage(account)["data"]["status"] in ("included", "active")
    code = example("pause_coverage").replace("saved-account-id", account)
    names = run(code, {"client": client})
    assert names["quote"] is None
    assert client.accounts.coverage(account)["data"]["status"] == "cancelled"

    # The second run has a quote; it costs nothing, because paid time is left. Its pause is a replay.
    names = run(code, {"client": client})
    assert names["quote"]["credits"] == 0
    assert client.accounts.coverage(account)["data"]["status"] == "active"


def test_credentials_are_revealed_after_consent(client):
    import tokportal

    account = first_account(client)
    before = client.credits.balance()["data"]["total_credits"]
    code = example("reveal_credentials").replace("saved-account-id", account)
    names = run(code, {"client": client, "TokPortalApiError": tokportal.TokPortalApiError})
    assert names["credentials"]["data"]["password"]
    assert client.credits.balance()["data"]["total_credits"] == before - 150
    # The verification code has the same terms, and is free after the reveal.
    code = client.accounts.verification_code(account)
    assert code["credits_charged"] == 0


def test_webhook_delivery_is_sent_again_and_verified(client, receiver):
    hook = client.webhooks.create({"url": receiver.url, "events": ["bundle.published"]})["data"]
    client.webhooks.test(hook["id"])
    delivery = client.webhooks.deliveries(hook["id"])["data"][0]["id"]
    names = run(example("retry_delivery(").replace("delivery-id", delivery), {"client": client})
    assert "bundle.published" in [event["type"] for event in names["catalog"]["data"]["events"]]

    code = example("same_retry").replace("delivery-id", delivery)
    names = run(code.replace("saved-account-id", first_account(client, "tiktok")), names)
    assert len(receiver.received) == 3
    assert {headers["TokPortal-Event-Id"] for headers, _ in receiver.received} == {json.loads(receiver.received[0][1])["id"]}
    assert names["csv_again"].startswith(client.analytics.export_videos().split("\n")[0])

    verify = example("verify_webhook_signature")
    for headers, body in receiver.received:
        request = type("Request", (), {"headers": headers})
        names = {"raw_body": body, "request": request, "os": FakeEnvironment(hook["signing_secret"])}
        assert run(verify, names)["valid"] is True
        assert not verify_webhook_signature(body + b" ", headers["TokPortal-Signature"], hook["signing_secret"])


class FakeEnvironment:
    """Stands in for `os`: the endpoint's secret is known only after its creation."""

    def __init__(self, secret):
        self.environ = {"TOKPORTAL_WEBHOOK_SECRET": secret}


@pytest.mark.parametrize(
    ("control", "body", "status", "code"),
    [
        ("/credits", {"balance": 3}, 402, "INSUFFICIENT_CREDITS"),
        ("/faults", {"kind": "503"}, 503, "STATE_BUSY"),
        ("/rate-limit", {"size": 1, "refill_per_second": 0.1}, 429, "RATE_LIMIT_EXCEEDED"),
    ],
)
def test_error_example_prints_status_code_and_request_id(app, client, capsys, control, body, status, code):
    app.control(control, body)
    if status == 429:
        client.me()
    names = run(example("error.rate_limit"), {"client": client})
    printed = capsys.readouterr().out
    assert printed.startswith(f"{status} {code} ")
    assert " req_" in printed
    if status == 402:
        assert "'missing': 39" in printed
        assert "wait_seconds" not in names
    else:
        assert names["wait_seconds"] >= 1
    if status == 429:
        assert "'limit': 1" in printed
