"""Drives the Python SDK (`mcp`) for python.mjs: one JSON request per line in, one JSON response per line out."""

import asyncio
import json
import sys
from urllib.parse import parse_qs, urlsplit

from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import OAuthClientMetadata

CALLBACK = "http://127.0.0.1:53682/callback"


def read():
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def write(message):
    print(json.dumps(message), flush=True)


class Memory:
    """Token storage for one run."""

    tokens = None
    client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


def oauth(url, scope):
    """The SDK's own OAuth client; the parent process acts for the browser."""
    callback = {}

    async def redirect(authorization_url):
        write({"authorize": authorization_url})
        callback.update(parse_qs(urlsplit((await asyncio.to_thread(read))["callback"]).query))

    async def answer():
        first = {name: values[0] for name, values in callback.items()}
        return AuthorizationCodeResult(code=first["code"], state=first.get("state"), iss=first.get("iss"))

    metadata = OAuthClientMetadata(
        client_name="Python interop",
        redirect_uris=[CALLBACK],
        grant_types=["authorization_code"],
        response_types=["code"],
        token_endpoint_auth_method="none",
        scope=scope,
    )
    return OAuthClientProvider(url, metadata, Memory(), redirect_handler=redirect, callback_handler=answer)


def plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


async def main():
    to = read()["connect"]
    auth = oauth(to["url"], to.get("scope")) if to["oauth"] else None
    async with create_mcp_http_client(headers=to["headers"], auth=auth) as http:
        async with Client(streamable_http_client(to["url"], http_client=http), mode=to["mode"], cache=None) as client:
            write({"result": None})
            while request := await asyncio.to_thread(read):
                if "call" in request:
                    write({"result": plain(await client.call_tool(request["call"], request["arguments"]))})
                else:
                    write({"result": [plain(tool) for tool in (await client.list_tools()).tools]})


try:
    asyncio.run(main())
except Exception as error:  # the parent reports it; an unreported failure would look like a hang
    write({"error": repr(error)})
    raise
