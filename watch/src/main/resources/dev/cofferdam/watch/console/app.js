// SPDX-License-Identifier: Apache-2.0
// Puts the page together: who we are, the stream, which target and which page, and drawing all of it when something changed.
import { renderActions, signIn } from './actions.js';
import { byId, h, name, setText, update } from './dom.js';
import { time } from './format.js';
import { renderHeadline, renderTitle, verdict } from './headline.js';
import { auditPage, incidentPage, incidentsPage } from './incidents.js';
import { renderPanels } from './panels.js';
import { learnWhoWeAre, me, setToken, takeTokenFromAddress, token } from './session.js';
import { statusPage } from './status.js';
import { apply, changed, gravity, listen, targets } from './store.js';
import { openStream } from './stream.js';
import { startTheme } from './theme.js';
import { renderTimeline, startNotes } from './timeline.js';
import { Waterline } from './waterline.js';

const link = { state: 'connecting' };
const waterline = new Waterline(byId('chart'), byId('legend'), byId('ranges'));
let route = { page: 'now', argument: '' };
let due = false;

/** The target the page shows: the one of the address, else the one in most trouble. */
function current() {
  const all = [...targets.values()];
  return targets.get(route.target) ?? all.sort((a, b) => gravity(b) - gravity(a))[0];
}

function draw() {
  due = false;
  const target = current();
  document.body.dataset.ticks = String(target?.ticks.length ?? 0);
  renderLink(target);
  setText(byId('sign-in'), token() ? `Sign out ${me.you}` : 'Sign in');
  renderTitle(targets.values());
  if (!target || route.page !== 'now') return;
  renderTargets(target);
  renderHeadline(target);
  renderActions(target);
  renderTimeline(target);
  renderPanels(target, [...targets.values()]);
  waterline.show(target);
}

/** Draws once per frame at most, however much arrived; a tab in the background draws seldom, and that is enough. */
function drawSoon() {
  if (due) return;
  due = true;
  setTimeout(draw, 0);
}

function renderTargets(shown) {
  const all = [...targets.values()];
  byId('targets').hidden = all.length < 2;
  update(byId('targets'), all.map((one) => [one.name, verdict(one).look, one.facts.reachable, one === shown]), () => all.map((one) => {
    const look = verdict(one).look;
    return h('a', { href: `#/target/${encodeURIComponent(one.name)}`, class: `target is-${look}`, 'aria-current': one === shown ? 'true' : null },
      h('span', { class: 'dot', 'aria-hidden': 'true' }), name(one.name, ''), h('span', { class: 'target-look', text: one.facts.reachable ? look : 'unreachable' }));
  }));
}

function renderLink(target) {
  const bar = byId('link');
  if (bar.dataset.state !== link.state) bar.dataset.state = link.state;
  const last = target?.tick ? ` · last seen ${time(target.tick.t)}` : '';
  setText(byId('link-text'), link.state === 'live' ? 'live' : link.state === 'reconnecting' ? `reconnecting${last}` : link.state === 'refused' ? 'not signed in' : 'connecting');
}

function readRoute() {
  const parts = location.hash.replace(/^#\/?/, '').split('/').map((part) => { try { return decodeURIComponent(part); } catch { return part; } });
  if (parts[0] === 'incidents' && parts[1]) return { page: 'incident', argument: parts[1] };
  if (['incidents', 'audit', 'status'].includes(parts[0])) return { page: parts[0], argument: '' };
  return { page: 'now', argument: '', target: parts[0] === 'target' ? parts[1] : '' };
}

const PAGES = { incidents: incidentsPage, incident: incidentPage, audit: auditPage, status: statusPage };

async function go() {
  const before = route.page;
  route = readRoute();
  for (const anchor of document.querySelectorAll('.pages a')) {
    const page = anchor.getAttribute('href').slice(2) || 'now';
    if (page === route.page || (page === 'incidents' && route.page === 'incident')) anchor.setAttribute('aria-current', 'page');
    else anchor.removeAttribute('aria-current');
  }
  const other = byId('page-other');
  byId('page-now').hidden = route.page !== 'now';
  other.hidden = route.page === 'now';
  if (route.page !== 'now') {
    const here = route;
    let nodes;
    try {
      nodes = await PAGES[route.page](route.argument);
    } catch (error) {
      nodes = [h('section', { class: 'card' }, h('h1', { text: 'This could not be shown' }), h('p', { text: error.message }))];
    }
    if (here === route) other.replaceChildren(...nodes);
  }
  if (before !== route.page) byId('main').focus({ preventScroll: true });
  changed();
}

async function start() {
  takeTokenFromAddress();
  startTheme(() => waterline.restyle());
  startNotes(current);
  listen(drawSoon);
  window.addEventListener('hashchange', go);
  await learnWhoWeAre().catch(() => {});
  const stream = openStream(apply, (state) => {
    link.state = state;
    changed();
  });
  byId('sign-in').addEventListener('click', async () => {
    if (token()) {
      setToken('');
      location.reload();
      return;
    }
    await signIn('A token lets you see this from elsewhere, and act.');
    stream.retryNow();
    go();
  });
  setInterval(changed, 1000);
  go();
}

start();
