"""What schemathesis does with this API besides its own rules: real ids in generated requests, and two checks."""

import json
import os
from zlib import crc32

import schemathesis
from schemathesis.generation.meta import CoverageScenario
from schemathesis.core.failures import AcceptedNegativeData

IDS = json.loads(os.environ["SCENARIO_IDS"])
BODY_IDS = {
    "bundle_id": "bundles",
    "account_id": "accounts",
    "saved_account_id": "accounts",
}
# The document takes any text here, and the API a value from a list of its own.
BODY_VALUES = {"country": "FR", "policy_version": "managed-credential-reveal-v1"}


def pick(values, seed):
    """One of the values, always the same for the same seed."""
    return values[crc32(repr(seed).encode()) % len(values)]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts ids that exist into valid requests; what is meant to be invalid stays as it is."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    case.path_parameters = {
        name: path_value(case.operation.path, name, value) for name, value in case.path_parameters.items()
    }
    case.body = with_ids(case.body)
    if case.operation.definition.raw["operationId"] == "createBundle":
        case.body = order(case.body)


def path_value(path, name, value):
    if name == "position":
        return 1 + crc32(repr(value).encode()) % 3
    if name == "delivery_id":
        return pick(IDS["deliveries"], value)
    # /bundles/{id}/videos: the segment before the parameter says what it is the id of.
    segments = path.split("/")
    return pick(IDS[segments[segments.index("{" + name + "}") - 1]], value)


def with_ids(body):
    if isinstance(body, list):
        return [with_ids(item) for item in body]
    if not isinstance(body, dict):
        return body
    body = {name: with_ids(value) for name, value in body.items()}
    for name, kind in BODY_IDS.items():
        if isinstance(body.get(name), str):
            body[name] = pick(IDS[kind], body[name])
    for name, value in BODY_VALUES.items():
        if isinstance(body.get(name), str):
            body[name] = value
    return body


def order(body):
    """Every other order without options: they depend on each other in ways that a schema cannot say."""
    if not isinstance(body, dict) or crc32(repr(body).encode()) % 2:
        return body
    kind = body.get("bundle_type")
    options = {"account_id": IDS["accounts"][0]} if kind == "videos_only" else {"country": "FR"}
    if kind != "account_only":
        options["videos_quantity"] = 2
    return {"bundle_type": kind, **options}


@schemathesis.check
def valid_request_keeps_the_document(ctx, response, case):
    """A request that the document allows is never refused by the document's rules, only by the API's own.

    It stands in for positive_data_acceptance: schemas cannot say that a date lies in the future, a country is open or a
    text names a colour. The emulator says "The request is not valid" exactly where it checked by the document.
    """
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 400:
        return
    message = response.json()["error"]["message"]
    assert not message.startswith("The request is not valid"), message


@schemathesis.check
class every_operation_succeeds:
    """The run is worth something only where requests get past the checks."""

    def __init__(self):
        self.tested = set()
        self.succeeded = set()
        self.n = {}

    def after_response(self, ctx, response, case):
        self.tested.add(case.operation.label)
        if 200 <= response.status_code < 300:
            self.succeeded.add(case.operation.label)
            self.n[case.operation.label] = self.n.get(case.operation.label, 0) + 1

    def after_run(self, ctx):
        never = self.tested - self.succeeded
        print(sorted((v, k) for k, v in self.n.items())[:20])
        assert not never, f"never succeeded: {', '.join(sorted(never))}"


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Drops "invalid data was accepted" where the data is valid by schemathesis's own words.

    It checks generated data again before it is sent and then takes bytes of a file for no string, and an optional body
    that was left out for a missing one.
    """
    return not (isinstance(failure, AcceptedNegativeData) and was_generated_valid(case.meta.phase.data))


def was_generated_valid(data):
    scenario = getattr(data, "scenario", None)
    if scenario is None:
        return data.description == "Positive test case"
    return scenario in (CoverageScenario.VALID_OBJECT, CoverageScenario.OBJECT_ONLY_REQUIRED)
