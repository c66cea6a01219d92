"""TLS 1.3 beside nginx: what a request costs on a kept connection, and what a handshake costs."""

import contextlib
import re
import socket
import ssl
import statistics
import subprocess
import sys

from .http import CONNECTIONS, Load, Round, check_same, median_ratio, one_round, report
from .nginx import nginx
from .process import cpu, gateway, get, on_core
from .setting import LOAD_CORE, SERVER_CORE
from .table import Row

PATH = "/items/42"


def certificate(setting):
    """A self-signed one with a P-256 key: the files of certificate and key."""
    names = setting.path("server.pem"), setting.path("server.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-out", names[0], "-keyout", names[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return names


def ask(port, request):
    """The answer's bytes, the version and the cipher."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as connection:
            agreed = connection.version(), connection.cipher()[0]
            connection.sendall(request)
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
            return answer, *agreed


def wait_for(server):
    """Until it answers; the answer, version and cipher."""
    for _ in range(1000):
        with contextlib.suppress(OSError):
            return ask(server.port, get(PATH))
        if server.process.poll() is not None:
            raise RuntimeError(f"the server stopped: {server.process.communicate()[1].decode()}")
    raise RuntimeError("no answer over TLS")


class SecureLoad(Load):
    scheme = "https"


def handshakes(server, seconds):
    """Full handshakes, one after the other: a Round whose requests are handshakes."""
    before = cpu(server.worker)
    command = ["openssl", "s_time", "-connect", f"127.0.0.1:{server.port}", "-new", "-tls1_3",
               "-time", str(seconds)]  # fmt: skip
    output = subprocess.run(on_core(LOAD_CORE, command), capture_output=True, text=True, check=True).stdout
    count, elapsed = re.search(r"^(\d+) connections in (\d+) real seconds", output, re.MULTILINE).groups()
    return Round(int(count), int(count) / int(elapsed), cpu(server.worker) - before)


def in_turns(setting, servers, once):
    results = {name: [] for name in servers}
    for turn in range(setting.rounds(7)):
        for name in list(servers) if turn % 2 == 0 else reversed(list(servers)):
            results[name].append(once(servers[name]))
            print(f"  {name:10}{results[name][-1]}", file=sys.stderr, flush=True)
    return results["barbacane"], results["nginx"]


def handshake_row(ours, theirs):
    ratio = median_ratio(ours, theirs, "cpu")
    each = [statistics.median(one.cpu for one in rounds) for rounds in (ours, theirs)]
    return Row("full TLS 1.3 handshake, P-256: CPU", f"{ratio:.3f} × nginx", "≤ 1.05 ×", ratio <= 1.05,
               f"{each[0]:,.0f} against {each[1]:,.0f} µs")  # fmt: skip


def measure(setting):
    file, key = certificate(setting)
    options = ["--tls-cert", file, "--tls-key", key]
    with gateway(setting, setting.artifact("ten"), SERVER_CORE, options) as ours:
        answer, version, cipher = wait_for(ours)
        lines = (f"ssl_certificate {file}; ssl_certificate_key {key}; ssl_protocols TLSv1.3;"
                 f"ssl_conf_command Ciphersuites {cipher};")  # fmt: skip
        with nginx(setting, answer, SERVER_CORE, lines, "ssl") as theirs:
            their_answer = wait_for(theirs)
            check_same(answer, their_answer[0])
            if their_answer[1:] != (version, cipher):
                raise RuntimeError(f"not the same TLS: {version} {cipher}, {their_answer[1:]}")
            servers = {"barbacane": ours, "nginx": theirs}
            load, seconds = SecureLoad(PATH), setting.seconds(6)
            kept = in_turns(setting, servers, lambda one: one_round(one, load, seconds))
            full = in_turns(setting, servers, lambda one: handshakes(one, seconds))
    what = f"TLS 1.3 mock `GET`, {cipher}, {CONNECTIONS} connections"
    return [*report(what, *kept, 1.10, None), handshake_row(*full)]
