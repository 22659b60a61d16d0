"""Drives the Python SDK 1.x (`mcp`) for python.mjs."""

import asyncio
from urllib.parse import parse_qs, urlsplit

from mcp import ClientSession
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import OAuthClientMetadata
from python_channel import plain, read, run, serve, write

CALLBACK = "http://127.0.0.1:53683/callback"


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


def oauth(url):
    """The SDK's own OAuth client; the parent process acts for the browser."""
    callback = {}

    async def redirect(authorization_url):
        write({"authorize": authorization_url})
        callback.update(parse_qs(urlsplit((await asyncio.to_thread(read))["callback"]).query))

    async def answer():
        return callback["code"][0], callback["state"][0]

    # What the SDK's own examples send: a refresh token is asked for, and the method of authentication is left open.
    metadata = OAuthClientMetadata(
        client_name="Python interop 1",
        redirect_uris=[CALLBACK],
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
    )
    return OAuthClientProvider(url, metadata, Memory(), redirect_handler=redirect, callback_handler=answer)


async def main(to):
    auth = oauth(to["url"]) if to["oauth"] else None
    async with (
        create_mcp_http_client(headers=to["headers"], auth=auth) as http,
        streamable_http_client(to["url"], http_client=http) as (incoming, outgoing, _),
        ClientSession(incoming, outgoing) as session,
    ):
        await session.initialize()

        async def tools():
            return [plain(tool) for tool in (await session.list_tools()).tools]

        async def call(name, arguments):
            return plain(await session.call_tool(name, arguments))

        await serve(tools, call)


run(main)
