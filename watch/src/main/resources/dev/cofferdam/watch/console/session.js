// SPDX-License-Identifier: Apache-2.0
// Who we are: a token, kept for as long as the tab is open. It may come in the address's fragment, which no server sees.

const KEY = 'cofferdam-token';

export const me = { you: 'nobody', role: 'public' };

export const token = () => sessionStorage.getItem(KEY) ?? '';

export function setToken(value) {
  if (value) sessionStorage.setItem(KEY, value);
  else sessionStorage.removeItem(KEY);
}

/** Takes the token of #token=... and takes it out of the address. */
export function takeTokenFromAddress() {
  const match = /^#token=([^&]+)/.exec(location.hash);
  if (!match) return;
  setToken(decodeURIComponent(match[1]));
  history.replaceState(null, '', `${location.pathname}#/`);
}

export const headers = (more = {}) => (token() ? { Authorization: `Bearer ${token()}`, ...more } : more);

/** Asks who we are. A token that is not known any more is dropped. */
export async function learnWhoWeAre() {
  let answer = await fetch('/api/v1/me', { headers: headers() });
  if (answer.status === 401) {
    setToken('');
    answer = await fetch('/api/v1/me');
  }
  if (answer.ok) Object.assign(me, await answer.json());
}

export const mayAct = () => me.role === 'responder' || me.role === 'admin';
export const mayApply = () => me.role === 'admin';

/** Reads JSON; throws an Error that says why not. */
export async function get(path) {
  const answer = await fetch(path, { headers: headers() });
  if (!answer.ok) throw new Error(await reason(answer));
  return answer.headers.get('Content-Type')?.startsWith('application/json') ? answer.json() : answer.text();
}

/** Does something; throws an Error that says why not. */
export async function post(path, body = {}) {
  const answer = await fetch(path, { method: 'POST', headers: headers({ 'Content-Type': 'application/json', 'X-Cofferdam': '1' }), body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await reason(answer));
  return answer.json();
}

async function reason(answer) {
  try {
    return (await answer.json()).detail;
  } catch {
    return `status ${answer.status}`;
  }
}
