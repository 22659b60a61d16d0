"""An API under WSGI (PEP 3333), which reads as many bytes of a body as CONTENT_LENGTH says, and no chunks.

It answers every request with {"data": {}} and prints method, path and body as a line of JSON.
"""

import json
from wsgiref.simple_server import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def api(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length).decode()
    print(json.dumps([environ["REQUEST_METHOD"], environ["PATH_INFO"], body]))
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"data": {}}']


with make_server("127.0.0.1", 0, api, handler_class=Quiet) as server:
    print(f"Listening on http://127.0.0.1:{server.server_port}")
    server.serve_forever()
