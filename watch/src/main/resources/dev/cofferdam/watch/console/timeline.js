// SPDX-License-Identifier: Apache-2.0
// One line per thing that happened, with what it rests on; and where people add theirs.
import { byId, h, update } from './dom.js';
import { date, duration, time, utc } from './format.js';
import { get, mayAct, me, post } from './session.js';

const WORDS = {
  onset: 'Onset', stage: 'Seen', named: 'Named', refusing: 'Refusing', unreachable: 'Lost', reachable: 'Back', notified: 'Told', acknowledged: 'Taken',
  note: 'Note', plan: 'Plan', action: 'Action', status: 'Status', calm: 'Calm', resolved: 'Resolved',
};

export function lines(timeline) {
  return timeline.map((line) => h('li', { class: `is-${line.kind}` },
    h('time', { title: utc(line.t), datetime: new Date(line.t).toISOString(), text: time(line.t) }),
    h('span', { class: 'kind', text: WORDS[line.kind] ?? line.kind }),
    h('div', {}, h('bdi', { class: 'said', text: line.text }),
      line.author && line.author !== 'watch' ? h('span', { class: 'author', text: line.author }) : null,
      Object.keys(line.evidence ?? {}).length ? h('details', {}, h('summary', { text: 'Figures' }), h('dl', { class: 'evidence' }, ...Object.entries(line.evidence).map(([label, value]) => h('div', {}, h('dt', { text: label }), h('dd', {}, h('bdi', { text: value })))))) : null)));
}

export function renderTimeline(target) {
  const { incident } = target;
  update(byId('timeline'), [incident?.timeline ?? []], () => (incident ? lines(incident.timeline) : [h('li', { class: 'empty', text: 'Nothing has happened. When memory climbs, each step is written down here as it is taken.' })]));
  update(byId('timeline-links'), [incident?.id ?? ''], () => (incident ? [h('a', { href: `#/incidents/${encodeURIComponent(incident.id)}`, text: 'Incident and post-mortem' })] : []));
  renderEarlier(target);
  byId('note').hidden = !incident || !mayAct();
}

let earlier = [];
let asked = '';

/** While nothing happens: what happened before. Asked for when the current incident is another. */
function renderEarlier(target) {
  const key = `${target.incident?.id ?? ''} ${me.role}`;
  if (asked !== key && me.role !== 'public') {
    asked = key;
    get('/api/v1/incidents?limit=20').then((data) => { earlier = data.incidents; }).catch(() => {});
  }
  const shown = target.incident ? [] : earlier.filter((one) => one.target === target.name && one.ended).slice(0, 5);
  update(byId('earlier'), shown.map((one) => one.id), () => shown.map((one) => h('li', {},
    h('a', { href: `#/incidents/${encodeURIComponent(one.id)}` }, h('time', { title: utc(one.onset), datetime: new Date(one.onset).toISOString(), text: `${date(one.onset)} ${time(one.onset)}` })),
    h('span', { class: 'dim', text: `${one.stage}, ${duration((one.ended - one.onset) / 1000)}` }))));
}

export function startNotes(current) {
  byId('note').addEventListener('submit', async (event) => {
    event.preventDefault();
    const box = byId('note-text');
    const incident = current()?.incident;
    if (!incident || !box.value.trim()) return;
    try {
      await post(`/api/v1/incidents/${encodeURIComponent(incident.id)}/note`, { text: box.value });
      box.value = '';
      box.setCustomValidity('');
    } catch (error) {
      box.setCustomValidity(error.message);
      box.reportValidity();
    }
  });
}
