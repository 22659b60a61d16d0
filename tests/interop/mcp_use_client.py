"""Drives mcp-use and its LangChain tools for python.mjs. It opens the browser itself, so BROWSER must name one.

Its tools send every argument of the schema: those that the caller left out are null.
"""

from mcp_use import MCPClient
from mcp_use.agents.adapters.langchain_adapter import LangChainAdapter
from python_channel import plain, run, serve


async def main(to):
    auth = {"callback_port": to["callback_port"]} if to["oauth"] else None
    client = MCPClient({"mcpServers": {"tokportal": {"url": to["url"], "headers": to["headers"], "auth": auth}}})
    session = await client.create_session("tokportal")
    adapter = LangChainAdapter()
    adapted = {tool.name: tool for tool in await adapter.create_tools(client)}

    async def tools():
        return [plain(tool) for tool in await session.list_tools() if tool.name in adapted]

    async def call(name, arguments):
        text = await adapted[name].ainvoke(arguments)
        # The adapter hands the model a text, and a failure as an object.
        failed = not isinstance(text, str)
        return {"content": [{"type": "text", "text": str(text)}], "isError": failed}

    try:
        await serve(tools, call)
    finally:
        await client.close_all_sessions()


run(main)
