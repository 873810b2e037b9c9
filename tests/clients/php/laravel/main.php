<?php
// SPDX-License-Identifier: Apache-2.0
//
// Laravel's queues: a producer here, Laravel's worker in processes of its own (worker.php).
declare(strict_types=1);

require_once __DIR__ . '/queues.php';

const BULK = 200;
const WORKER = __DIR__ . '/worker.php';

program(function (Processes $processes): void {
    $queue = queues()->getConnection();

    // Jobs that wait before there is a worker; one worker: priority of queues and order.
    foreach (['one', 'two', 'three'] as $text) {
        $queue->push(new Note($text));
    }
    foreach (['first', 'second'] as $text) {
        $queue->push(new Note($text), '', 'high');
    }
    seen('jobs wait for a worker', [$queue->size(), $queue->size('high')], [3, 2]);
    seen('a worker ends when nothing is left', $processes->await($processes->start(WORKER, 'default', 'high,default', 'once')), 0);
    seen('the high queue first, then in order', array_merge(...begun('note')), ['first', 'second', 'one', 'two', 'three']);

    // Two workers that compete.
    $workers = [$processes->start(WORKER, 'default', 'high,default'), $processes->start(WORKER, 'default', 'high,default')];
    $queue->bulk(array_map(fn ($number) => new Square($number, str_repeat('x', 500)), range(0, BULK - 1)));
    eventually('all jobs of the bulk are done', fn () => $queue->size() === 0);
    $squares = array_merge(...begun('square'));
    sort($squares);
    seen('no job lost, none done twice', $squares, range(0, BULK - 1));

    // Retries, a job that never works, jobs for later.
    $started = microtime(true);
    $queue->later(3, new Note('later'));
    $queue->push(new Again());
    $queue->push(new Flaky());
    $queue->push(new Broken());
    eventually('the broken job has failed', fn () => begun('failed') === [['never works']]);
    seen('after two attempts', begun('broken'), [[1], [2]]);
    eventually('the flaky job came right', fn () => begun('flaky') === [[1], [2], [3]]);
    eventually('the job for later is done', fn () => in_array(['later'], begun('note'), true));
    seen('not before its time, which is counted in whole seconds', microtime(true) - $started > 2, true);
    eventually('a job that put itself back is done', fn () => begun('again') === [[1], [2]]);
    eventually('nothing is left', fn () => $queue->size() === 0);
    $queue->later(3600, new Note('never'));
    seen('a queue can be emptied', [$queue->clear('default'), $queue->size()], [1, 0]);

    // A worker that is killed in the middle of a job: another one does it when the time is up.
    $risky = queues()->getConnection('risky');
    $risky->push(new Stubborn());
    $doomed = $processes->start(WORKER, 'risky', 'risky');
    eventually('it has begun', fn () => begun('stubborn') === [[1]]);
    seen('a worker is killed', $processes->end($doomed, SIGKILL), -1);
    $last = $processes->start(WORKER, 'risky', 'risky');
    eventually('another one does the job', fn () => begun('stubborn') === [[1], [2]] && $risky->size() === 0);

    $ends = array_map(fn ($id) => $processes->end($id, SIGTERM), [...$workers, $last]);
    seen('workers end in order', $ends, [0, 0, 0]);
});
