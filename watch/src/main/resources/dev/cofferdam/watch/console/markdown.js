// SPDX-License-Identifier: Apache-2.0
// The Markdown that a post-mortem uses: headings, paragraphs, lists, tables, quotes, code; bold, code and links inside. Anything else stays text.
import { h } from './dom.js';

/** @returns {Node[]} */
export function markdown(text) {
  const nodes = [];
  const lines = text.split('\n');
  let i = 0;
  const take = (test) => {
    const taken = [];
    while (i < lines.length && test(lines[i])) taken.push(lines[i++]);
    return taken;
  };
  while (i < lines.length) {
    const line = lines[i];
    const heading = /^(#{1,5})\s+(.*)$/.exec(line);
    if (heading) {
      nodes.push(h(`h${heading[1].length + 1}`, {}, ...inline(heading[2])));
      i++;
    } else if (line.startsWith('```')) {
      i++;
      nodes.push(h('pre', { tabindex: '0', text: take((one) => !one.startsWith('```')).join('\n') }));
      i++;
    } else if (/^\s*[-*]\s+/.test(line)) {
      nodes.push(h('ul', {}, ...take((one) => /^\s*[-*]\s+/.test(one)).map((one) => item(one.replace(/^\s*[-*]\s+/, '')))));
    } else if (/^\s*\d+\.\s+/.test(line)) {
      nodes.push(h('ol', {}, ...take((one) => /^\s*\d+\.\s+/.test(one)).map((one) => item(one.replace(/^\s*\d+\.\s+/, '')))));
    } else if (line.startsWith('|')) {
      nodes.push(grid(take((one) => one.startsWith('|'))));
    } else if (line.startsWith('>')) {
      nodes.push(h('blockquote', {}, ...inline(take((one) => one.startsWith('>')).map((one) => one.replace(/^>\s?/, '')).join(' '))));
    } else if (line.trim() === '') {
      i++;
    } else {
      const first = lines[i++];
      nodes.push(h('p', {}, ...inline([first, ...take((one) => one.trim() !== '' && !/^(#|```|\||>|\s*[-*]\s|\s*\d+\.\s)/.test(one))].join(' '))));
    }
  }
  return nodes;
}

const item = (text) => {
  const box = /^\[([ x])\]\s+(.*)$/.exec(text);
  return h('li', {}, ...(box ? [`${box[1] === 'x' ? '☑' : '☐'} `, ...inline(box[2])] : inline(text)));
};

function grid(lines) {
  const cells = (line) => line.replace(/^\||\|\s*$/g, '').split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
  const ruled = lines.length > 1 && /^[|\s:-]+$/.test(lines[1]);
  const body = lines.slice(ruled ? 2 : 0);
  return h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'Table' }, h('table', {},
    ruled ? h('thead', {}, h('tr', {}, ...cells(lines[0]).map((cell) => h('th', { scope: 'col' }, ...inline(cell))))) : null,
    h('tbody', {}, ...body.map((line) => h('tr', {}, ...cells(line).map((cell) => h('td', {}, ...inline(cell))))))));
}

function inline(text) {
  const nodes = [];
  const pattern = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\((https?:\/\/[^)\s]+|[#/][^)\s]*)\)/g;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) nodes.push(text.slice(end, match.index));
    if (match[1] !== undefined) nodes.push(h('code', {}, h('bdi', { text: match[1] })));
    else if (match[2] !== undefined) nodes.push(h('strong', { text: match[2] }));
    else nodes.push(h('a', { href: match[4], rel: 'noreferrer', text: match[3] }));
    end = match.index + match[0].length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}
