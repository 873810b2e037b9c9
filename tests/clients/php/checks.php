<?php
// SPDX-License-Identifier: Apache-2.0
//
// What the programs of this folder share: a line for each thing that was seen, an end with status 1 at the first that was not, and a
// file to which workers write which job they begin, so that a job that is done twice cannot hide.
declare(strict_types=1);

const LIMIT_SECONDS = 60;

/** Says that something is as expected, after comparing. */
function seen(string $what, mixed $actual, mixed $expected): void
{
    if ($actual !== $expected) {
        throw new Exception("$what\n  expected: " . json_encode($expected) . "\n  but was:  " . json_encode($actual));
    }
    echo "seen: $what\n";
}

/** Asks again until the answer is yes; fails when it is not for a minute. */
function eventually(string $what, callable $question): void
{
    $end = microtime(true) + LIMIT_SECONDS;
    while (!$question()) {
        if (microtime(true) > $end) {
            throw new Exception('not within ' . LIMIT_SECONDS . " s: $what");
        }
        usleep(10_000);
    }
}

/** A worker says that it begins something; it is written before the job can end. */
function begin(mixed ...$what): void
{
    file_put_contents(getenv('BEGUN'), json_encode($what) . "\n", FILE_APPEND);
}

/** What workers have begun so far under that name. */
function begun(string $name): array
{
    $all = array_map(fn ($line) => json_decode($line), file(getenv('BEGUN')));
    return array_values(array_map(fn ($what) => array_slice($what, 1), array_filter($all, fn ($what) => $what[0] === $name)));
}

/** Processes that this program started, by their ids; those that still run at the end are killed. */
final class Processes
{
    private array $running = [];

    public function start(string ...$command): int
    {
        $process = proc_open([PHP_BINARY, ...$command], [], $pipes);
        $id = proc_get_status($process)['pid'];
        $this->running[$id] = $process;
        return $id;
    }

    /** Sends a signal and answers the exit status, -1 when it was the signal that ended it. */
    public function end(int $id, int $signal): int
    {
        posix_kill($id, $signal);
        return $this->await($id);
    }

    public function await(int $id): int
    {
        do {
            $status = proc_get_status($this->running[$id]);
            usleep(5_000);
        } while ($status['running']);
        unset($this->running[$id]);
        return $status['exitcode'];
    }

    public function endAll(): void
    {
        foreach (array_keys($this->running) as $id) {
            $this->end($id, SIGKILL);
        }
    }
}

function program(callable $main): void
{
    $begun = tempnam(sys_get_temp_dir(), 'cofferdam-library-');
    putenv("BEGUN=$begun");
    $processes = new Processes();
    try {
        $main($processes);
    } catch (Throwable $e) {
        $failed = $e;
    }
    $processes->endAll();
    unlink($begun);
    if (isset($failed)) {
        fwrite(STDERR, "$failed\n");
        exit(1);
    }
    echo "ALL SEEN\n";
}
