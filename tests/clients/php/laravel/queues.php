<?php
// SPDX-License-Identifier: Apache-2.0
//
// Laravel's queues without the rest of Laravel, as illuminate/queue's documentation says, on redis with the prefix that a new Laravel
// application has; and the jobs.
declare(strict_types=1);

use Illuminate\Bus\Dispatcher as Bus;
use Illuminate\Bus\Queueable;
use Illuminate\Container\Container;
use Illuminate\Contracts\Bus\Dispatcher as BusContract;
use Illuminate\Contracts\Container\Container as ContainerContract;
use Illuminate\Contracts\Events\Dispatcher as EventsContract;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Events\Dispatcher as Events;
use Illuminate\Queue\Capsule\Manager;
use Illuminate\Queue\Connectors\RedisConnector;
use Illuminate\Queue\InteractsWithQueue;
use Illuminate\Redis\RedisManager;

require_once 'Illuminate/Queue/autoload.php';
require_once 'Illuminate/Redis/autoload.php';
require_once 'Illuminate/Events/autoload.php';
require_once 'Illuminate/Bus/autoload.php';
require_once __DIR__ . '/../checks.php';

function queues(): Manager
{
    $container = new Container();
    Container::setInstance($container);
    $container->instance(ContainerContract::class, $container);
    $events = new Events($container);
    $container->instance(EventsContract::class, $events);
    $container->instance('events', $events);
    $container->instance(BusContract::class, new Bus($container));
    $redis = new RedisManager($container, 'phpredis', [
        'options' => ['prefix' => 'laravel_database_'],
        'default' => ['host' => '127.0.0.1', 'port' => (int) getenv('REDIS_PORT'), 'database' => 0, 'read_write_timeout' => 60],
    ]);
    $container->instance('redis', $redis);
    $manager = new Manager($container);
    $manager->getQueueManager()->addConnector('redis', fn () => new RedisConnector($redis));
    $connection = ['driver' => 'redis', 'connection' => 'default', 'queue' => 'default', 'retry_after' => 90];
    $manager->addConnection($connection);
    // Here a worker waits in the server for a job, and one that is not done after a second is handed out again.
    $manager->addConnection(['queue' => 'risky', 'retry_after' => 1, 'block_for' => 1] + $connection, 'risky');
    return $manager;
}

abstract class Job implements ShouldQueue
{
    use InteractsWithQueue;
    use Queueable;

    public function __construct(public int|string $what = '', public string $text = '')
    {
    }
}

final class Square extends Job
{
    public function handle(): void
    {
        begin('square', $this->what);
    }
}

final class Note extends Job
{
    public function handle(): void
    {
        begin('note', $this->what);
    }
}

/** Comes right at its third attempt. */
final class Flaky extends Job
{
    public int $tries = 5;

    public function handle(): void
    {
        begin('flaky', $this->attempts());
        if ($this->attempts() < 3) {
            throw new Exception('not yet');
        }
    }
}

final class Broken extends Job
{
    public int $tries = 2;

    public function handle(): void
    {
        begin('broken', $this->attempts());
        throw new Exception('never works');
    }

    public function failed(Throwable $error): void
    {
        begin('failed', $error->getMessage());
    }
}

/** Puts itself back for a second, once. */
final class Again extends Job
{
    public int $tries = 2;

    public function handle(): void
    {
        begin('again', $this->attempts());
        if ($this->attempts() === 1) {
            $this->release(1);
        }
    }
}

/** Never ends the first time. */
final class Stubborn extends Job
{
    public int $tries = 5;

    public function handle(): void
    {
        begin('stubborn', $this->attempts());
        while ($this->attempts() === 1) {
            sleep(60);
        }
    }
}
