"""An origin of pages and metadata whose answers the test scripts, path by path."""

import http.server
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    headers: dict = field(default_factory=dict)
    delay_s: float = 0


@dataclass
class Request:
    method: str
    path: str
    headers: object  # a mapping that ignores case
    body: bytes
    at: float = field(default_factory=time.monotonic)


class _Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024  # or connections beyond the fifth wait for a second SYN


class Origin:
    """Serves `answers`, a map from path to Answer or to a function of the request's path; `asked`
    lists the paths in the order they came, `requests` all of them."""

    def __init__(self, answers=None, default=None):
        self.answers = dict(answers or {})
        self.default = default or Answer(b"no such page", 404, "text/plain")
        self.asked = []
        self.requests = []
        self._server = _Listener(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def url(self):
        return f"http://{self.address}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _handler(self):
        origin = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                origin.requests.append(Request(self.command, self.path, self.headers, body))
                origin.asked.append(self.path)
                answer = origin.answers.get(self.path, origin.default)
                if callable(answer):
                    answer = answer(self.path)
                time.sleep(answer.delay_s)
                self._send(answer)

            do_POST = do_GET

            def _send(self, answer):
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(answer.body)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_):
                pass

        return Handler
