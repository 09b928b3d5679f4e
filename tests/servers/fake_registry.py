"""A registry that answers as a test tells it to, on 127.0.0.1."""

import contextlib
import http.server
import json
import threading
import time


class FakeRegistry:
    """answers: path -> (status, JSON value or bytes), or a function of the request that gives it.
    requests: what was asked, as (method, path, headers, body)."""

    def __init__(self, answers):
        self.answers = answers
        self.requests = []
        self.stopping = threading.Event()
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                registry.requests.append((self.command, self.path, dict(self.headers), body))
                answer = registry.answers.get(self.path, (404, {"message": "nothing here"}))
                if callable(answer):
                    answer = answer(self)
                if answer:
                    self.send(*answer)

            def send(self, status, value):
                data = value if isinstance(value, bytes) else json.dumps(value).encode()
                self.send_response(status)
                kind = "text/html" if isinstance(value, bytes) else "application/json"
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(data)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()


def byte_by_byte(handler):
    """An answer whose end never comes."""
    registry_is_gone = 30
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    end = time.monotonic() + registry_is_gone
    with contextlib.suppress(OSError):
        while time.monotonic() < end:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.5)


def redirect_elsewhere(handler):
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()
