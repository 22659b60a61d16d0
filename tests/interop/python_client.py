"""Drives the Python SDK 2.x (`mcp`) for python.mjs."""

from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import OAuthClientMetadata
from python_channel import plain, run, serve
from python_sign_in import Memory, Person

CALLBACK = "http://127.0.0.1:53682/callback"


def oauth(url, scope):
    """The SDK's own OAuth client."""
    person = Person()

    async def answer():
        given = person.answer
        return AuthorizationCodeResult(code=given["code"], state=given.get("state"), iss=given.get("iss"))

    metadata = OAuthClientMetadata(
        client_name="Python interop",
        redirect_uris=[CALLBACK],
        grant_types=["authorization_code"],
        response_types=["code"],
        token_endpoint_auth_method="none",
        scope=scope,
    )
    return OAuthClientProvider(url, metadata, Memory(), redirect_handler=person.sign_in, callback_handler=answer)


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
