// SPDX-License-Identifier: Apache-2.0
// The first five seconds: how long, what grows, who writes it, who else is hurt.
import { byId, h, name, plain, setText, update } from './dom.js';
import { bytes, count, duration, percent, range, rate, time, utc } from './format.js';
import { gravity, isStale, perSecond } from './store.js';

const STAGES = {
  calm: ['✓', 'Calm'],
  suspect: ['◔', 'Suspect', 'nobody has been told yet'],
  notify: ['◑', 'Notify', 'the chat knows'],
  page: ['●', 'Page', 'somebody is woken'],
};
const CONCERNS = {
  slow_leak: 'Slow leak',
  client_buffers: 'Client buffers grow',
  eviction_storm: 'Keys are evicted far faster than usual',
  hit_rate_fall: 'Far fewer reads find their key',
};

/** What the title says of a target. */
export function verdict(target) {
  const { tick, facts, incident } = target;
  if (!tick) return { look: 'calm', title: 'Waiting for the first look', range: '' };
  if (!facts.reachable) return { look: 'notify', title: `${target.name} does not answer`, range: facts.trouble };
  const climb = tick.climb;
  if (tick.concern === 'full') return { look: 'page', title: 'Full: writes are refused', range: `${count(perSecond(target, 'refused'))} refused a second` };
  if (incident?.state === 'contained') return { look: 'contained', title: 'Contained', range: 'the growth has been stopped; watched until it is calm' };
  if (tick.stage === 'calm') return { look: 'calm', title: 'Calm', range: calm(target) };
  const look = tick.stage;
  if (CONCERNS[tick.concern]) return { look, title: CONCERNS[tick.concern], range: tick.reason ?? '' };
  if (climb?.full) return { look, title: `Full in ${duration(climb.full.likely)}`, range: `${range(climb.full.earliest, climb.full.latest)}, at ${bytes(climb.slope)}/s` };
  return { look, title: 'Memory climbs', range: tick.reason ?? '' };
}

/** The green line: how much headroom there is and what moves most. */
function calm(target) {
  const { tick, prefixes } = target;
  const mover = [...prefixes].filter((one) => one.pattern !== 'other').sort((a, b) => b.slope - a.slope)[0];
  const growth = prefixes.reduce((sum, one) => sum + one.slope, 0);
  const parts = [];
  if (tick.limit && growth > 1) parts.push(`${duration((tick.limit - tick.used) / growth)} of headroom at the present rate`);
  else if (tick.limit) parts.push('no growth to speak of');
  if (mover && mover.slope > 1) parts.push(`biggest mover ${mover.pattern} ${rate(mover.slope)}`);
  return parts.join('; ');
}

function hurt(target) {
  const { tick, workloads, culprit, facts } = target;
  const refused = perSecond(target, 'refused');
  if (refused >= 0.5) return `${count(refused)} writes a second are refused, ${count(tick.refusedSince ?? tick.refused)} since the climb began.`;
  const evicted = perSecond(target, 'evicted');
  if (evicted >= 0.5) return `${count(evicted)} keys a second are evicted.`;
  const guilty = culprit?.pattern ?? '';
  const others = workloads.filter((one) => one.name !== 'other' && !guilty.startsWith(one.name)).map((one) => one.name);
  if (others.length === 0) return 'Nothing is refused yet.';
  const shown = others.slice(0, 3).join(', ') + (others.length > 3 ? ` and ${others.length - 3} more` : '');
  return `Nothing is refused yet. ${shown} share${others.length === 1 ? 's' : ''} the limit: ${facts.policy === 'noeviction' || !facts.policy ? 'when it is full their writes are refused too' : 'when it is full their keys are evicted too'}.`;
}

/** A culprit's sentence with its name set apart. */
export const sentence = (culprit) => [culprit.before, culprit.subject ? name(culprit.subject) : '', culprit.after];

const moment = (millis) => h('time', { title: utc(millis), datetime: new Date(millis).toISOString(), text: time(millis) });

let told = '';

