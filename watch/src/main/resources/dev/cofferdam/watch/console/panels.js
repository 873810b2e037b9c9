// SPDX-License-Identifier: Apache-2.0
// Workloads, prefixes, writers and the few figures of right now.
import { byId, h, name, setText, table, update } from './dom.js';
import { bytes, count, percent, rate } from './format.js';
import { gravity, isClimbing, perSecond } from './store.js';

export function renderPanels(target, all) {
  renderWorkloads(target, all);
  renderPulse(target);
  renderPrefixes(target);
  renderWriters(target);
}

/** Compartments of the same server when there are several, else what the prefixes add up to. */
function shares(target, all) {
  const siblings = all.filter((other) => other.facts.address === target.facts.address && other.tick);
  if (siblings.length > 1) {
    return siblings.map((one) => ({ name: one.name, bytes: one.tick.used, whole: one.tick.limit, slope: one.tick.climb?.slope ?? 0, guilty: gravity(one) > 0 }));
  }
  const guilty = target.culprit?.pattern ?? '';
  const climbing = isClimbing(target);
  return target.workloads.map((one) => ({ name: one.name, bytes: one.bytes, whole: target.tick?.limit ?? 0, slope: one.bytesPerSecond, guilty: climbing && one.name !== 'other' && guilty.startsWith(one.name) }));
}

function renderWorkloads(target, all) {
  const lines = shares(target, all).map((one) => {
    const share = one.whole ? Math.min(1, one.bytes / one.whole) : 0;
    return { ...one, share, size: bytes(one.bytes), part: one.whole ? percent(share) : '', growth: rate(one.slope) };
  });
  update(byId('workloads'), lines.map(({ bytes: exact, slope, ...line }) => line), () => (lines.length === 0
    ? [h('p', { class: 'empty', text: 'Nothing has been sampled yet.' })]
    : [h('ul', { class: 'shares' }, ...lines.map((line) => {
      const fill = h('span', { class: 'share-fill' });
      fill.style.width = `${Math.max(0.5, line.share * 100)}%`;
      return h('li', { class: line.guilty ? 'guilty' : false },
        h('span', { class: 'share-name' }, line.guilty ? h('span', { class: 'mark', title: 'grows', text: '▲ ' }) : null, name(line.name, '')),
        h('span', { class: 'share-bar', 'aria-hidden': 'true' }, fill),
        h('span', { class: 'number', title: `${count(line.bytes)} bytes`, text: line.size }),
        h('span', { class: 'number dim', text: line.part }),
        h('span', { class: 'number growth', text: line.growth }));
    }))]));
}

function renderPulse(target) {
  const { tick } = target;
  if (!tick) return;
  setText(byId('pulse-title'), target.facts.reachable ? 'Right now' : 'When last seen');
  const hits = perSecond(target, 'hits');
  const misses = perSecond(target, 'misses');
  const refused = perSecond(target, 'refused');
  const evicted = perSecond(target, 'evicted');
  const figures = [
    ['Refused writes', `${count(refused)}/s`, refused >= 0.5],
    ['Evictions', `${count(evicted)}/s`, evicted >= 0.5],
    ['Hit rate', hits + misses > 0 ? percent(hits / (hits + misses)) : '–', false],
    ['Commands', `${count(perSecond(target, 'commands'))}/s`, false],
    ['Keys', count(tick.keys ?? 0), false],
    ['Without TTL', tick.keys ? percent(1 - (tick.expiring ?? 0) / tick.keys) : '–', false],
    ['Client buffers', bytes(tick.buffers ?? 0), false],
  ];
  update(byId('pulse'), figures, () => figures.map(([label, value, bad]) => h('div', { class: bad ? 'bad' : false }, h('dt', { text: label }), h('dd', { text: value }))));
}

function renderPrefixes(target) {
  const rows = target.prefixes;
  const guilty = target.culprit?.pattern;
  const climbing = isClimbing(target);
  const attribution = target.attribution;
  setText(byId('prefixes-title'), climbing ? 'Growing prefixes' : 'Prefixes');
  setText(byId('writers-title'), climbing ? 'Writers' : 'Clients');
  setText(byId('prefixes-hint'), attribution ? `${count(attribution.samples)} keys looked at, ${Math.round(attribution.cpuMillis)} ms of the server's time` : 'estimated from random keys');
  update(byId('prefixes'), [rows, guilty, climbing], () => (rows.length === 0
    ? [h('p', { class: 'empty', text: 'Nothing has been sampled yet.' })]
    : [table('Prefixes by growth', ['Prefix', 'Part of growth', 'Growth', 'Holds', 'Keys', 'Without TTL'].map((text, i) => (i === 0 ? text : { text })),
      rows.map((one) => ({
        mark: climbing && one.pattern === guilty ? 'guilty' : '',
        cells: [h('span', {}, climbing && one.pattern === guilty ? h('span', { class: 'mark', text: '▲ ' }) : null, name(one.pattern), one.db ? h('span', { class: 'dim', text: ` db ${one.db}` }) : null),
          { text: one.share || one.margin ? `${percent(one.share)} ±${Math.round(one.margin * 100)}` : '–' }, { text: rate(one.slope) },
          { text: bytes(one.bytes), title: `${count(one.bytes)} bytes` }, { text: count(one.keys) }, { text: one.withoutTtl === null ? '–' : percent(one.withoutTtl) }],
      })))]));
}

function renderWriters(target) {
  const writers = target.attribution?.writers?.length ? target.attribution.writers : target.clients;
  const known = new Set(writers.map((one) => one.id));
  const rows = [...writers, ...target.clients.filter((one) => !known.has(one.id))].slice(0, 8);
  update(byId('writers'), rows, () => (rows.length === 0
    ? [h('p', { class: 'empty', text: 'No client list yet: it is asked for when memory climbs, and once a minute.' })]
    : [table('Clients by what they write', ['Client', 'Address', 'User', 'Library', 'Command', { text: 'Writes' }],
      rows.map((one) => ({
        cells: [one.name ? name(one.name) : h('span', { class: 'dim', text: `client ${one.id}` }), name(one.address), name(one.user), name(one.library), name(one.command),
          { text: one.slope > 0 ? rate(one.slope) : '–' }],
      })))]));
}
