// SPDX-License-Identifier: Apache-2.0
// Light, dark, or as the system has it.
import { byId } from './dom.js';

const KEY = 'cofferdam-theme';
const ORDER = ['system', 'light', 'dark'];

export function startTheme(onChange) {
  const button = byId('theme');
  let theme = localStorage.getItem(KEY) ?? 'system';
  const show = () => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
    onChange();
  };
  button.addEventListener('click', () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    localStorage.setItem(KEY, theme);
    show();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
  show();
}
