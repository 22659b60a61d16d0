"""Drives the Python SDK 2.x (`mcp`) for python.mjs."""

import asyncio
from urllib.parse import parse_qs, urlsplit

from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import OAuthClientMetadata
from python_channel import plain, read, run, serve, write

CALLBACK = "http://127.0.0.1:53682/callback"


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


async def main(to):
    auth = oauth(to["url"], to.get("scope")) if to["oauth"] else None
    async with create_mcp_http_client(headers=to["headers"], auth=auth) as http:
        async with Client(streamable_http_client(to["url"], http_client=http), mode=to["mode"], cache=None) as client:

            async def tools():
                return [plain(tool) for tool in (await client.list_tools()).tools]

            async def call(name, arguments):
                return plain(await client.call_tool(name, arguments))

            await serve(tools, call)


run(main)
