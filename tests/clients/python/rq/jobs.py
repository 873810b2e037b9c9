# SPDX-License-Identifier: Apache-2.0
"""What the workers of RQ do."""
import os
import signal
import time

from checks import begin, begun
from rq import get_current_job


def square(number, text=""):
    begin("square", number)
    return number**2


def note(text):
    begin("note", text)
    return "noted " + text


def flaky(failures):
    """Comes right when it has failed so often."""
    begin("flaky")
    if len(begun("flaky")) <= failures:
        raise ValueError("not yet")
    return "at last"


def broken():
    begin("broken")
    raise ValueError("never works")


def total():
    """The sum of what the jobs gave that this one depends on."""
    return sum(job.result for job in get_current_job().fetch_dependencies())


def crash():
    os.kill(os.getpid(), signal.SIGKILL)


def endless():
    begin("endless")
    while True:
        time.sleep(60)


def report():
    job = get_current_job()
    job.meta["progress"] = 50
    job.save_meta()
    return "done"
