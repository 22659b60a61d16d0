"""Drives FastMCP (`fastmcp`) for python.mjs. It opens the browser itself, so BROWSER must name one."""

from fastmcp import Client
from python_channel import plain, run, serve


async def main(to):
    async with Client(to["url"], auth="oauth") as client:

        async def tools():
            return [plain(tool) for tool in await client.list_tools()]

        async def call(name, arguments):
            return plain(await client.call_tool_mcp(name, arguments))

        await serve(tools, call)


run(main)
