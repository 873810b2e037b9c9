// SPDX-License-Identifier: Apache-2.0
//
// BullMQ as its guide says: producers here, workers in processes of their own (worker.mjs), events through QueueEvents.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { FlowProducer, Queue, QueueEvents } from 'bullmq';
import { begun, connection, eventually, run, seen } from '../checks.mjs';

const BULK = 300;
const WAIT_MILLIS = 60_000;

/** A process with a worker; resolves when it is connected. */
async function startWorker(queue, concurrency, lockMillis = 30_000) {
  const child = fork(new URL('worker.mjs', import.meta.url), [queue, concurrency, lockMillis].map(String));
  await new Promise((ready, failed) => {
    child.on('message', ready);
    child.on('exit', (status, signal) => failed(new Error(`worker ended: ${status ?? signal}`)));
  });
  return child;
}

const startsOf = (name) => begun().filter((start) => start.name === name);
const startsIn = (queue) => begun().filter((start) => start.queue === queue);

await run(async () => {
  const mail = new Queue('mail', { connection });
  const ordered = new Queue('ordered', { connection });
  const flows = new FlowProducer({ connection });
  const events = new QueueEvents('mail', { connection });
  const orderedEvents = new QueueEvents('ordered', { connection });
  await Promise.all([events.waitUntilReady(), orderedEvents.waitUntilReady()]);
  const finished = (job) => job.waitUntilFinished(events, WAIT_MILLIS);

  // Jobs that wait before there is a worker, then two processes that compete for them.
  const bulk = await mail.addBulk(
    Array.from({ length: BULK }, (_, number) => ({ name: 'square', data: { number, text: 'x'.repeat(500) } })),
  );
  seen('jobs wait for a worker', await mail.getWaitingCount(), BULK);
  const first = await startWorker('mail', 8);
  const second = await startWorker('mail', 8);
  await eventually('all jobs of the bulk are done', async () => (await mail.getCompletedCount()) === BULK);
  seen('no job lost, none done twice', startsOf('square').map((start) => start.id).sort(), bulk.map((job) => job.id).sort());
  const results = await Promise.all(bulk.map(async (job) => (await mail.getJob(job.id)).returnvalue));
  seen('every result is kept with its job', results, bulk.map((job) => job.data.number ** 2));

  // Retries with back-off, a job that never works, and one that is to be done later.
  const started = Date.now();
  const later = await mail.add('note', { text: 'later' }, { delay: 2000 });
  seen('a delayed job waits', await later.getState(), 'delayed');
  const flaky = await mail.add('flaky', {}, { attempts: 3, backoff: { type: 'exponential', delay: 50 } });
  seen('a flaky job comes right', await finished(flaky), 'at last');
  seen('at its third attempt', startsOf('flaky').length, 3);
  const broken = await mail.add('broken', {}, { attempts: 2, backoff: 20 });
  seen('a broken job tells its waiter', await finished(broken).catch((error) => error.message), 'never works');
  seen('and is kept among the failed', (await mail.getFailed()).map((job) => [job.id, job.attemptsMade]), [[broken.id, 2]]);
  seen('the delayed job is done', await finished(later), 'noted later');
  seen('and not before its time', Date.now() - started >= 2000, true);
  await broken.retry();
  await eventually('the failed job was tried again', async () => startsOf('broken').length === 3);
  await eventually('it failed again', () => broken.isFailed());
  seen('a failed job can be tried again and removed', [await broken.remove(), await mail.getFailedCount()].slice(1), [0]);

  // Order: one worker, one job at a time.
  await ordered.pause();
  for (const text of ['one', 'two', 'three']) {
    await ordered.add('note', { text });
  }
  await ordered.add('note', { text: 'zero' }, { lifo: true });
  const last = await ordered.add('note', { text: 'last' }, { priority: 9 });
  await ordered.add('note', { text: 'fourth' }, { priority: 1 });
  const single = await startWorker('ordered', 1);
  seen('a paused queue hands out nothing', startsIn('ordered'), []);
  await ordered.resume();
  await last.waitUntilFinished(orderedEvents, WAIT_MILLIS);
  const texts = [];
  for (const start of startsIn('ordered')) {
    texts.push((await ordered.getJob(start.id)).data.text);
  }
  seen('first in first out, lifo before, priorities after', texts, ['zero', 'one', 'two', 'three', 'fourth', 'last']);

  // Parents that wait for their children, jobs that are added once, progress and logs.
  const flow = await flows.add({
    name: 'sum',
    queueName: 'mail',
    children: [1, 2, 3].map((number) => ({ name: 'part', queueName: 'mail', data: { number } })),
  });
  seen('a parent gets the values of its children', await finished(flow.job), 6);
  const once1 = await mail.add('note', { text: 'once' }, { delay: 2000, deduplication: { id: 'only' } });
  const once2 = await mail.add('note', { text: 'twice' }, { delay: 2000, deduplication: { id: 'only' } });
  seen('the same job is added once', once2.id, once1.id);
  const report = await mail.add('report', {});
  seen('a job reports', await finished(report), 'done');
  seen('its progress and log are there', [(await mail.getJob(report.id)).progress, (await mail.getJobLogs(report.id)).logs], [
    50,
    ['half of it'],
  ]);
  seen('the job that was added once is done', await finished(once1), 'noted once');

  // A scheduler that makes jobs again and again.
  const before = startsOf('note').length;
  await mail.upsertJobScheduler('tick', { every: 100, limit: 3 }, { name: 'note', data: { text: 'tick' } });
  await eventually('the scheduler made its jobs', () => startsOf('note').length === before + 3);
  seen('a scheduler keeps to its limit', startsOf('note').length, before + 3);
  await mail.removeJobScheduler('tick');

  // A worker that is killed in the middle of a job: another one takes it up when the lock has run out.
  const risky = new Queue('risky', { connection });
  const riskyEvents = new QueueEvents('risky', { connection });
  const pair = await Promise.all([startWorker('risky', 1, 1000), startWorker('risky', 1, 1000), riskyEvents.waitUntilReady()]);
  const death = Promise.race(pair.slice(0, 2).map((child) => once(child, 'exit')));
  const crash = await risky.add('crash', {});
  seen('a worker is killed in the middle of a job', (await death)[1], 'SIGKILL');
  seen('another one takes the job up', await crash.waitUntilFinished(riskyEvents, WAIT_MILLIS), 'survived');
  seen('so that it began again', startsOf('crash').length > 1, true);

  const survivors = [first, second, single, ...pair.slice(0, 2)].filter((child) => child.signalCode === null);
  for (const child of survivors) {
    child.send('close');
  }
  const ends = await Promise.all(survivors.map((child) => once(child, 'exit')));
  seen('workers end in order', ends.map(([status]) => status), [0, 0, 0, 0]);
  const counts = await mail.getJobCounts('wait', 'active', 'delayed', 'failed', 'prioritized', 'waiting-children', 'paused');
  seen('nothing is left to do', Object.values(counts).reduce((a, b) => a + b, 0), 0);
});
