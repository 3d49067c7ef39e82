"""An article page against a bare ASGI app that returns the same bytes, same server, same load.

Measured as CPU time of the server process per request, so that the load generator's own speed and
the machine's other work do not count; requests a second of one core are its inverse.
"""

import socket
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.server import Running, fetch, free_port, helpcenter, request, started
from tests.bench.table import Row

ARTICLE = "/en/articles/update-payment-method"
ROUNDS, REQUESTS, PIPELINED = 15, 5000, 16
BAR = 0.70


def run() -> list[Row]:
    """Measure in turns and return the rows."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with helpcenter(data / "quiet", "--no-request-log") as ours:
            body = fetch(ours.port, ARTICLE).partition(b"\r\n\r\n")[2]
            (data / "body").write_bytes(body)
            port = free_port()
            bare_command = [sys.executable, "-m", "tests.bench.bare", str(port)]
            with (
                started([*bare_command, str(data / "body")], port) as bare,
                helpcenter(data / "logged") as logged,
            ):
                return compare(ours, logged, bare, len(body))


def compare(ours: Running, logged: Running, bare: Running, size: int) -> list[Row]:
    """Load the three servers turn by turn, in many short rounds, and take each one's median."""
    costs: dict[int, list[float]] = {server.port: [] for server in (ours, logged, bare)}
    for server in (ours, logged, bare):
        load(server, REQUESTS)
    for _ in range(ROUNDS):
        for server in (bare, ours, logged):
            before = server.cpu_seconds()
            load(server, REQUESTS)
            costs[server.port].append(REQUESTS / (server.cpu_seconds() - before))
    medians = {port: statistics.median(values) for port, values in costs.items()}
    reference = medians[bare.port]
    return [
        Row(
            name=f"article page, {name}",
            ours=medians[server.port],
            reference=reference,
            unit="req/CPU-s",
            bar=f"≥ {BAR} of bare" if server is ours else "",
            met=medians[server.port] / reference >= BAR if server is ours else None,
            note=f"{size} bytes gzipped",
        )
        for name, server in (("request log off", ours), ("request log on", logged))
    ]


def load(server: Running, count: int) -> None:
    """Send `count` requests over one connection, a few in flight, and read every answer."""
    batch = request(ARTICLE) * PIPELINED
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        answer = first_answer_size(connection)
        for _ in range(count // PIPELINED):
            connection.sendall(batch)
            read_exactly(connection, answer * PIPELINED)


def first_answer_size(connection: socket.socket) -> int:
    """Return how many bytes one answer has on this connection."""
    connection.sendall(request(ARTICLE))
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    read_exactly(connection, length - len(body))
    return len(head) + 4 + length


def read_exactly(connection: socket.socket, count: int) -> None:
    """Read `count` bytes and forget them."""
    while count > 0:
        chunk = connection.recv(min(count, 1 << 20))
        if not chunk:
            raise RuntimeError("the server closed the connection")
        count -= len(chunk)
