// SPDX-License-Identifier: Apache-2.0
// What can be pressed, what it will do, and the dialog that shows a plan before anything is done.
import { byId, h, name, update } from './dom.js';
import { duration, time } from './format.js';
import { get, learnWhoWeAre, mayAct, mayApply, me, post, setToken } from './session.js';
import { changed } from './store.js';

const asked = new Map();

/** Asks what can be done whenever the culprit or the stage is another. */
function learnChoices(target) {
  const key = JSON.stringify([target.tick?.stage, target.culprit?.subject, target.incident?.state, me.role]);
  if (asked.get(target.name) === key || me.role === 'public') return;
  asked.set(target.name, key);
  get(`/api/v1/targets/${encodeURIComponent(target.name)}/plans`).then((data) => {
    Object.assign(target, { choices: data.choices ?? [], plans: data.plans ?? [] });
    changed();
  }).catch(() => asked.delete(target.name));
}

export function renderActions(target) {
  learnChoices(target);
  const { incident, choices, plans } = target;
  const done = plans.filter((plan) => plan.state === 'applied' || plan.state === 'running' || plan.state === 'failed');
  const live = incident && incident.state !== 'resolved';
  const taken = incident && incident.state !== 'open' && incident.state !== 'draft';
  update(byId('actions'), [live && [incident.id, taken], choices, done, me.role], () => [
    live ? h('div', { class: 'row' },
      taken ? null : h('button', { type: 'button', class: 'primary', onclick: () => act(() => post(`/api/v1/incidents/${encodeURIComponent(incident.id)}/ack`)), text: 'Acknowledge' }),
      h('button', { type: 'button', onclick: () => resolve(incident), text: 'Resolve…' }),
      h('a', { class: 'button', href: '#/status', text: 'Status draft…' })) : null,
    choices.length ? h('ul', { class: 'choices', 'aria-label': 'What can be done' }, ...choices.map((choice, i) => h('li', { class: choice.destroys ? 'destroys' : false },
      h('button', { type: 'button', 'aria-describedby': `effect-${i}`, onclick: () => propose(target, choice), text: `${choice.title}…` }),
      h('p', { id: `effect-${i}` }, choice.destroys ? h('strong', { text: 'Loses data. ' }) : null, choice.effect)))) : null,
    done.length ? h('ul', { class: 'done', 'aria-label': 'What has been done' }, ...done.map((plan) => h('li', {},
      h('span', { class: 'done-text' }, h('strong', { text: plan.title }), ` ${plan.outcome || plan.state}`),
      plan.undoable ? h('button', { type: 'button', onclick: () => act(() => post(`/api/v1/plans/${plan.id}/undo`)), text: 'Undo' }) : null))) : null,
  ]);
}

/** Does something for somebody who may, else asks who they are. */
async function act(deed) {
  if (!mayAct()) {
    await signIn('To act, say who you are.');
    if (!mayAct()) return;
  }
  try {
    await deed();
  } catch (error) {
    tell('This was not done', error.message);
  }
}

const propose = (target, choice) => act(async () => showPlan(await post('/api/v1/plans', { target: target.name, type: choice.type })));

function resolve(incident) {
  act(async () => {
    const text = h('textarea', { id: 'resolve-text', rows: '3', maxlength: '2000' });
    open('Resolve this incident', [h('label', { for: 'resolve-text', text: 'What ended it? (goes to the timeline)' }), text], [
      ['Resolve', 'primary', async () => {
        await post(`/api/v1/incidents/${encodeURIComponent(incident.id)}/resolve`, { text: text.value });
      }]]);
  });
}

