<?php
// SPDX-License-Identifier: Apache-2.0
//
// A process of Laravel's worker: worker.php CONNECTION QUEUES [once], as `artisan queue:work` runs it; `once` ends it when nothing is
// left to do.
declare(strict_types=1);

use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Contracts\Events\Dispatcher as EventsContract;
use Illuminate\Queue\Worker;
use Illuminate\Queue\WorkerOptions;

require_once __DIR__ . '/queues.php';

final class Quiet implements ExceptionHandler
{
    public function report(Throwable $e): void
    {
        if (!in_array($e->getMessage(), ['not yet', 'never works'], true)) {
            fwrite(STDERR, "worker: $e\n");
        }
    }

    public function shouldReport(Throwable $e): bool
    {
        return true;
    }

    public function render($request, Throwable $e): mixed
    {
        throw $e;
    }

    public function renderForConsole($output, Throwable $e): void
    {
        throw $e;
    }
}

$queues = queues();
$events = $queues->getContainer()->make(EventsContract::class);
$worker = new Worker($queues->getQueueManager(), $events, new Quiet(), fn () => false);
exit($worker->daemon($argv[1], $argv[2], new WorkerOptions(sleep: 0.05, stopWhenEmpty: ($argv[3] ?? '') === 'once')));
