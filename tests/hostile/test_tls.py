"""https: certificates that must not be believed, and HTTP/2 from nginx."""

import datetime
import ssl

import pytest
import trustme
from fetch_engine import fetch, trusted
from hostile_server import HostileServer
from name_server import Name

from servers.needed import needed
from servers.process import Server, accepts_connections, find_program, free_port

AUTHORITY = trustme.CA()
YESTERDAY = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)

# name: certificate, what the error says
REFUSED = {
    "expired": (AUTHORITY.issue_cert("127.0.0.1", not_after=YESTERDAY), "expired"),
    "of another host": (AUTHORITY.issue_cert("elsewhere.example"), "127.0.0.1"),
    "of an unknown authority": (trustme.CA().issue_cert("127.0.0.1"), "certificate"),
}

NGINX = """\
daemon off;
pid nginx.pid;
error_log stderr warn;
events {{ }}
http {{
    access_log off;
    client_body_temp_path tmp;
    proxy_temp_path tmp;
    fastcgi_temp_path tmp;
    uwsgi_temp_path tmp;
    scgi_temp_path tmp;
    server {{
        listen 127.0.0.1:{port} ssl http2;
        ssl_certificate chain.pem;
        ssl_certificate_key key.pem;
        location / {{ return 200 "$server_protocol $connection"; }}
    }}
}}
"""


class TlsNginx(Server):
    name = "nginx"

    def __init__(self, folder):
        super().__init__(folder)
        self.port = free_port()
        certificate = AUTHORITY.issue_cert("127.0.0.1", "a.test")
        certificate.private_key_pem.write_to_path(folder / "key.pem")
        certificate.cert_chain_pems[0].write_to_path(folder / "chain.pem")
        (folder / "nginx.conf").write_text(NGINX.format(port=self.port))

    def command(self):
        program = find_program("nginx", "nginx")
        return [program, "-p", str(self.folder), "-c", "nginx.conf", "-e", "stderr"]

    def is_ready(self):
        return accepts_connections(self.port)


@pytest.fixture
def authority(tmp_path):
    path = tmp_path / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(path)
    return path


def server_with(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return HostileServer(tls=context)


def test_a_certificate_of_the_configured_authority_is_believed(authority):
    with server_with(AUTHORITY.issue_cert("127.0.0.1")) as server:
        assert fetch(trusted(server.url("/ok")), ca=authority).outcomes() == ["ok"]


def test_the_systems_authorities_do_not_know_it():
    with server_with(AUTHORITY.issue_cert("127.0.0.1")) as server:
        assert fetch(trusted(server.url("/ok")), retry__attempts=1).outcomes() == ["error"]
        assert not server.requests


@pytest.mark.parametrize("name", REFUSED)
def test_a_certificate_that_must_not_be_believed(authority, name):
    certificate, words = REFUSED[name]
    with server_with(certificate) as server:
        run = fetch(
            trusted(server.url("/ok"), headers={"Authorization": "Bearer hunter2"}),
            ca=authority, retry__attempts=1,
        )  # fmt: skip
        assert run.outcomes() == ["error"]
        assert words in run.answers[0]["error"]
        assert not server.requests  # nothing was sent, least of all the secret


# name: how openssl s_server is told to want a key exchange in a finite field
FINITE_FIELDS = {
    "TLS 1.2": ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"],
    "TLS 1.3": ["-tls1_3", "-groups", "ffdhe2048"],
}


class OpensslServer(Server):
    name = "openssl"

    def __init__(self, folder, options):
        super().__init__(folder)
        self.port = free_port()
        self._options = options
        certificate = AUTHORITY.issue_cert("127.0.0.1", key_type=trustme.KeyType.RSA)
        certificate.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")

    def command(self):
        program = find_program("openssl", "openssl")
        listen = ["-accept", f"127.0.0.1:{self.port}", "-cert", "server.pem"]
        return [program, "s_server", "-quiet", "-WWW", *listen, *self._options]

    def is_ready(self):
        return accepts_connections(self.port)


@pytest.mark.parametrize("name", FINITE_FIELDS)
def test_a_key_exchange_in_a_finite_field_is_not_taken(authority, tmp_path, name):
    (tmp_path / "openssl").mkdir()
    with OpensslServer(tmp_path / "openssl", FINITE_FIELDS[name]) as server:
        server.start()
        ask = trusted(f"https://127.0.0.1:{server.port}/server.pem")
        run = fetch(ask, ca=authority, retry__attempts=1)
    assert run.outcomes() == ["error"]
    assert "handshake" in run.answers[0]["error"]


def test_curves_are_taken(authority, tmp_path):
    """So the test above fails for its reason."""
    (tmp_path / "openssl").mkdir()
    with OpensslServer(tmp_path / "openssl", ["-tls1_2"]) as server:
        server.start()
        run = fetch(trusted(f"https://127.0.0.1:{server.port}/server.pem"), ca=authority)
    assert run.outcomes() == ["ok"]


@pytest.mark.parametrize("host", ["127.0.0.1", "a.test"])
def test_nginx_is_spoken_to_in_http_2_over_few_connections(authority, tmp_path, host):
    (tmp_path / "nginx").mkdir()
    with TlsNginx(tmp_path / "nginx") as nginx:
        needed(nginx.start)
        asks = [trusted(f"https://{host}:{nginx.port}/{n}") for n in range(200)]
        run = fetch(*asks, ca=authority, names={"a.test": Name(("127.0.0.1",), delay_s=0.1)})
    assert run.outcomes() == ["ok"] * 200
    protocols, connections = zip(*(a["body"].split() for a in run.answers), strict=True)
    assert set(protocols) == {"HTTP/2.0"}
    assert len(set(connections)) <= 32
