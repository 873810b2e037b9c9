// SPDX-License-Identifier: Apache-2.0
// What others are told: drafts that wait for a person, and what was published.
import { open } from './actions.js';
import { h, name } from './dom.js';
import { time, date, utc } from './format.js';
import { get, mayApply, post } from './session.js';

const PHASES = ['investigating', 'identified', 'monitoring', 'resolved', 'postmortem'];
const IMPACTS = ['none', 'minor', 'major', 'critical'];

export async function statusPage() {
  const data = await get('/api/v1/status');
  const live = data.published.filter((one) => one.status !== 'resolved' && one.status !== 'postmortem');
  return [
    h('section', { class: 'card' }, h('h1', { text: 'Status page' }),
      h('p', {}, 'Nothing here is seen by anybody until a person publishes it. ', h('a', { href: '/status', text: 'What everybody sees' })),
      data.trouble ? h('p', { class: 'bad', role: 'alert', text: data.trouble }) : null,
      mayApply() ? null : h('p', { class: 'hint', text: 'To publish, sign in as an admin.' })),
    h('section', { class: 'card', 'aria-labelledby': 'drafts-title' }, h('h2', { id: 'drafts-title', text: 'Drafts' }),
      ...(data.drafts.length ? data.drafts.map((draft) => item(draft.name, `${draft.status} · ${draft.impact}`, draft.body, () => edit(data, draft, data.known.find((one) => one.incident === draft.incident)?.id ?? '')))
        : [h('p', { class: 'empty', text: 'No incident is on.' })]),
      mayApply() ? h('p', {}, h('button', { type: 'button', onclick: () => edit(data, { incident: '', name: '', status: 'investigating', impact: 'minor', body: '', components: [] }, ''), text: 'Write one by hand…' })) : null),
    h('section', { class: 'card', 'aria-labelledby': 'live-title' }, h('h2', { id: 'live-title', text: 'Published, still on' }),
      ...(live.length ? live.map((one) => item(one.name, `${one.status} · ${one.impact} · ${date(Date.parse(one.updated_at))} ${time(Date.parse(one.updated_at))}`, one.incident_updates[0].body,
        () => edit(data, { incident: '', name: one.name, status: next(one.status), impact: one.impact, body: '', components: one.components.map((part) => part.id) }, one.id), utc(Date.parse(one.updated_at))))
        : [h('p', { class: 'empty', text: 'Nothing.' })])),
  ];
}

const next = (phase) => PHASES[Math.min(PHASES.indexOf(phase) + 1, 3)];

function item(title, facts, body, onEdit, hint) {
  return h('article', { class: 'draft' }, h('h3', {}, name(title, '')), h('p', { class: 'hint', title: hint, text: facts }), h('p', { class: 'draft-body' }, h('bdi', { text: body })),
    mayApply() ? h('button', { type: 'button', onclick: onEdit, text: 'Edit and publish…' }) : null);
}

function choose(id, words, chosen) {
  return h('select', { id }, ...words.map((word) => h('option', { value: word, selected: word === chosen, text: word })));
}

function edit(data, draft, id) {
  const title = h('input', { id: 'status-name', maxlength: '200', required: true });
  title.value = draft.name;
  const phase = choose('status-phase', PHASES, draft.status);
  const impact = choose('status-impact', IMPACTS, draft.impact);
  const body = h('textarea', { id: 'status-body', rows: '6', maxlength: '10000', required: true });
  body.value = draft.body;
  const boxes = data.components.map((part) => {
    const box = h('input', { type: 'checkbox', id: `part-${part.id}`, value: part.id });
    box.checked = draft.components.includes(part.id);
    return box;
  });
  open(id ? 'Publish an update' : 'Publish', [
    h('p', {}, h('label', { for: 'status-name', text: 'Title' }), title),
    h('p', {}, h('label', { for: 'status-phase', text: 'Status' }), phase),
    h('p', {}, h('label', { for: 'status-impact', text: 'Impact' }), impact),
    h('p', {}, h('label', { for: 'status-body', text: 'Text, for people outside' }), body),
    h('fieldset', {}, h('legend', { text: 'Affected parts' }), ...boxes.map((box, i) => h('label', { class: 'check' }, box, ` ${data.components[i].name}`))),
  ], [['Publish', 'primary', async () => {
    await post('/api/v1/status/publish', { id, incident: draft.incident, name: title.value, status: phase.value, impact: impact.value, body: body.value, components: boxes.filter((box) => box.checked).map((box) => box.value) });
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  }]]);
}
