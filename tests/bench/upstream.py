"""The metadata API of the bench: nginx, answering at once under one path, after 20 ms under another.

The delay is Debian's libnginx-mod-http-echo; without it only the immediate path exists."""

import json
from pathlib import Path

from bench.extract import own_pages
from servers.nginx import ID_LENGTH, answer_to
from servers.process import NotInstalled, Server, accepts_connections, find_program, free_port

DELAY_MS = 20
PAGE_BYTES = 100_000
ECHO_MODULE = Path("/usr/lib/nginx/modules/ngx_http_echo_module.so")

CONFIGURATION = """\
{load_module}
daemon off;
master_process off;
pid nginx.pid;
error_log stderr error;
worker_rlimit_nofile 65536;
events {{ worker_connections 32768; }}
http {{
    access_log off;
    default_type application/json;
    keepalive_requests 100000000;
    keepalive_timeout 600s;
    client_body_temp_path tmp;
    proxy_temp_path tmp;
    fastcgi_temp_path tmp;
    uwsgi_temp_path tmp;
    scgi_temp_path tmp;
    server {{
        listen 0.0.0.0:{port} backlog=16384;
        location ~ "^/articles/(?<id>[a-z0-9]{{{id_length}}})$" {{
            return 200 '{answer}';
        }}
        location /pages/ {{
            default_type text/html;
            root .;
            try_files /page.html =404;
        }}
        {slow}
    }}
}}
"""

SLOW = """\
location ~ "^/slow/(?<id>[a-z0-9]{{{id_length}}})$" {{
            echo_sleep {delay_s};
            echo -n '{answer}';
        }}"""


class Upstream(Server):
    """Listens on every address, so that a scenario can have 10,000 hosts of 127/8."""

    name = "nginx"

    def __init__(self, folder):
        super().__init__(folder)
        self.port = free_port()
        self.has_slow = ECHO_MODULE.exists()
        self.page.write_text(own_pages.page_of(PAGE_BYTES), encoding="utf-8")
        answer = json.dumps(answer_to("$id"))
        slow = SLOW.format(id_length=ID_LENGTH, answer=answer, delay_s=DELAY_MS / 1000)
        (self.folder / "nginx.conf").write_text(
            CONFIGURATION.format(
                load_module=f"load_module {ECHO_MODULE};" if self.has_slow else "",
                port=self.port,
                id_length=ID_LENGTH,
                answer=answer,
                slow=slow if self.has_slow else "",
            )
        )

    @property
    def immediate(self):
        """What an event's id is put behind."""
        return f"http://127.0.0.1:{self.port}/articles/"

    @property
    def slow(self):
        if not self.has_slow:
            raise NotInstalled("no slow upstream; apt-get install libnginx-mod-http-echo")
        return f"http://127.0.0.1:{self.port}/slow/"

    @property
    def pages(self):
        """Every id has the same page of 100 kB."""
        return f"http://127.0.0.1:{self.port}/pages/"

    @property
    def page(self):
        return self.folder / "page.html"

    def command(self):
        return [
            find_program("nginx", "nginx"), "-p", str(self.folder), "-c", "nginx.conf",
            "-e", "stderr",
        ]  # fmt: skip

    def is_ready(self):
        return accepts_connections(self.port)
