"""Converts a list of tools for Gemini as google-genai does, which many hosts use; prints a line for each failure.

Reads the result of tools/list from stdin. Prints the number of converted tools last.
"""

import json
import sys

from google.genai import _mcp_utils, types
from mcp.types import Tool

tools = json.load(sys.stdin)
converted = 0
for tool in tools:
    try:
        # What a session of google-genai does with a tool of an MCP server.
        _mcp_utils.mcp_to_gemini_tool(Tool.model_validate(tool))
        # The schema that the Gemini API takes; its model forbids members that it does not have.
        types.Schema.from_json_schema(
            json_schema=types.JSONSchema.model_validate(tool["inputSchema"])
        )
        converted += 1
    except Exception as error:  # Every failure is the result of this program.
        reason = str(error).splitlines()[0]
        print(f"{tool['name']}: {type(error).__name__}: {reason}")
print(converted)
