// SPDX-License-Identifier: Apache-2.0
// Elements out of data. Text is always text: nothing here can make markup of a key's name.

const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Text without characters that nobody sees, or that turn the rest of the line around: each is written as what it is. Isolating a name is not enough, an isolate
 * that the name itself opens would swallow the end of ours.
 */
export const plain = (text) => String(text).replace(CONTROLS, (c) => `\\u${c.codePointAt(0).toString(16).padStart(4, '0')}`);

/** The element of this id. @returns {HTMLElement} */
export const byId = (id) => document.getElementById(id);

/**
 * An element. Attributes that are functions listen ("onclick"), "text" is its text, false and null leave an attribute out.
 * @param {string} tag @param {Object} [attributes] @param {...(Node|string|null)} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (name === 'text') element.textContent = plain(value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined).map((child) => (child instanceof Node ? child : plain(child))));
  return element;
}

const shown = new WeakMap();

/** Rebuilds an element's children only when what they show has changed, so that focus and selection stay. */
export function update(element, data, build) {
  const key = JSON.stringify(data);
  if (shown.get(element) === key) return;
  shown.set(element, key);
  element.replaceChildren(...build().filter((child) => child !== null));
}

/** Sets text only when it differs. */
export function setText(element, text) {
  const shownText = plain(text);
  if (element.textContent !== shownText) element.textContent = shownText;
}

const NAME_CHARACTERS_MAX = 160;

/** A key, prefix or client: may be of either direction and any length; a long one is cut, and whole on hover. */
export function name(text, className = 'name') {
  const long = text.length > NAME_CHARACTERS_MAX;
  return h('bdi', { class: className, title: long ? plain(text) : null, text: long ? `${text.slice(0, NAME_CHARACTERS_MAX)}…` : text });
}

/** A table of its head and rows; a cell is text, a node, or {text, number: true}. */
export function table(caption, head, rows) {
  const cell = (tag, value, attributes) => {
    if (value instanceof Node) return h(tag, attributes, value);
    if (value !== null && typeof value === 'object') return h(tag, { ...attributes, class: 'number', title: value.title, text: value.text });
    return h(tag, { ...attributes, text: value ?? '' });
  };
  return h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': caption },
    h('table', {}, h('caption', { class: 'unseen', text: caption }),
      h('thead', {}, h('tr', {}, ...head.map((title) => cell('th', title, { scope: 'col' })))),
      h('tbody', {}, ...rows.map((row) => h('tr', { class: row.mark || false },
        ...row.cells.map((value, i) => cell(i === 0 ? 'th' : 'td', value, i === 0 ? { scope: 'row' } : {})))))));
}
