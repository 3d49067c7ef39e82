"""Servers for the benchmark: ours and a bare ASGI app, each its own process on loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Running:
    """A server that answers: where, and which process."""

    port: int
    pid: int
    seconds_to_first_answer: float

    def cpu_seconds(self) -> float:
        """Time the threads of this process have been on a CPU so far, to the nanosecond (Linux)."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def memory_mb(self) -> float:
        """Resident memory of the process, in MB (Linux)."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: list[str], port: int, path: str = "/healthz") -> Iterator[Running]:
    """Run `command`, wait until `path` answers 200, stop it at the end."""
    begun = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=clean_environment()
    ) as process:
        try:
            wait_for(port, path, process)
            yield Running(port, process.pid, time.perf_counter() - begun)
        finally:
            process.terminate()
            process.wait(timeout=15)


@contextmanager
def helpcenter(data: Path, *flags: str) -> Iterator[Running]:
    """Run `helpcenter serve` on a fresh data folder."""
    port = free_port()
    command = [sys.executable, "-m", "helpcenter", "serve", "--port", str(port)]
    with started([*command, "--data", str(data), *flags], port) as running:
        yield running


def clean_environment() -> dict[str, str]:
    """Return the environment without this machine's own settings, helpcenter's and Python's."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("HELPCENTER_", "PYTHON"))}


def wait_for(port: int, path: str, process: "subprocess.Popen[bytes]", seconds: float = 30) -> None:
    """Return once `path` answers 200; fail after `seconds` or when the process has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            if fetch(port, path).startswith(b"HTTP/1.1 200"):
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"no 200 from port {port} within {seconds:.0f} s")


def fetch(port: int, path: str) -> bytes:
    """GET `path` with gzip allowed and return head and body as sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request(path, close=True))
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def request(path: str, *, close: bool = False) -> bytes:
    """Return the bytes of a GET as a browser's would be, only shorter."""
    ending = "Connection: close\r\n" if close else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{ending}\r\n"
    ).encode()
