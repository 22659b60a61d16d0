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
TERMS = ["one pot", "meal prep", "easy dinner"]
# What every other valid request of these operations brings instead: fields that have to fit each other, or values from a
# list of the API's own.
SAMPLES = {
    "configureBundleVideo": {
        "video_type": "video",
        "target_publish_date": "2026-12-20",
        "description": "A caption",
        "video_url": "https://media.example.com/a.mp4",
    },
    "createCommentTasks": {
        "saved_account_id": IDS["accounts"][0],
        "target_video_url": "https://www.tiktok.com/@chef.lina/video/7400000000000000001",
        "comment_text": "Well done",
    },
    "disputeCommentTask": {"reason": "It is not there."},
    "refreshAnalyticsAccount": {"force": True},
    "requestBundleAccountCorrections": {"comment": "Once more"},
    "rewarmAccount": {"search_terms": TERMS},
    "configureBundleWarmingTerms": {"advanced_warming_terms": TERMS},
    "uploadImage": {"filename": "a.png", "content_type": "image/png", "bundle_id": IDS["bundles"][0]},
}
# What ends a thing's use has one of the last of its kind for itself: others still need the rest.
USES_UP = {
    "cancelAccountManagedSubscription": -2,
    "deleteCommentTask": -1,
    "deleteWebhookEndpoint": -1,
    "retrieveAccountVerificationCode": -1,
    "revealAccountCredentials": -1,
}

# Where a request has to come at the right moment, which generated ones do not find. The emulator's own tests do
# (every_operation.rs).
UNREACHED = {
    "importBundleVideosCsv": "the file has to hold a row for every slot it names",
    "fixBundleVideoDownload": "the slot has to be on its way",
    "publishBundleVideo": "the slot has to be configured and its order published",
    "requestBundleVideoCorrections": "the slot has to be in review",
    "unscheduleBundleVideo": "the slot has to be on its way",
    "reactivateAccountManagedSubscription": "the quote has to be the present one",
}


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
    operation = case.operation.definition.raw["operationId"]
    if crc32(repr(case.body).encode()) % 2:
        case.body = order(case.body) if operation == "createBundle" else SAMPLES.get(operation, case.body)
    if operation in USES_UP:
        case.path_parameters["id"] = IDS[operation_segment(case.operation.path)][USES_UP[operation]]


def path_value(path, name, value):
    if name == "position":
        return 1 + crc32(repr(value).encode()) % 3
    if name == "delivery_id" or "{delivery_id}" in path:
        # An endpoint and its own delivery.
        return IDS["deliveries" if name == "delivery_id" else "webhooks"][0]
    return pick(IDS[operation_segment(path)], value)


def operation_segment(path):
    """`bundles` of `/bundles/{id}/videos`: what the id is of."""
    segments = path.split("/")
    return segments[segments.index("{id}") - 1]


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
    """An order without options: they depend on each other in ways that a schema cannot say."""
    kind = body["bundle_type"]
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

    def after_response(self, ctx, response, case):
        operation = case.operation.definition.raw["operationId"]
        self.tested.add(operation)
        # Undeclared methods are tried too, and OPTIONS answers for every path.
        if case.method.upper() == case.operation.method.upper() and 200 <= response.status_code < 300:
            self.succeeded.add(operation)

    def after_run(self, ctx):
        never = self.tested - self.succeeded - UNREACHED.keys()
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
