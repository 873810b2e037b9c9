# SPDX-License-Identifier: Apache-2.0
"""What the programs of this folder share.

A line for each thing that was seen, an end with status 1 at the first that was not, and a file to which workers write which job they
begin, so that a job that is done twice cannot hide.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

LIMIT_SECONDS = 60
PORT = int(os.environ["REDIS_PORT"])


def seen(what, actual, expected):
    """Says that something is as expected, after comparing."""
    if actual != expected:
        sys.exit(f"{what}\n  expected: {expected!r}\n  but was:  {actual!r}")
    print("seen:", what, flush=True)


def eventually(what, question):
    """Asks again until the answer is yes, and answers it; fails when it is not for a minute."""
    end = time.monotonic() + LIMIT_SECONDS
    while not (answer := question()):
        if time.monotonic() > end:
            sys.exit(f"not within {LIMIT_SECONDS} s: {what}")
        time.sleep(0.01)
    return answer


def begin(*what):
    """A worker says that it begins something; it is written before the job can end."""
    with open(os.environ["BEGUN"], "a") as file:
        file.write(json.dumps(what) + "\n")


def begun(name):
    """What workers have begun so far under that name."""
    with open(os.environ["BEGUN"]) as file:
        return [what[1:] for what in map(json.loads, file) if what[0] == name]


def program(main):
    """Runs a program to its end. It gets a function that starts a process; those that still run at the end are killed, with their own."""
    processes = []

    def start(*command):
        folder = os.path.dirname(os.path.abspath(sys.argv[0]))
        processes.append(subprocess.Popen([sys.executable, *command], cwd=folder, start_new_session=True))
        return processes[-1]

    with tempfile.TemporaryDirectory(prefix="cofferdam-library-") as folder:
        os.environ["BEGUN"] = os.path.join(folder, "begun")
        open(os.environ["BEGUN"], "w").close()
        try:
            main(start)
        finally:
            for process in processes:
                try:
                    os.killpg(process.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                process.wait()
    print("ALL SEEN", flush=True)
