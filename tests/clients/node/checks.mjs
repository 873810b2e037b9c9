// SPDX-License-Identifier: Apache-2.0
//
// What the programs of this folder share: a line for each thing that was seen, an end with status 1 at the first that was not, and a
// file to which workers write which job they begin, so that a job that is done twice cannot hide.
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const LIMIT_MILLIS = 60_000;

export const connection = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) };

/** Says that something is as expected, after comparing. */
export function seen(what, actual, expected) {
  assert.deepEqual(actual, expected, what);
  console.log(`seen: ${what}`);
}

/** Asks again until the answer is yes; fails when it is not for a minute. */
export async function eventually(what, question) {
  const end = Date.now() + LIMIT_MILLIS;
  while (!(await question())) {
    if (Date.now() > end) {
      throw new Error(`not within ${LIMIT_MILLIS} ms: ${what}`);
    }
    await pause(10);
  }
}

/** A worker says that it begins something; it is written before the job can end. */
export function begin(what) {
  appendFileSync(process.env.BEGUN, `${JSON.stringify(what)}\n`);
}

/** All that workers have begun so far. */
export function begun() {
  return readFileSync(process.env.BEGUN, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
}

/** Runs a program to its end and leaves with status 0 only if nothing threw. */
export async function run(program) {
  const folder = mkdtempSync(join(tmpdir(), 'cofferdam-library-'));
  process.env.BEGUN = join(folder, 'begun');
  writeFileSync(process.env.BEGUN, '');
  const end = (status) => {
    rmSync(folder, { recursive: true });
    process.exit(status);
  };
  const fail = (error) => {
    console.error(error);
    end(1);
  };
  process.on('unhandledRejection', fail);
  try {
    await program();
  } catch (error) {
    fail(error);
    return;
  }
  console.log('ALL SEEN');
  end(0);
}
