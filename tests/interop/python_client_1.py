"""Drives the Python SDK 1.x (`mcp`) for python.mjs."""

from mcp import ClientSession
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import OAuthClientMetadata
from python_channel import plain, run, serve
from python_sign_in import Memory, Person

CALLBACK = "http://127.0.0.1:53683/callback"


def oauth(url):
    """The SDK's own OAuth client."""
    person = Person()

    async def answer():
        return person.answer["code"], person.answer["state"]

    # What the SDK's own examples send: a refresh token is asked for, and the method of authentication is left open.
    metadata = OAuthClientMetadata(
        client_name="Python interop 1",
        redirect_uris=[CALLBACK],
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
    )
    return OAuthClientProvider(url, metadata, Memory(), redirect_handler=person.sign_in, callback_handler=answer)


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
