// SPDX-License-Identifier: Apache-2.0
// What others are told: drafts that wait for a person, and what was published.
import { h } from './dom.js';

export async function statusPage() {
  return [h('section', { class: 'card' }, h('h1', { text: 'Status page' }), h('p', {}, h('a', { href: '/status', text: 'What everybody sees' })))];
}
