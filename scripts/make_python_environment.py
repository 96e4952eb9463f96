"""Makes a virtual environment: python make_python_environment.py FOLDER REQUIREMENTS [--terminal]

Two makers do not meet: the second waits for the first on a lock that the operating system frees whatever happens to the
process that holds it. The file FOLDER/complete is written last, so that what was broken off is made again. Progress goes
to stderr; exit status 0 is an environment, 1 a failure, whose reason is the last line on stderr, 130 Ctrl-C.
"""

import importlib.util
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import venv

# PyTorch for Linux comes with 3 GB of CUDA libraries from PyPI, and without them from here (as version x.y.z+cpu, which
# installers prefer to x.y.z).
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"
SECONDS_TO_ANSWER = 5


class Failure(Exception):
    pass


def locked(file):
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False


class Progress:
    """One line that is written over on a terminal; elsewhere one line for each stage."""

    def __init__(self, on_terminal):
        self.start = time.monotonic()
        self.on_terminal = on_terminal

    def stage(self, text):
        self._line(text, True)

    def detail(self, text):
        if self.on_terminal:
            self._line(text, False)

    def _line(self, text, keep):
        line = f"lipwright: Python environment, {time.monotonic() - self.start:.0f} s: {text}"
        over = "\r\x1b[K" if self.on_terminal else ""
        sys.stderr.write(f"{over}{line}\n" if keep else f"{over}{line[:79]}")
        sys.stderr.flush()


def cpu_wheels():
    if sys.platform != "linux":
        return []
    try:
        request = urllib.request.Request(f"{CPU_WHEELS}/torch/", method="HEAD")
        with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER):
            return ["--extra-index-url", CPU_WHEELS]
    except (OSError, ValueError):
        return []


def install(folder, requirements, progress):
    interpreter = os.path.join(folder, "Scripts", "python.exe") if os.name == "nt" else os.path.join(folder, "bin", "python")
    extra = cpu_wheels()
    progress.stage("installing" + ("" if extra or sys.platform != "linux" else " (PyTorch's own index does not answer: with CUDA libraries, 6 GB)"))
    # Not compiled ahead: of 9,000 files few are ever imported, and those compile when they are.
    command = [interpreter, "-m", "pip", "install", "--no-input", "--no-compile", "--disable-pip-version-check", "--progress-bar", "off", *extra, "-r", requirements]
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")}
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environment, text=True, errors="replace") as pip:
        try:
            for line in pip.stdout:
                lines.append(line.strip())
                found = re.match(r"\s*(?:Downloading|Using cached) (\S+?)(?:-cp\S+|-py\S+)?(?:\.whl|\.tar\.gz)(?:\.metadata)? \((.*)\)", line)
                if found:
                    progress.detail(f"{found[1]} ({found[2]})")
                elif line.startswith("Installing collected packages"):
                    progress.stage(f"unpacking {line.count(',') + 1} packages")
        except BaseException:
            pip.terminate()
            raise
    if pip.returncode != 0:
        errors = [line for line in lines if line.startswith("ERROR")] or lines[-1:]
        raise Failure(f"pip failed: {errors[-1] if errors else pip.returncode}")


def make(folder, requirements, progress):
    complete = os.path.join(folder, "complete")
    if os.path.exists(complete):
        return
    if os.path.exists(folder):
        shutil.rmtree(folder)
    if importlib.util.find_spec("ensurepip") is None:
        raise Failure(f"{sys.executable} cannot make virtual environments (on Debian and Ubuntu: install python3-venv)")
    venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(folder)
    install(folder, requirements, progress)
    with open(complete, "w", encoding="utf-8") as file:
        file.write(f"Python {platform.python_version()}\n")
    progress.stage(f"made in {folder}")


def main(folder, requirements, on_terminal):
    progress = Progress(on_terminal)
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with open(f"{folder}.lock", "a", encoding="utf-8") as lock:
        if not locked(lock):
            progress.stage("another process makes it; waiting")
            while not locked(lock):
                time.sleep(0.2)
        make(folder, requirements, progress)


if __name__ == "__main__":
    # As Ctrl-C, so that pip is ended too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), "--terminal" in sys.argv)
    except KeyboardInterrupt:
        sys.stderr.write("\nlipwright: stopped; the Python environment is begun again next time\n")
        sys.exit(130)
    except (Failure, OSError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