function showPlan(plan) {
  const typed = plan.typed ? h('input', { id: 'plan-typed', autocomplete: 'off', spellcheck: 'false' }) : null;
  const waits = plan.approvalsNeeded - plan.approvals.length;
  open(plan.title, [
    h('p', {}, 'On ', name(plan.target), `. Nothing has been done yet. This plan ends at ${time(plan.expiresMillis)}, ${duration((plan.expiresMillis - plan.createdMillis) / 1000)} after it was made.`),
    h('h3', { text: 'What it touches' }), h('ul', {}, ...plan.preview.map((line) => h('li', { text: line }))),
    h('h3', { text: 'Commands' }), h('pre', { tabindex: '0', text: plan.commands.join('\n') }),
    h('h3', { text: 'Undo' }), plan.undo.length ? h('pre', { tabindex: '0', text: plan.undo.join('\n') }) : h('p', { class: 'bad', text: 'This cannot be undone.' }),
    typed ? h('p', {}, h('label', { for: 'plan-typed' }, 'Type ', h('code', { text: plan.typed }), ' to say that you mean it'), typed) : null,
    waits > 0 && plan.approvalsNeeded > 1 ? h('p', { text: `${waits} more must approve.` }) : null,
    mayApply() ? null : h('p', { class: 'bad', text: `${me.you} may propose, not apply: an admin is needed.` }),
  ], mayApply() ? [
    plan.approvalsNeeded > 1 && waits > 0
      ? ['Approve', 'primary', async () => { showPlan(await post(`/api/v1/plans/${plan.id}/approve`)); return true; }]
      : ['Apply', plan.undo.length ? 'primary' : 'danger', async () => { await post(`/api/v1/plans/${plan.id}/apply`, { typed: typed?.value ?? '' }); }],
  ] : []);
}

/** Opens the one dialog. A button's deed that fails shows why and leaves it open; one that returns true leaves it open too. */
export function open(title, body, buttons, onClose) {
  const dialog = byId('dialog');
  const wrong = h('p', { class: 'bad', role: 'alert' });
  const form = h('form', { method: 'dialog' },
    h('h2', { id: 'dialog-title', tabindex: '-1', text: title }), ...body.filter(Boolean), wrong,
    h('div', { class: 'row end' }, h('button', { type: 'button', onclick: () => dialog.close(), text: buttons.length ? 'Cancel' : 'Close' }),
      ...buttons.map(([label, look], i) => h('button', { type: 'submit', class: look, value: String(i), text: label }))));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    wrong.textContent = '';
    const pressed = event.submitter;
    // A deletion may take minutes, and is not begun twice.
    if (form.querySelector('[aria-busy]')) return;
    pressed?.setAttribute('aria-busy', 'true');
    try {
      if (await buttons[Number(event.submitter?.value ?? 0)][2]() !== true) dialog.close();
    } catch (error) {
      wrong.textContent = error.message;
    } finally {
      pressed?.removeAttribute('aria-busy');
    }
  });
  const back = dialog.open ? null : document.activeElement;
  dialog.replaceChildren(form);
  if (!dialog.open) {
    dialog.showModal();
    // Not on what happens to be first: a button that is pressed by chance does nothing then.
    (form.querySelector('input, textarea, select') ?? form.querySelector('h2')).focus();
    dialog.addEventListener('close', () => { onClose?.(); back?.focus?.(); }, { once: true });
  }
}

export const tell = (title, text) => open(title, [h('p', { text })], []);

/** Asks for a token; ends when the dialog is closed. */
export function signIn(why) {
  return new Promise((resolve) => {
    const box = h('input', { id: 'token', type: 'password', autocomplete: 'off', required: true });
    open('Sign in', [h('p', { text: why }), h('label', { for: 'token', text: 'Token' }), box,
      h('p', { class: 'hint', text: 'It stays in this tab and is gone when you close it. cofferdam watch prints one at its start.' })],
    [['Sign in', 'primary', async () => {
      setToken(box.value.trim());
      await learnWhoWeAre();
      if (me.role === 'public' || me.you === 'local') throw new Error('this token is not known here');
      changed();
    }]], resolve);
  });
}
