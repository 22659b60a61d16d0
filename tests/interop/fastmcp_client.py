"""Drives FastMCP (`fastmcp`) for python.mjs. It opens the browser itself, so BROWSER must name one. With a header, it
needs none."""

from fastmcp import Client
from python_channel import plain, run, serve


async def main(to):
    auth = "oauth" if to["oauth"] else to["headers"]["Authorization"].removeprefix("Bearer ")
    async with Client(to["url"], auth=auth) as client:

        async def tools():
            return [plain(tool) for tool in await client.list_tools()]

        async def call(name, arguments):
            return plain(await client.call_tool_mcp(name, arguments))

        async def typed(name, arguments, paths):
            """The values that `result.data` has at paths such as `data.0.id`, each with the name of its type."""
            data = (await client.call_tool(name, arguments)).data
            return [[type(value).__name__, str(value)] for value in (at(data, path) for path in paths)]

        await serve(tools, call, typed)


def at(value, path):
    for step in path.split("."):
        value = value[int(step)] if step.isdigit() else getattr(value, step)
    return value


run(main)
