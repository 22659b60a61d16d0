"""A keys API as docs/PORTAL-CONTRACT.md asks for it, behind any OpenID provider. README.md says how to run it."""

import base64
import hashlib
import hmac
import json
import os
import re
import sqlite3
import time
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime
from functools import cache
from urllib.parse import unquote_plus

import jwt
from flask import Flask, g, request

ISSUER = os.environ["OIDC_ISSUER"]
CLIENT_ID = os.environ["OIDC_CLIENT_ID"]
CLIENT_SECRET = os.environ.get("OIDC_CLIENT_SECRET", "")
# With it, access tokens are JWTs for this audience (RFC 9068). Without it, userinfo says whose a token is.
AUDIENCE = os.environ.get("ACCESS_TOKEN_AUDIENCE", "")
# Keys are derived from it, so that an idempotency key yields the same key again and no key has to be stored.
SECRET = os.environ["KEYS_SECRET"].encode()
DATABASE = os.environ.get("KEYS_DATABASE", "keys.sqlite3")

LIVE_MAX = 50
PENDING_MAX_S = 3600
ID_TOKEN_AGE_S = 15 * 60
LEEWAY_S = 60
# Asymmetric ones: only the provider can have signed such a token.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
ENVIRONMENTS = ["production", "staging", "development", "test"]
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
IS_LIVE = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now)"

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 64 * 1024


class Refusal(Exception):
    """An answer other than success: its status, its code and a sentence for the operator."""


@app.errorhandler(Refusal)
def refused(refusal):
    status, code, message = refusal.args
    is_bearer = status == 401 and code != "AUTH_INVALID_KEY"
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'} if is_bearer else {}
    return {"error": {"code": code, "message": message}}, status, headers


@app.after_request
def never_cached(response):
    response.headers["Cache-Control"] = "no-store"
    return response


# The OpenID provider


def get_json(url, token=None):
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as response:
        return json.load(response)


@cache
def provider():
    """Its metadata (OpenID Connect Discovery 1.0) and the client for its keys, which loads them again when one is new."""
    metadata = get_json(ISSUER.rstrip("/") + "/.well-known/openid-configuration")
    if metadata["issuer"] != ISSUER:
        raise ValueError(f"the provider names itself {metadata['issuer']}")
    return metadata, jwt.PyJWKClient(metadata["jwks_uri"], timeout=10)


def claims(token, audience, **options):
    """The claims of a JWT that the provider signed for this audience."""
    keys = provider()[1]
    key_id = jwt.get_unverified_header(token).get("kid")
    if key_id:
        key = keys.get_signing_key(key_id)
    else:
        # A provider with a single key for signatures need not name it.
        key = next(key for key in keys.get_jwk_set().keys if key.public_key_use in ("sig", None))
    options = {"require": ["iss", "aud", "sub", "iat"], **options}
    try:
        return jwt.decode(
            token, key.key, ALGORITHMS, options=options, audience=audience, issuer=ISSUER, leeway=LEEWAY_S
        )
    except TypeError as error:
        raise jwt.InvalidKeyError("the algorithm is that of another type of key") from error


