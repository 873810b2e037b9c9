// SPDX-License-Identifier: Apache-2.0
// History: the list of incidents, one incident with its timeline and post-mortem, and what was done by whom.
import { h, name, table } from './dom.js';
import { count, date, duration, time, utc } from './format.js';
import { sentence } from './headline.js';
import { markdown } from './markdown.js';
import { get } from './session.js';
import { lines } from './timeline.js';

const CONCERNS = { climb: 'Climb', full: 'Full', slow_leak: 'Slow leak', client_buffers: 'Client buffers', eviction_storm: 'Eviction storm', hit_rate_fall: 'Hit rate fell', unreachable: 'Unreachable', none: '' };

const when = (millis) => h('time', { title: utc(millis), datetime: new Date(millis).toISOString(), text: `${date(millis)} ${time(millis)}` });

export async function incidentsPage() {
  const { incidents } = await get('/api/v1/incidents?limit=200');
  if (incidents.length === 0) return [h('section', { class: 'card' }, h('h1', { text: 'Incidents' }), h('p', { class: 'empty', text: 'None so far.' }))];
  return [h('section', { class: 'card' }, h('h1', { text: 'Incidents' }),
    table('Incidents, latest first', ['Began', 'Target', 'What', 'Culprit', 'Stage', 'State', { text: 'Lasted' }, { text: 'Refused' }],
      incidents.map((one) => ({
        cells: [h('a', { href: `#/incidents/${encodeURIComponent(one.id)}` }, when(one.onset)), name(one.target, ''), CONCERNS[one.concern] ?? one.concern,
          name(one.culprit?.subject ?? ''), one.stage, one.state, { text: one.ended ? duration((one.ended - one.onset) / 1000) : 'still on' }, { text: count(one.refused) }],
      }))))];
}

export async function incidentPage(id) {
  const path = `/api/v1/incidents/${encodeURIComponent(id)}`;
  const [one, postMortem] = await Promise.all([get(path), get(`${path}/postmortem.md`)]);
  return [
    h('section', { class: 'card' }, h('p', { class: 'crumb' }, h('a', { href: '#/incidents', text: '← Incidents' })),
      h('h1', {}, `${CONCERNS[one.concern] || 'Incident'} on `, name(one.target, '')),
      h('p', { class: 'where' }, 'Began ', when(one.onset), one.ended ? `, lasted ${duration((one.ended - one.onset) / 1000)}` : ', still on', ` · ${one.stage} · ${one.state} · ${count(one.refused)} refused writes`),
      one.culprit ? h('p', {}, ...sentence(one.culprit), ` ${one.writersText}`) : null),
    h('div', { class: 'two' },
      h('section', { class: 'card', 'aria-labelledby': 'history-title' }, h('h2', { id: 'history-title', text: 'What happened' }), h('ol', { class: 'timeline' }, ...lines(one.timeline))),
      h('section', { class: 'card text', 'aria-labelledby': 'postmortem-title' },
        h('div', { class: 'card-top' }, h('h2', { id: 'postmortem-title', text: 'Post-mortem' }), h('a', { href: `${path}/postmortem.md`, download: `${id}.md`, text: 'Markdown' })),
        ...(postMortem ? markdown(postMortem) : [h('p', { class: 'empty', text: 'Not written yet.' })]))),
  ];
}

export async function auditPage() {
  const { audit } = await get('/api/v1/audit?limit=200');
  return [h('section', { class: 'card' }, h('h1', { text: 'Actions' }),
    audit.length === 0 ? h('p', { class: 'empty', text: 'Nothing has been done to any target.' })
      : table('Actions, latest first', ['When', 'Target', 'Who', 'What'], audit.map((deed) => ({ cells: [when(deed.atMillis), name(deed.target, ''), deed.author, h('bdi', { text: deed.text })] }))))];
}
