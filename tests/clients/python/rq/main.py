# SPDX-License-Identifier: Apache-2.0
"""RQ as its documentation says: a producer here, `rq worker` in processes of its own, its scheduler beside one of them."""
import os
import signal
import sys
import time
from datetime import timedelta

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])

import jobs
from checks import PORT, begun, eventually, program, seen
from redis import Redis
from rq import Queue, Retry, Worker
from rq.command import send_stop_job_command
from rq.job import Job
from rq.registry import FailedJobRegistry, FinishedJobRegistry, ScheduledJobRegistry

BULK = 30


def main(start):
    redis = Redis(port=PORT)
    default = Queue("default", connection=redis)
    high = Queue("high", connection=redis)

    def worker(*options):
        return start("-m", "rq.cli", "worker", "--url", f"redis://127.0.0.1:{PORT}", "--quiet", *options)

    def finished(job):
        eventually(f"{job.func_name} is finished", lambda: job.get_status() == "finished")
        return job.result

    def failed(job):
        eventually(f"{job.func_name} failed", lambda: job.get_status() == "failed")
        job.refresh()
        return job.exc_info

    # Jobs that wait before there is a worker; one worker, which ends when there is nothing left: order and priority.
    bulk = [default.enqueue(jobs.square, number, text="x" * 500) for number in range(BULK)]
    urgent = [high.enqueue(jobs.note, text) for text in ("first", "second")]
    seen("jobs wait for a worker", (len(default), len(high)), (BULK, 2))
    seen("a worker ends in order when all is done", worker("--burst", "--max-jobs", str(2 + BULK // 2), "high", "default").wait(), 0)
    seen("it took the urgent queue first", [finished(job) for job in urgent], ["noted first", "noted second"])
    seen("and the other one in order", begun("square"), [[number] for number in range(BULK // 2)])
    several = [worker("--burst", "high", "default") for _ in range(2)]
    seen("two workers share the rest", [process.wait() for process in several], [0, 0])
    seen("no job lost, none done twice", sorted(begun("square")), [[number] for number in range(BULK)])
    seen("every result is kept with its job", [finished(job) for job in bulk], [number**2 for number in range(BULK)])
    seen("finished jobs are registered", len(FinishedJobRegistry(queue=default)), BULK)

    # A worker that stays, with the scheduler.
    staying = worker("--with-scheduler", "high", "default")
    eventually("the worker is there", lambda: Worker.count(redis) == 1)
    started = time.monotonic()
    later = default.enqueue_in(timedelta(seconds=4), jobs.note, "later")
    seen("a job for later is scheduled", later.id in ScheduledJobRegistry(queue=default), True)
    seen("a flaky job comes right", finished(default.enqueue(jobs.flaky, 2, retry=Retry(max=3))), "at last")
    seen("at its third attempt", len(begun("flaky")), 3)
    broken = default.enqueue(jobs.broken, retry=Retry(max=1))
    seen("a broken job keeps its trace", "ValueError: never works" in failed(broken), True)
    seen("after one retry", len(begun("broken")), 2)
    registry = FailedJobRegistry(queue=default)
    seen("it is among the failed", registry.get_job_ids(), [broken.id])
    registry.requeue(broken)
    eventually("it was tried again", lambda: len(begun("broken")) == 3)
    failed(broken)
    registry.remove(broken, delete_job=True)
    seen("a failed job can be tried again and removed", Job.exists(broken.id, connection=redis), False)

    # Jobs that wait for others, report, are ended, or take their process with them.
    parts = [default.enqueue(jobs.square, number) for number in (101, 102)]
    seen("a job waits for those it depends on", finished(default.enqueue(jobs.total, depends_on=parts)), 101**2 + 102**2)
    report = default.enqueue(jobs.report)
    seen("a job reports", (finished(report), report.get_meta()), ("done", {"progress": 50}))
    seen("a killed work horse is noticed", "Work-horse terminated unexpectedly" in failed(default.enqueue(jobs.crash)), True)
    seen("a job has a time limit", "JobTimeoutException" in failed(default.enqueue(jobs.endless, job_timeout=1)), True)
    endless = default.enqueue(jobs.endless)
    eventually("it has begun", lambda: len(begun("endless")) == 2)
    eventually("its worker knows it", lambda: Worker.all(redis)[0].get_current_job_id() == endless.id)
    send_stop_job_command(redis, endless.id)
    eventually("a running job can be stopped", lambda: endless.get_status() == "stopped")
    short = default.enqueue(jobs.note, "short", result_ttl=1)
    eventually("a result expires", lambda: not Job.exists(short.id, connection=redis))
    seen("and was there", ["short"] in begun("note"), True)

    eventually("the scheduler's job is done", lambda: ["later"] in begun("note"))
    seen("not before its time, which is counted in whole seconds", time.monotonic() - started > 3, True)
    seen("its result is there", finished(later), "noted later")
    staying.send_signal(signal.SIGTERM)
    seen("the worker ends in order", staying.wait(), 0)
    seen("nothing is left to do", (len(default), len(high), Worker.count(redis)), (0, 0, 0))


if __name__ == "__main__":
    program(main)
