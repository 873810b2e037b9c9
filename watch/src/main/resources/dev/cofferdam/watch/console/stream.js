// SPDX-License-Identifier: Apache-2.0
// The stream of events, over fetch rather than EventSource: that one cannot send a token, nor come back after an answer of status 503.
import { headers } from './session.js';

const FIRST_WAIT_MILLIS = 500;
const WAIT_MILLIS_MAX = 10_000;
/** The server says something every 15 s; silence longer than this is a dead line. */
const SILENCE_MILLIS_MAX = 35_000;
/** A page nobody looks at lets its line go after this time: a browser allows six to a server. */
const HIDDEN_MILLIS_MAX = 5 * 60_000;

/**
 * Keeps a stream open for as long as the page is. After a cut it says which event it saw last, so that none is missed.
 * @param {(name: string, data: any) => void} onEvent
 * @param {(state: 'live'|'reconnecting'|'refused', detail: string) => void} onLink
 */
export function openStream(onEvent, onLink) {
  let lastId = '';
  let wait = FIRST_WAIT_MILLIS;
  let abort = new AbortController();
  let heard = Date.now();
  let wake = null;

  setInterval(() => { if (Date.now() - heard > SILENCE_MILLIS_MAX) abort.abort(); }, 5000);
  let hiddenTimer = 0;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hiddenTimer);
    if (document.hidden) hiddenTimer = setTimeout(() => abort.abort(), HIDDEN_MILLIS_MAX);
    else wake?.();
  });

  async function once() {
    abort = new AbortController();
    heard = Date.now();
    const answer = await fetch('/api/v1/stream', { headers: headers(lastId ? { 'Last-Event-ID': lastId } : {}), signal: abort.signal, cache: 'no-store' });
    if (answer.status === 401 || answer.status === 403) {
      onLink('refused', 'sign in to see this');
      throw new Error('refused');
    }
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    onLink('live', '');
    wait = FIRST_WAIT_MILLIS;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream ended');
      heard = Date.now();
      text += value;
      let end;
      while ((end = text.indexOf('\n\n')) >= 0) {
        take(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  function take(block) {
    let name = '';
    let data = '';
    let id = '';
    for (const line of block.split('\n')) {
      if (line.startsWith('event: ')) name = line.slice(7);
      else if (line.startsWith('data: ')) data = line.slice(6);
      else if (line.startsWith('id: ')) id = line.slice(4);
    }
    if (name) onEvent(name, JSON.parse(data));
    if (id) lastId = id;
  }

  (async () => {
    for (;;) {
      try {
        await once();
      } catch (error) {
        if (error.message !== 'refused') onLink('reconnecting', String(error.message));
      }
      await new Promise((resolve) => { wake = resolve; if (!document.hidden || wait < WAIT_MILLIS_MAX) setTimeout(resolve, wait); });
      wait = Math.min(WAIT_MILLIS_MAX, wait * 1.6);
    }
  })();

  return { retryNow: () => { wait = FIRST_WAIT_MILLIS; wake?.(); } };
}
