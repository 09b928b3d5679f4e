"""nginx as a fast metadata API: every article is known, every answer has 374 bytes."""

import json

from .process import Server, accepts_connections, find_program, free_port

ANSWER_BYTES = 374
ID_LENGTH = 8

CONFIGURATION = """\
daemon off;
master_process off;
pid nginx.pid;
error_log stderr warn;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    default_type application/json;
    keepalive_requests 100000000;
    client_body_temp_path tmp;
    proxy_temp_path tmp;
    fastcgi_temp_path tmp;
    uwsgi_temp_path tmp;
    scgi_temp_path tmp;
    server {{
{listen}
        location ~ "^/articles/(?<id>[a-z0-9]{{{id_length}}})$" {{
            return 200 '{answer}';
        }}
    }}
}}
"""


def answer_to(event_id):
    """The catalogue's entry of an article; event ids have ID_LENGTH characters."""
    entry = {
        "id": event_id,
        "section": "Science",
        "keywords": ["tides", "harbours", "measurement"],
        "license": "CC-BY-4.0",
        "rank": 17,
        "note": "",
    }
    padding = ANSWER_BYTES - len(json.dumps(entry)) - ID_LENGTH + len(event_id)
    return entry | {"note": "n" * padding}


class Nginx(Server):
    """hosts: how many addresses from 127.0.0.1 on it answers at."""

    name = "nginx"

    def __init__(self, folder, hosts=1):
        super().__init__(folder)
        self.port = free_port()
        listen = (f"listen 127.0.0.{n}:{self.port} backlog=4096;" for n in range(1, hosts + 1))
        (self.folder / "nginx.conf").write_text(
            CONFIGURATION.format(
                listen="\n".join(listen), id_length=ID_LENGTH, answer=json.dumps(answer_to("$id"))
            )
        )

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def command(self):
        return [
            find_program("nginx", "nginx"), "-p", str(self.folder), "-c", "nginx.conf",
            "-e", "stderr",
        ]  # fmt: skip

    def is_ready(self):
        return accepts_connections(self.port)
