// SPDX-License-Identifier: Apache-2.0
//
// A process of BullMQ's own workers. Writes down every run of a job: queue, name, id, how often it was started.
import { Worker } from 'bullmq';
import { begin, connection } from '../checks.mjs';

// Queue, jobs at once, and after how many milliseconds without a sign of life another worker may take its jobs.
const [queue, concurrency, lockDuration] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

const work = {
  square: (job) => job.data.number ** 2,
  note: (job) => `noted ${job.data.text}`,
  // Comes right at its third attempt.
  flaky: (job) => {
    if (job.attemptsMade < 2) throw new Error(`attempt ${job.attemptsMade + 1} fails`);
    return 'at last';
  },
  broken: () => {
    throw new Error('never works');
  },
  part: (job) => job.data.number,
  sum: async (job) => Object.values(await job.getChildrenValues()).reduce((a, b) => a + b, 0),
  // Takes its whole process with it, the first time.
  crash: (job) => (job.attemptsStarted === 1 ? new Promise(() => process.kill(process.pid, 'SIGKILL')) : 'survived'),
  report: async (job) => {
    await job.updateProgress(50);
    await job.log('half of it');
    return 'done';
  },
};

const worker = new Worker(
  queue,
  (job) => {
    begin({ queue, name: job.name, id: job.id, start: job.attemptsStarted });
    return work[job.name](job);
  },
  { connection, concurrency, lockDuration, stalledInterval: 250, maxStalledCount: 9, drainDelay: 1 },
);
worker.on('error', (error) => console.error('worker:', error));
await worker.waitUntilReady();
process.send('ready');
process.on('message', async () => {
  await worker.close();
  process.exit(0);
});
process.on('disconnect', () => process.exit(1));
