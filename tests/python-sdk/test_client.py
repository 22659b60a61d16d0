"""The SDK beyond its README: operations, pages, idempotency, retries, and dry runs through a custom transport."""

import json

import pytest
from app import ROOT
from tokportal import TokPortal, TokPortalApiError
from tokportal._generated import OPERATION_DEFINITIONS

DOCUMENT = json.loads((ROOT / "static" / "openapi.json").read_text())


# The document's names of the idempotency policies, and the SDK's.
POLICIES = {"not-applicable": "not-applicable", "standard": "standard", "refused": "reject-sensitive-response"}


def documented():
    """The operations of the document in the form of the SDK's generated map."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            parameters = [resolve(parameter) for parameter in operation.get("parameters", [])]
            names = {place: {it["name"] for it in parameters if it["in"] == place} for place in ("path", "query")}
            body = list(operation.get("requestBody", {}).get("content", {}))
            yield operation["operationId"], {
                "method": method.upper(),
                "path": path,
                "idempotency_policy": POLICIES[operation["x-idempotency"]],
                "path_params": names["path"],
                "query_params": names["query"],
                "request_content_type": body[0] if body else None,
            }


def resolve(parameter):
    if "$ref" not in parameter:
        return parameter
    return DOCUMENT["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]


def test_every_sdk_operation_is_documented_as_called():
    ours = dict(documented())
    assert ours.keys() == OPERATION_DEFINITIONS.keys()
    for name, theirs in OPERATION_DEFINITIONS.items():
        theirs = {**theirs, "path_params": set(theirs["path_params"]), "query_params": set(theirs["query_params"])}
        assert ours[name] == {key: theirs[key] for key in ours[name]}, name


def test_pages_of_a_list_hold_each_item_once(client):
    seen = []
    for page in range(1, 4):
        answer = client.bundles.list(page=page, per_page=2)
        assert answer["pagination"] == {"page": page, "per_page": 2, "total": 6, "total_pages": 3}
        seen += [bundle["id"] for bundle in answer["data"]]
    assert len(set(seen)) == 6
    assert client.bundles.list(page=4, per_page=2)["data"] == []
    with pytest.raises(TokPortalApiError) as refused:
        client.bundles.list(per_page=101)
    assert refused.value.code == "VALIDATION_ERROR"


ORDER = {"bundle_type": "account_only", "country": "FR"}


def test_order_with_one_idempotency_key_is_placed_once(client):
    before = client.credits.balance()["data"]["total_credits"]
    first = client.bundles.create(ORDER, idempotency_key="order-1")
    assert client.bundles.create(ORDER, idempotency_key="order-1") == first
    assert client.credits.balance()["data"]["total_credits"] == before - 32
    with pytest.raises(TokPortalApiError) as refused:
        client.bundles.create({**ORDER, "country": "DE"}, idempotency_key="order-1")
    assert (refused.value.status_code, refused.value.code) == (409, "IDEMPOTENCY_KEY_CONFLICT")


@pytest.mark.parametrize("lost", ["dropped", "truncated"])
def test_order_with_a_lost_answer_is_found_by_its_key(app, client, lost):
    before = client.credits.balance()["data"]["total_credits"]
    app.control("/faults", {"operation": "createBundle", "kind": lost})
    with pytest.raises(Exception) as broken:
        client.bundles.create(ORDER, idempotency_key="lost")
    assert not isinstance(broken.value, TokPortalApiError)
    assert client.bundles.create(ORDER, idempotency_key="lost")["credits_charged"] == 32
    assert client.credits.balance()["data"]["total_credits"] == before - 32


@pytest.mark.parametrize("kind", ["500", "503", "429"])
def test_retryable_errors_are_retried_until_success(app, client, kind):
    """The loop that the README's last example leaves to the caller, here without waiting."""
    app.control("/faults", {"operation": "createBundle", "kind": kind, "times": 2})
    failures = []
    while True:
        try:
            order = client.bundles.create(ORDER, idempotency_key="again")
            break
        except TokPortalApiError as error:
            assert error.retryable
            failures.append(error.status_code)
    assert failures == [int(kind)] * 2
    assert order["data"]["status"] == "pending_setup"


def test_errors_carry_the_fields_that_the_sdk_reads(client):
    with pytest.raises(TokPortalApiError) as refused:
        client.bundles.get("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b")
    error = refused.value
    assert (error.status, error.code, error.retryable) == (404, "BUNDLE_NOT_FOUND", False)
    assert error.request_id.startswith("req_")
    assert error.rate_limit["limit"] == 120
    assert json.loads(error.raw_body)["error"]["message"] == str(error)

    with pytest.raises(TokPortalApiError) as refused:
        TokPortal("sk_" + "0" * 64, base_url=client.base_url).me()
    assert (refused.value.status, refused.value.code) == (401, "AUTH_INVALID_KEY")


def test_malformed_answer_is_an_error_with_its_text(app, client):
    app.control("/faults", {"operation": "getBundle", "kind": "malformed"})
    with pytest.raises(TokPortalApiError) as refused:
        client.bundles.get("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b")
    assert refused.value.status == 404
    assert "not JSON" in refused.value.raw_body


def test_operation_with_a_secret_takes_no_idempotency_key(client):
    with pytest.raises(ValueError, match="do not accept idempotency_key"):
        client.request_operation("uploadVideo", body={}, idempotency_key="x")


def test_custom_transport_can_request_a_dry_run(app, client):
    def dry(url, method, headers, body):
        return client._default_transport(url, method, {**headers, "X-TokPortal-Dry-Run": "true"}, body)

    simulated = TokPortal(app.key, base_url=app.api, transport=dry).bundles.create(ORDER)
    assert (simulated["dry_run"], simulated["credits_would_charge"]) == (True, 32)
    assert simulated["data"]["id"].startswith("00000000-0000-4000-8000-")
