# SPDX-License-Identifier: Apache-2.0
"""Celery as its documentation says: a producer here, `celery worker` in processes of its own, broker and results on the same server."""
import os
import signal
import sys
import time

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])

import tasks
from celery import chain, chord, group
from celery.exceptions import TaskRevokedError
from checks import PORT, begun, eventually, program, seen
from redis import Redis

BULK = 100
WAIT_SECONDS = 60


def main(start):
    def worker(name, processes, database=0):
        os.environ["DATABASE"] = str(database)
        return start("-m", "celery", "--quiet", "-A", "tasks", "worker", "-n", name, "-c", str(processes), "-l", "ERROR", "--without-mingle",
                     "--without-gossip")

    def got(result):
        return result.get(timeout=WAIT_SECONDS, interval=0.01)

    # Jobs that wait before there is a worker: order first, then two workers that compete.
    early = [tasks.note.delay(text) for text in ("one", "two", "three")]
    first = worker("first@here", 1)
    seen("every result is there", [got(result) for result in early], ["noted one", "noted two", "noted three"])
    seen("first in, first out", begun("note"), [["one"], ["two"], ["three"]])
    second = worker("second@here", 2)
    eventually("both workers answer", lambda: len(tasks.app.control.ping(timeout=0.5, limit=2)) == 2)
    bulk = group(tasks.square.s(number, text="x" * 500) for number in range(BULK))()
    seen("results of a group", got(bulk), [number**2 for number in range(BULK)])
    seen("no job lost, none done twice", sorted(begun("square")), [[number] for number in range(BULK)])

    # Retries, a job that never works, one for later, and one that is taken back.
    started = time.monotonic()
    later = tasks.note.apply_async(("later",), countdown=1)
    never = tasks.note.apply_async(("never",), countdown=3600)
    flaky = tasks.flaky.delay(2)
    broken = tasks.broken.delay()
    seen("a flaky job comes right", got(flaky), "at last")
    seen("at its third attempt", begun("flaky"), [[0], [1], [2]])
    seen("a broken job raises where its result is asked for", repr(broken.get(timeout=WAIT_SECONDS, propagate=False)),
         "ValueError('never works')")
    seen("with state and trace", (broken.state, "raise ValueError" in broken.traceback), ("FAILURE", True))
    never.revoke()
    eventually("both workers know that it is taken back",
               lambda: sum(never.id in ids for ids in (tasks.app.control.inspect(limit=2).revoked() or {}).values()) == 2)
    seen("a job that came too late is not done", tasks.note.apply_async(("stale",), expires=-1).get(
        timeout=WAIT_SECONDS, propagate=False).__class__, TaskRevokedError)
    seen("the job for later is done", got(later), "noted later")
    seen("not before its time", time.monotonic() - started >= 1, True)

    # Chains and chords.
    seen("a chain", got(chain(tasks.plus.s(1, 2), tasks.plus.s(10), tasks.square.s())()), 13**2)
    seen("a chord waits for all its parts", got(chord([tasks.plus.s(number, 1) for number in range(10)], tasks.total.s())()), 55)
    seen("jobs with priorities", [got(tasks.note.apply_async((f"priority {step}",), priority=step)) for step in (3, 9)],
         ["noted priority 3", "noted priority 9"])
    forgotten = tasks.note.delay("forgotten")
    got(forgotten)
    forgotten.forget()
    seen("a result can be forgotten", forgotten.state, "PENDING")

    # A job that tells how far it is, and a worker that is told to end in the middle of it: it does what it began.
    gate = os.environ["BEGUN"] + ".gate"
    gated = tasks.gated.delay(gate)
    eventually("it tells how far it is", lambda: gated.state == "PROGRESS" and gated.info == {"percent": 50})
    for process in (first, second):
        process.send_signal(signal.SIGTERM)
    open(gate, "w").close()
    seen("workers end in order", [process.wait() for process in (first, second)], [0, 0])
    seen("the job was finished", got(gated), "through")

    # A worker that is killed in the middle of a job that acknowledges late: the next one does it.
    late = tasks.app.__class__("late", broker=tasks.URL[:-1] + "1", backend=tasks.URL[:-1] + "1")
    stubborn = late.signature("tasks.stubborn").delay()
    doomed = worker("third@here", 1, database=1)
    eventually("it has begun", lambda: begun("stubborn"))
    os.killpg(doomed.pid, signal.SIGKILL)
    doomed.wait()
    # A worker looks for such jobs when it starts, and then only now and then: the time must be up before.
    broker = Redis(port=PORT, db=1)
    eventually("its time is up", lambda: all(time.time() - taken > 1.5 for _, taken in broker.zrange("unacked_index", 0, -1, withscores=True)))
    worker("fourth@here", 1, database=1)
    seen("another worker does it", got(stubborn), "survived")
    seen("so that it began again", len(begun("stubborn")) > 1, True)
    seen("the job that was taken back was never done", ["never"] in begun("note"), False)


if __name__ == "__main__":
    program(main)