def signed_in():
    """The subject of the access token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    refusal = Refusal(401, "UNAUTHORIZED", "The access token is missing, unknown or expired.")
    if scheme.lower() != "bearer" or not token:
        raise refusal
    try:
        if AUDIENCE:
            found = claims(token, AUDIENCE, require=["iss", "aud", "sub", "exp"])
            # Userinfo does not say for which app a token was issued; a JWT may.
            if found.get("client_id", found.get("azp", CLIENT_ID)) != CLIENT_ID:
                raise refusal
            return found["sub"]
        return get_json(provider()[0]["userinfo_endpoint"], token)["sub"]
    except jwt.PyJWKClientConnectionError as error:
        raise unavailable() from error
    except jwt.PyJWTError as error:
        raise refusal from error
    except urllib.error.HTTPError as error:
        raise (refusal if 400 <= error.code < 500 and error.code != 429 else unavailable()) from error
    except OSError as error:
        raise unavailable() from error


def unavailable():
    return Refusal(503, "TEMPORARILY_UNAVAILABLE", "The OpenID provider does not answer.")


def check_client():
    """The connector's own authentication, as at the token endpoint (RFC 6749, section 2.3.1)."""
    scheme, _, text = request.headers.get("X-TokPortal-Client-Authorization", "").partition(" ")
    try:
        sent = base64.b64decode(text, validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        sent = ""
    sent = [unquote_plus(half).encode() for half in sent.partition(":")[::2]]
    expected = [CLIENT_ID.encode(), CLIENT_SECRET.encode()]
    # Both comparisons take place, each in constant time.
    if CLIENT_SECRET and not all([hmac.compare_digest(*pair) for pair in zip(sent, expected, strict=True)]):
        raise Refusal(401, "INVALID_CLIENT", "The client authentication is missing or wrong.")


def check_id_token(token, person):
    """Proves that the person signed in for the connector, not for another app of the same provider."""
    try:
        # The person may take ten minutes to decide, so the limit is the age and not `exp`.
        found = claims(token, CLIENT_ID, verify_exp=False)
    except jwt.PyJWKClientConnectionError as error:
        raise unavailable() from error
    except jwt.PyJWTError as error:
        raise Refusal(401, "INVALID_ID_TOKEN", f"The ID token is of no use: {error}.") from error
    is_recent = time.time() - float(found["iat"]) <= ID_TOKEN_AGE_S + LEEWAY_S
    if found["sub"] != person or found.get("azp", CLIENT_ID) != CLIENT_ID or not is_recent:
        raise Refusal(401, "INVALID_ID_TOKEN", "The ID token is of another person, client or time.")


# The store


def sql(statement, **values):
    """Runs one statement, which is atomic, and returns its rows."""
    if "database" not in g:
        g.database = sqlite3.connect(DATABASE, isolation_level=None, timeout=10)
        g.database.row_factory = sqlite3.Row
    return g.database.execute(statement, {"now": time.time(), **values}).fetchall()


@app.teardown_appcontext
def close(_error):
    if "database" in g:
        g.pop("database").close()


with app.app_context():
    sql("PRAGMA journal_mode = WAL")
    sql(
        "CREATE TABLE IF NOT EXISTS keys (hash TEXT PRIMARY KEY, id TEXT UNIQUE, person TEXT, name TEXT, scope TEXT, "
        "environment TEXT, last_four TEXT, created_at REAL, expires_at REAL, revoked_at REAL, last_used_at REAL)"
    )


def hash_of(key):
    return hashlib.sha256(key.encode()).hexdigest()


def shown(row, *more):
    def text(at):
        return at and datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    data = {name: row[name] for name in ("id", "name", "environment")} | {"scopes": [row["scope"]]}
    data |= {name: text(row[name]) for name in ("created_at", "expires_at")}
    return data | {name: text(row[name]) if name.endswith("_at") else row[name] for name in more}


def use_key(key):
    """The person and the scope of a key. The REST API calls this for each request with the header X-API-Key."""
    rows = sql(
        f"UPDATE keys SET last_used_at = :now WHERE hash = :hash AND {IS_LIVE} RETURNING person, scope",
        hash=hash_of(key),
    )
    if not rows:
        raise Refusal(401, "AUTH_INVALID_KEY", "This API key is not known, or not any more.")
    return rows[0]["person"], rows[0]["scope"]


# The calls


def body():
    try:
        found = request.get_json(force=True, silent=True)
    except RecursionError:
        found = None
    if not isinstance(found, dict):
        raise Refusal(400, "VALIDATION_ERROR", "The body must be a JSON object.")
    return found


@app.post("/api/keys")
def mint():
    person = signed_in()
    check_client()
    wanted = body()
    name, environment = wanted.get("name"), wanted.get("environment")
    if not (isinstance(name, str) and len(name) <= 100 and name.strip() and not UNPRINTABLE.search(name)):
        raise Refusal(400, "VALIDATION_ERROR", "name must have 1 to 100 printable characters.")
    if wanted.get("scopes") not in (["read"], ["*"]):
        raise Refusal(400, "VALIDATION_ERROR", 'scopes must be ["read"] or ["*"].')
    if environment not in ENVIRONMENTS:
        raise Refusal(400, "VALIDATION_ERROR", f"environment must be one of {', '.join(ENVIRONMENTS)}.")
    try:
        expires_at = datetime.fromisoformat(wanted["expires_at"])
        life = (expires_at - datetime.now(UTC)).total_seconds()
    except (KeyError, TypeError, ValueError):
        life = 0
    if not 0 < life <= PENDING_MAX_S:
        raise Refusal(400, "VALIDATION_ERROR", "expires_at must be an RFC 3339 time within the next hour.")
    if not isinstance(wanted.get("id_token"), str):
        raise Refusal(400, "VALIDATION_ERROR", "id_token must be the person's ID token.")
    idempotency_key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch("[!-~]{1,255}", idempotency_key):
        raise Refusal(400, "IDEMPOTENCY_KEY_INVALID", "Idempotency-Key must have 1 to 255 visible ASCII characters.")
    check_id_token(wanted["id_token"], person)

    seed = json.dumps([person, idempotency_key]).encode()
    key = "sk_" + hmac.new(SECRET, seed, hashlib.sha256).hexdigest()
    # The limit is part of the statement, so that requests at once cannot exceed it. A repetition inserts nothing.
    sql(
        "INSERT INTO keys SELECT :hash, :id, :person, :name, :scope, :environment, :last_four, :now, :expires_at, NULL, NULL "
        f"WHERE (SELECT COUNT(*) FROM keys WHERE person = :person AND {IS_LIVE}) < :max ON CONFLICT DO NOTHING",
        hash=hash_of(key), id=str(uuid.uuid4()), person=person, name=name, scope=wanted["scopes"][0],
        environment=environment, last_four=key[-4:], expires_at=expires_at.timestamp(), max=LIVE_MAX,
    )  # fmt: skip
    rows = sql(f"SELECT *, {IS_LIVE} AS live FROM keys WHERE hash = :hash", hash=hash_of(key))
    if not rows:
        raise Refusal(409, "KEY_LIMIT_REACHED", f"You have {LIVE_MAX} live keys; revoke one first.")
    row = rows[0]
    if not row["live"] or [row["name"], [row["scope"]], row["environment"]] != [name, wanted["scopes"], environment]:
        raise Refusal(409, "IDEMPOTENCY_KEY_CONFLICT", "This Idempotency-Key was used otherwise, or its key has ended.")
    return {"data": shown(row) | {"key": key}}, 201


@app.get("/api/keys")
def list_keys():
    rows = sql(f"SELECT * FROM keys WHERE person = :person AND {IS_LIVE} ORDER BY created_at DESC", person=signed_in())
    return {"data": [shown(row, "last_four", "last_used_at") for row in rows]}


@app.delete("/api/keys/<key_id>")
def delete(key_id):
    statement = f"UPDATE keys SET revoked_at = :now WHERE person = :person AND id = :id AND {IS_LIVE} RETURNING 1"
    if not sql(statement, person=signed_in(), id=key_id):
        raise Refusal(404, "KEY_NOT_FOUND", "You have no such live key.")
    return "", 204


@app.get("/api/keys/current")
@app.patch("/api/keys/current")
@app.delete("/api/keys/current")
def current():
    statement = {
        "GET": f"SELECT * FROM keys WHERE hash = :hash AND {IS_LIVE}",
        # Every key here is minted. A keys API that lets people choose an end must refuse to change that one.
        "PATCH": f"UPDATE keys SET expires_at = NULL WHERE hash = :hash AND {IS_LIVE} RETURNING *",
        "DELETE": f"UPDATE keys SET revoked_at = :now WHERE hash = :hash AND {IS_LIVE} RETURNING *",
    }
    key = hash_of(request.headers.get("X-API-Key", ""))
    rows = sql(statement["GET"], hash=key)
    if rows and request.method == "PATCH" and body().get("expires_at", 0) is not None:
        raise Refusal(400, "VALIDATION_ERROR", 'The body must be {"expires_at": null}.')
    if rows and request.method != "GET":
        rows = sql(statement[request.method], hash=key)
    if not rows:
        raise Refusal(401, "AUTH_INVALID_KEY", "This API key is not known, or not any more.")
    return ("", 204) if request.method == "DELETE" else {"data": shown(rows[0])}


@app.get("/api/ext/me")
def me():
    """Stands for the REST API behind the keys API."""
    person, scope = use_key(request.headers.get("X-API-Key", ""))
    return {"data": {"id": person, "scopes": [scope]}}
