"""A FastMCP server made from the API document, behind bearer authentication, without sessions.

Its arguments are the API document, the file of tools that `make bench` writes, and the API's origin. The file gives the
tools their names; everything else is what FastMCP makes of the document.
"""

import json
import socket
import sys

import httpx2
import uvicorn
from fastmcp import FastMCP
from fastmcp.server.auth.providers.debug import DebugTokenVerifier
from fastmcp.server.dependencies import get_access_token


class Key(httpx2.Auth):
    """Hands the bearer token on as the API's key."""

    def auth_flow(self, request):
        request.headers["X-API-Key"] = get_access_token().token
        yield request


def main():
    document, tools, origin = sys.argv[1:]
    with open(document, encoding="utf-8") as file:
        spec = json.load(file)
    with open(tools, encoding="utf-8") as file:
        operations = json.load(file)["operations"]
    names = {operation["id"]: name for name, operation in operations.items()}
    # Answers are not checked against the document, so the server does less than it does by default.
    server = FastMCP.from_openapi(
        spec,
        client=httpx2.AsyncClient(base_url=f"{origin}/api/ext", auth=Key()),
        name="bench",
        mcp_names=names,
        validate_output=False,
        auth=DebugTokenVerifier(),
    )
    app = server.http_app(path="/mcp", transport="http", json_response=True, stateless_http=True)
    # asyncio turns Nagle's algorithm off only for sockets that name their protocol, as those that it makes itself do.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(1024)
    print(f"Listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


main()
