#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The outage on a stock redis-server with `cofferdam watch` beside it: prints one timeline of both, and whether each stage came before the first refused command.

Starts a redis-server (256 MB, noeviction) and `cofferdam watch` on free loopback ports, then the load generator of the outage (incident.py, given by --incident), whose fault
fills the server in about --fill seconds. The first refused command is the server's own count (INFO errorstats), asked for ten times a second. Everything started here ends here.

example   tests/incident/beside_stock.py --incident ../shared/lab/incident.py --fault session-leak --fill 240
"""
import argparse, os, re, shlex, socket, subprocess, sys, tempfile, threading, time

CALM_SECONDS = 90
"""Of the load before its fault."""
WARM_SECONDS = 50
"""Until the cache is warm and its entries expire as fast as they are made. The watcher begins then, unless --watch-at says otherwise: the filling of an empty server is a climb too, and not the one looked for."""
LIMIT_MB = 256
BASE_MB = 55
"""What the load holds when it is calm."""
STAGES = ["SUSPECT", "NOTIFY", "PAGE"]


class Timeline:
    """Lines of several threads, by the time they were heard."""

    def __init__(self):
        self.lines, self.lock = [], threading.Lock()

    def add(self, source, text):
        with self.lock:
            self.lines.append((time.time(), source, text.rstrip()))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ask(port, *words):
    with socket.create_connection(("127.0.0.1", port), 2) as s:
        s.sendall(b"".join([b"*%d\r\n" % len(words)] + [b"$%d\r\n%s\r\n" % (len(w), w) for w in (x.encode() for x in words)]))
        f = s.makefile("rb")
        head = f.readline()
        return f.read(int(head[1:])).decode("latin-1") if head[:1] == b"$" else head.decode("latin-1")


def hear(process, source, timeline):
    def run():
        for line in process.stdout:
            timeline.add(source, line)
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def refusals(port, timeline, end, record):
    """Notes the first command that the server refused for want of memory; and, if asked, what it held each second, for a replay."""
    refused, recorded = False, 0
    while not end.is_set():
        try:
            info = ask(port, "INFO", "everything")
            match = re.search(r"errorstat_OOM:count=(\d+)", info)
            if match and not refused:
                timeline.add("redis", f"FIRST REFUSED COMMAND (errorstat_OOM {match.group(1)})")
                refused = True
            if record and time.time() - recorded >= 1:
                recorded = time.time()
                fields = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
                figures = [fields[name] for name in ("used_memory", "used_memory_dataset", "mem_clients_normal")]
                record.write(",".join([f"{recorded:.3f}", *figures, match.group(1) if match else "0"]) + "\n")
        except OSError:
            pass
        time.sleep(0.1)


def last_second(timeline):
    """Of the load's run, by its own lines; 0 before the first."""
    seconds = [re.match(r"\*?\s*(\d+) ", text) for _, source, text in list(timeline.lines) if source == "load"]
    return max((int(match.group(1)) for match in seconds if match), default=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incident", required=True, help="the load generator")
    parser.add_argument("--watch", default=os.path.join(os.path.dirname(__file__), "../../cofferdam") + " watch", help="command that starts the watcher")
    parser.add_argument("--fault", default="session-leak", choices=["session-leak", "cache-flood", "jobs-backlog"])
    parser.add_argument("--fill", type=float, default=240, help="seconds from the fault until it is full, about")
    parser.add_argument("--watch-at", type=float, default=WARM_SECONDS, help=f"second of the run at which the watcher is started; the fault comes at {CALM_SECONDS}")
    parser.add_argument("--record", type=argparse.FileType("w", bufsize=1), help="file for the server's memory, a line a second: time, used, data, buffers of clients, refusals")
    a = parser.parse_args()

    timeline, end, port, started = Timeline(), threading.Event(), free_port(), []
    with tempfile.TemporaryDirectory() as folder:
        try:
            redis = subprocess.Popen(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--maxmemory", f"{LIMIT_MB}mb",
                                      "--maxmemory-policy", "noeviction", "--dir", folder], stdout=subprocess.DEVNULL)
            started.append(redis)
            for _ in range(200):
                try:
                    ask(port, "PING")
                    break
                except OSError:
                    time.sleep(0.05)
            with open(os.path.join(folder, "watch.yaml"), "w") as config:
                config.write(f"targets:\n  - url: redis://127.0.0.1:{port}\n    name: shared\n    learning-days: 0\n    mode: page\n")
            threading.Thread(target=refusals, args=(port, timeline, end, a.record), daemon=True).start()
            seconds = int(CALM_SECONDS + a.fill * 1.15 + 10)
            rate = (LIMIT_MB - BASE_MB) / a.fill
            load = subprocess.Popen([sys.executable, a.incident, "--port", str(port), "--fault", a.fault, "--fault-at", str(CALM_SECONDS), "--fault-end", str(seconds),
                                     "--seconds", str(seconds), "--drain", "1", "--fault-mbps", f"{rate:.3f}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            started.append(load)
            heard = hear(load, "load", timeline)
            while load.poll() is None and last_second(timeline) < a.watch_at:
                time.sleep(0.2)
            watch = subprocess.Popen(shlex.split(a.watch) + ["--config", config.name, "--data", os.path.join(folder, "data"), "--console-port", "0", "--plain"],
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            started.append(watch)
            hear(watch, "watch", timeline)
            load.wait()
            heard.join(5)
        finally:
            end.set()
            for process in reversed(started):
                process.terminate()
            for process in started:
                process.wait()
    report(timeline, a)


def report(timeline, a):
    faulty = [at for at, source, text in timeline.lines if source == "load" and re.match(r"\*\s*\d+ ", text)]
    if not faulty:
        sys.exit("the load never came to its fault:\n" + "\n".join(text for _, _, text in timeline.lines[-20:]))
    onset = faulty[0] - 1  # a line is printed when its second is over
    began = next((at for at, source, _ in timeline.lines if source == "watch"), None)
    refused = next((at for at, source, _ in timeline.lines if source == "redis"), None)
    print(f"outage on stock redis-server, fault {a.fault}, about {a.fill:.0f} s to full; seconds since the fault began"
          + ("" if began is None else f"; the watcher's first word came at {began - onset:.1f}"))
    for at, source, text in timeline.lines:
        if source != "load":
            print(f"{at - onset:8.1f}  {source:6} {text}")
    reached = {}
    for at, source, text in timeline.lines:
        said = re.search(r"\b(SUSPECT|NOTIFY|PAGE)\b", text) if source == "watch" else None
        # Who is woken at once was not told before: a stage stands for those below it.
        for stage in STAGES[:STAGES.index(said.group(1)) + 1] if said else ():
            reached.setdefault(stage, at)
    print()
    late = 0
    for stage in STAGES:
        at = reached.get(stage)
        late += at is None or refused is not None and at >= refused
        words = "never" if at is None else f"{at - onset:.1f} s after the fault" if at >= onset else f"{onset - at:.1f} s before the fault, on the load's own climb"
        before = "" if at is None or refused is None else f", {refused - at:.1f} s before the first refused command"
        print(f"{stage:8} {words}{before}")
    print("refused  " + ("never" if refused is None else f"{refused - onset:.1f} s after the fault"))
    sys.exit(1 if late else 0)


if __name__ == "__main__":
    main()