export function renderHeadline(target) {
  const { tick, facts, culprit, attribution, incident } = target;
  const said = verdict(target);
  byId('headline').className = `headline is-${said.look}`;
  setText(byId('headline-title'), said.title);
  const stale = tick && facts.reachable && isStale(target);
  document.body.classList.toggle('stale', Boolean(stale));
  setText(byId('range'), stale ? `${said.range ? `${said.range} · ` : ''}as of ${time(tick.t)}` : said.range);
  update(byId('where'), [facts, tick?.limit], () => [h('strong', {}, name(target.name, '')), h('span', { text: ` ${[facts.address === target.name ? '' : facts.address, facts.product, facts.policy, tick?.limit ? bytes(tick.limit) : 'no limit'].filter(Boolean).join(' · ')}` })]);
  const [icon, word, meaning] = STAGES[tick?.stage ?? 'calm'];
  const contained = said.look === 'contained';
  update(byId('stage'), [icon, word, contained, facts.reachable, incident?.state], () => [
    h('span', { class: 'stage-icon', 'aria-hidden': 'true', text: contained ? '◼' : !facts.reachable ? '✕' : icon }),
    h('strong', { text: contained ? 'Contained' : !facts.reachable ? 'Unreachable' : word }),
    meaning && !contained && facts.reachable ? h('span', { class: 'stage-meaning', text: incident?.state === 'acknowledged' ? 'somebody looks after it' : meaning }) : null,
  ]);
  tank(tick, said);

  const rows = [];
  if (tick && gravity(target) > 0 && facts.reachable) {
    if (culprit) rows.push(['Grows', sentence(culprit)]);
    else if (tick.concern === 'climb') rows.push(['Grows', [tick.climb && tick.t - tick.climb.onset > 60_000 ? 'Not known: nothing stands out, or nobody may look.' : 'Too early to tell; looking.']]);
    if (attribution?.writersText) rows.push(['Writer', [h('bdi', { text: attribution.writersText })]]);
    rows.push(['Hurt', [hurt(target)]]);
    if (tick.climb) rows.push(['Since', [moment(tick.climb.onset), seenAfter(incident)]]);
  }
  if (facts.trouble && facts.reachable) rows.push(['Blind', [facts.trouble]]);
  update(byId('facts'), rows.map(([label, nodes]) => [label, nodes.map((node) => node.textContent ?? node)]),
    () => rows.map(([label, nodes]) => h('div', {}, h('dt', { text: label }), h('dd', {}, ...nodes))));

  announce(target, said);
}

function seenAfter(incident) {
  const first = incident?.timeline?.find((line) => line.kind === 'stage');
  return first ? `, seen after ${duration((first.t - incident.onset) / 1000)}` : '';
}

function tank(tick, said) {
  const fill = byId('tank-fill');
  const onset = byId('tank-onset');
  if (!tick?.limit) {
    byId('tank').hidden = true;
    setText(byId('level'), tick ? `${bytes(tick.used)} used; no limit is known` : '');
    return;
  }
  byId('tank').hidden = false;
  const share = Math.min(1, tick.used / tick.limit);
  fill.style.width = `${share * 100}%`;
  onset.hidden = !tick.climb || said.look === 'calm';
  if (tick.climb) onset.style.left = `${Math.min(1, tick.climb.onsetBytes / tick.limit) * 100}%`;
  const level = `${bytes(tick.used)} of ${bytes(tick.limit)}, ${percent(share)}`;
  setText(byId('level'), `${level}${tick.climb && said.look !== 'calm' ? `; it was ${percent(tick.climb.onsetBytes / tick.limit)} when the climb began` : `; ${bytes(Math.max(0, tick.limit - tick.used))} left`}`);
  byId('tank').setAttribute('aria-label', level);
}

/** Says a change of stage aloud, once; never the countdown. */
function announce(target, said) {
  const key = `${target.name} ${said.look}`;
  if (key === told) return;
  const first = told === '';
  const other = !told.startsWith(`${target.name} `);
  told = key;
  if (first || (other && said.look === 'calm')) return;
  setText(byId('announce'), `${target.name}: ${said.look}. ${said.title}. ${target.culprit ? `${target.culprit.before}${target.culprit.subject}${target.culprit.after}` : ''}`);
}

/** The tab's title: visible among forty tabs. */
export function renderTitle(targets) {
  const worst = [...targets].sort((a, b) => gravity(b) - gravity(a) || Number(a.facts.reachable) - Number(b.facts.reachable))[0];
  if (!worst) return;
  const said = verdict(worst);
  const title = plain(said.look === 'calm' ? 'Calm · Cofferdam' : `${said.title} · ${worst.name}`);
  if (document.title !== title) document.title = title;
}
