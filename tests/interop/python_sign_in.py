"""What the SDK's OAuth client needs, in every version of it: token storage, and a person with a browser."""

import asyncio
from urllib.parse import parse_qs, urlsplit

from python_channel import read, write


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


class Person:
    """The parent process, which acts for the browser."""

    def __init__(self):
        self.answer = {}

    async def sign_in(self, authorization_url):
        """Goes through the pages. `answer` then has the parameters of the callback."""
        write({"authorize": authorization_url})
        callback = (await asyncio.to_thread(read))["callback"]
        parameters = parse_qs(urlsplit(callback).query)
        self.answer = {name: values[0] for name, values in parameters.items()}
