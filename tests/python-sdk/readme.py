"""The Python examples in the README of the installed package."""

import re
from importlib.metadata import metadata

CLIENT = 'TokPortal(api_key=os.environ["TOKPORTAL_API_KEY"])'
EMULATED = 'TokPortal(api_key=os.environ["TOKPORTAL_API_KEY"], base_url=os.environ["TOKPORTAL_BASE_URL"])'


def examples():
    """Every Python block in order. Only the base URL is added, where a client is made."""
    blocks = re.findall(r"^```python\n(.*?)^```", metadata("tokportal").get_payload(), re.MULTILINE | re.DOTALL)
    return [block.replace(CLIENT, EMULATED) for block in blocks]


def example(words):
    """The first block with these words; it still has the placeholders that a reader fills in."""
    return next(block for block in examples() if words in block)
