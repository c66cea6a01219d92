"""A server under measurement: started on one core, its CPU time and memory read from /proc."""

import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Cpu:
    """CPU seconds, in user space and in the kernel."""

    user: float
    system: float

    @property
    def total(self):
        return self.user + self.system

    def __sub__(self, before):
        return Cpu(self.user - before.user, self.system - before.system)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def on_core(core, command):
    return ["taskset", "-c", str(core), *command]


def cpu(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return Cpu(int(fields[11]) / TICKS, int(fields[12]) / TICKS)


def resident(pid):
    """Bytes, shared libraries included."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    raise RuntimeError(f"process {pid} has no memory")


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(child) for child in file.read().split()]


def get(path):
    """The bytes of a request on a connection of its own."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode()


def ask(port, request, timeout=5.0):
    """The bytes of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(request)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


class Server:
    """A started server; `with` stops it. `launched` is when it was started, by the steady clock."""

    def __init__(self, command, port, core, environment=None):
        self.port = port
        self.launched = time.monotonic()
        self.process = subprocess.Popen(
            on_core(core, command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()

    @property
    def worker(self):
        return self.process.pid

    def first_answer(self, path, patience=30.0):
        """Asks until the server answers 200; the seconds since its start."""
        while True:
            try:
                if ask(self.port, get(path)).split(b" ", 2)[1] == b"200":
                    return time.monotonic() - self.launched
            except (OSError, IndexError):
                pass
            if self.process.poll() is not None:
                raise RuntimeError(f"the server stopped: {self.process.communicate()[1].decode()}")
            if time.monotonic() - self.launched > patience:
                raise RuntimeError(f"no 200 for {path} within {patience} s")
            time.sleep(0.0002)


def gateway(setting, artifact, core, options=(), environment=None):
    """One worker, as quiet as nginx without its access log."""
    port = free_port()
    command = [
        setting.program("barbacane"), "serve", "--artifact", artifact,
        "--listen", f"127.0.0.1:{port}", "--admin-bind", "off", "--workers", "1",
        "--log-level", "warn", *options,
    ]  # fmt: skip
    return Server(command, port, core, environment)
