# SPDX-License-Identifier: Apache-2.0
"""What the workers of Celery do; the producer imports it too."""
import os
import time

from celery import Celery
from checks import PORT, begin, begun

# Database 0 for everything but what is about workers that die: there, what nobody acknowledged for a second is handed out again.
DATABASE = int(os.environ.get("DATABASE", "0"))
URL = f"redis://127.0.0.1:{PORT}/{DATABASE}"

app = Celery("tasks", broker=URL, backend=URL)
app.conf.update(
    task_track_started=True,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 3600 if DATABASE == 0 else 1},
)


@app.task
def square(number, text=""):
    begin("square", number)
    return number**2


@app.task
def total(numbers):
    return sum(numbers)


@app.task
def plus(left, right):
    return left + right


@app.task
def note(text):
    begin("note", text)
    return "noted " + text


@app.task(bind=True, max_retries=5)
def flaky(self, failures):
    """Comes right when it has failed so often."""
    begin("flaky", self.request.retries)
    if self.request.retries < failures:
        raise self.retry(countdown=0.1)
    return "at last"


@app.task
def broken():
    begin("broken")
    raise ValueError("never works")


@app.task(bind=True)
def gated(self, gate):
    """Says how far it is, and goes on when there is a file of that name."""
    begin("gated")
    self.update_state(state="PROGRESS", meta={"percent": 50})
    while not os.path.exists(gate):
        time.sleep(0.01)
    return "through"


@app.task(acks_late=True)
def stubborn():
    """Never ends the first time."""
    begin("stubborn")
    while len(begun("stubborn")) == 1:
        time.sleep(60)
    return "survived"
