"""Make the environment this checkout needs, once; the second run takes no time.

    python3 scripts/bootstrap.py runtime    what `make demo` needs
    python3 scripts/bootstrap.py dev        what `make check` and `make bench` need
    python3 scripts/bootstrap.py browser    what the browser stories of `make test` need

Standard library only, so that nothing but Python and make must be there before it runs. Uses uv
when it is on PATH, else venv and pip. Everything installed is pinned and hashed (requirements/).
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)
HASHED = {"runtime": ["runtime.txt"], "dev": ["dev.txt"]}
WITHOUT_DEPENDENCIES = {"runtime": [], "dev": ["stripe-schema.txt"]}
APART = {"runtime": [], "dev": ["whoosh-2.7.4.txt"]}
DEBIAN_PACKAGES = ["chromium", "fonts-noto-cjk", "fontconfig"]


def main(stage: str) -> None:
    """Bring the environment to `stage`."""
    if stage == "browser":
        need_browser()
    elif stage in HASHED:
        need_environment(stage)
    else:
        stop(f"unknown stage {stage!r}: runtime, dev or browser")


def need_environment(stage: str) -> None:
    """Create `.venv` and install the stage's packages, unless they are there already."""
    wanted = {name: fingerprint(name) for name in HASHED}
    # dev holds everything runtime does, so a finished dev environment serves both.
    if any(stamp(name) == wanted[name] for name in {stage, "dev"}):
        return
    python = find_python()
    uv = shutil.which("uv")
    if not (VENV / "bin" / "python").exists():
        say(f"Creating .venv with {python}{' and uv' if uv else ''}")
        create(python, uv)
    for name in HASHED[stage]:
        say(f"Installing requirements/{name}")
        install(uv, "--require-hashes", "-r", str(ROOT / "requirements" / name))
    for name in WITHOUT_DEPENDENCIES[stage]:
        install(uv, "--require-hashes", "--no-deps", "-r", str(ROOT / "requirements" / name))
    for name in APART[stage]:
        place = ROOT / ".cache" / name.removesuffix(".txt")
        shutil.rmtree(place, ignore_errors=True)
        requirement = ("-r", str(ROOT / "requirements" / name))
        install(uv, "--require-hashes", "--no-deps", "--target", str(place), *requirement)
    install(uv, "--no-deps", "-e", str(ROOT))
    run(str(VENV / "bin" / "python"), "-m", "compileall", "-q", str(ROOT / "helpcenter"))
    stamp_path(stage).write_text(wanted[stage])


def fingerprint(stage: str) -> str:
    """Return a digest of everything the stage's environment depends on."""
    digest = hashlib.sha256(str(ROOT).encode())
    names = [*HASHED[stage], *WITHOUT_DEPENDENCIES[stage], *APART[stage]]
    for path in [ROOT / "pyproject.toml", *(ROOT / "requirements" / name for name in names)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def stamp_path(stage: str) -> Path:
    """Return where the digest of a finished stage is kept."""
    return VENV / f".helpcenter-{stage}"


def stamp(stage: str) -> str | None:
    """Return the digest of the finished stage, None if it was never finished."""
    try:
        return stamp_path(stage).read_text()
    except FileNotFoundError:
        return None


def find_python() -> str:
    """Return an interpreter that is new enough: this one, else the newest on PATH."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in range(15, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    return stop("helpcenter needs Python 3.11 or newer; install one and run make again.")


def create(python: str, uv: str | None) -> None:
    """Create the virtual environment."""
    if uv:
        run(uv, "venv", "--quiet", "--python", python, str(VENV))
        return
    made = subprocess.run([python, "-m", "venv", str(VENV)], check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop("python3 -m venv failed; on Debian and Ubuntu: apt install python3-venv")


def install(uv: str | None, *arguments: str) -> None:
    """Install into `.venv`."""
    if uv:
        # Compiled now, as pip does too: else the first start pays for it, and where the environment
        # forbids writing bytecode, every start.
        python = str(VENV / "bin" / "python")
        run(uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, *arguments)
    else:
        run(
            str(VENV / "bin" / "python"),
            *("-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *arguments,
        )


def need_browser() -> None:
    """Install Chromium and a font with Chinese, or say in a sentence how to."""
    if os.environ.get("E2E") == "no" or (has_chromium() and has_chinese_font()):
        return
    apt = shutil.which("apt-get")
    if apt and hasattr(os, "geteuid") and os.geteuid() == 0:
        say(f"Installing {', '.join(DEBIAN_PACKAGES)}")
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        run(apt, "update", "-qq", env=environment)
        run(
            apt,
            *("install", "-y", "-qq", "--no-install-recommends", *DEBIAN_PACKAGES),
            env=environment,
        )
        return
    stop(
        "The browser stories need Chromium and a font with Chinese. On Debian or Ubuntu:\n"
        f"    sudo apt install {' '.join(DEBIAN_PACKAGES)}\n"
        "On a Mac: brew install chromium (the fonts are there). Or leave them out: make test E2E=no"
    )


def has_chromium() -> bool:
    """Tell whether a Chromium is on PATH."""
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def has_chinese_font() -> bool:
    """Tell whether fontconfig knows a font for Hong Kong Chinese (a Mac always has one)."""
    if sys.platform == "darwin":
        return True
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    listed = subprocess.run([lister, ":lang=zh-hk"], capture_output=True, check=False)
    return bool(listed.stdout.strip())


def run(*command: str, env: dict[str, str] | None = None) -> None:
    """Run a command; leave with its exit code if it fails."""
    done = subprocess.run(command, check=False, env=env, stdout=subprocess.DEVNULL)
    if done.returncode:
        say(f"failed: {' '.join(command)}")
        sys.exit(done.returncode)


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(f"[setup] {text}", file=sys.stderr, flush=True)


def stop(text: str) -> str:
    """Say why it cannot go on, and leave."""
    say(text)
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "dev")
