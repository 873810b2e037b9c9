// SPDX-License-Identifier: Apache-2.0
// What the page knows: per target its facts, its last ten minutes of ticks, prefixes, clients, incident and plans.

const TICKS_MAX = 900;
const STALE_MILLIS = 5000;

/** @type {Map<string, any>} */
export const targets = new Map();
const listeners = [];

export const listen = (listener) => listeners.push(listener);
export const changed = () => listeners.forEach((listener) => listener());

function entry(name) {
  if (!targets.has(name)) targets.set(name, { name, facts: { target: name }, tick: null, ticks: [], prefixes: [], workloads: [], clients: [], incident: null, choices: [], plans: [] });
  return targets.get(name);
}

function tick(target, now) {
  if (target.tick && now.t < target.tick.t) return;
  if (target.tick && now.t === target.tick.t) target.ticks.pop();
  target.tick = now;
  target.heardMillis = Date.now();
  target.ticks.push(now);
  if (target.ticks.length > TICKS_MAX) target.ticks.shift();
}

function prefixes(target, data) {
  target.prefixes = data.prefixes ?? [];
  target.workloads = data.workloads ?? [];
  target.culprit = data.culprit ?? null;
  target.attribution = data.attribution ?? null;
}

/** Takes in one event of the stream. */
export function apply(name, data) {
  if (name === 'snapshot') {
    const names = new Set(data.targets.map((state) => state.target));
    for (const known of [...targets.keys()]) if (!names.has(known)) targets.delete(known);
    for (const state of data.targets) {
      const target = entry(state.target);
      const { tick: now, prefixes: shares, workloads, culprit, attribution, clients, incident, ...facts } = state;
      target.facts = facts;
      prefixes(target, { prefixes: shares, workloads, culprit, attribution });
      target.clients = clients ?? [];
      target.incident = incident ?? null;
      tick(target, now);
    }
  } else {
    const target = entry(data.target);
    if (name === 'tick') tick(target, data);
    else if (name === 'facts') target.facts = data;
    else if (name === 'prefixes') prefixes(target, data);
    else if (name === 'clients') target.clients = data.clients ?? [];
    else if (name === 'incident') target.incident = data.incident ?? null;
    else if (name === 'action') Object.assign(target, { choices: data.choices ?? [], plans: data.plans ?? [] });
  }
  changed();
}

/** Growth of a counter per second over the last few ticks. */
export function perSecond(target, field, seconds = 5) {
  const last = target.ticks.at(-1);
  if (!last) return 0;
  const first = target.ticks.findLast((one) => one.t <= last.t - seconds * 1000) ?? target.ticks[0];
  const elapsed = (last.t - first.t) / 1000;
  return elapsed > 0 ? Math.max(0, (last[field] ?? 0) - (first[field] ?? 0)) / elapsed : 0;
}

/** Whether what is shown may be old: the line is cut, or the watcher has said nothing of this target for a while. */
export const isStale = (target) => Date.now() - (target.heardMillis ?? 0) > STALE_MILLIS;

/** Whether something climbs, and so there is somebody to accuse. */
export const isClimbing = (target) => gravity(target) > 0 && Boolean(target.tick?.climb);

const GRAVITY = { calm: 0, suspect: 1, notify: 2, page: 3 };
export const gravity = (target) => GRAVITY[target.tick?.stage] ?? 0;
