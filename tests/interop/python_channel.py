"""The line between python.mjs and a Python client: one JSON request per line in, one JSON response per line out."""

import asyncio
import json
import os
import sys
import traceback


def read():
    """The next request, or None when the parent has closed the line."""
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def write(message):
    print(json.dumps(message), file=_OUT, flush=True)


# The line is the standard output. Whatever a client prints there goes to the standard error instead.
_OUT = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


async def serve(tools, call, typed=None):
    """Answers requests to the end; `tools()`, `call(name, arguments)` and `typed(name, arguments, paths)` return what JSON
    can say."""
    write({"result": None})
    while request := await asyncio.to_thread(read):
        try:
            if "typed" in request:
                write({"result": await typed(request["typed"], request["arguments"], request["paths"])})
            elif "call" in request:
                write({"result": await call(request["call"], request["arguments"])})
            else:
                write({"result": await tools()})
        except Exception as error:
            traceback.print_exc()
            write({"error": repr(error)})


def run(main):
    """Runs `main(to)` with the request to connect; a failure is reported, because silence would look like a hang."""
    try:
        asyncio.run(main(read()["connect"]))
    except Exception as error:
        write({"error": repr(error)})
        raise


def plain(model):
    """A model of the SDK as JSON."""
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)
