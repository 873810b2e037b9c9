// SPDX-License-Identifier: Apache-2.0
// Figures and times as people read them.

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** Three figures and a unit of 1024, as maxmemory counts. */
export function bytes(value) {
  let size = Math.abs(value);
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  const digits = unit === 0 ? 0 : size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return `${value < 0 ? '−' : ''}${size.toFixed(digits)} ${UNITS[unit]}`;
}

export const rate = (perSecond) => (Math.abs(perSecond) < 0.5 ? '0' : `${perSecond > 0 ? '+' : ''}${bytes(perSecond)}/s`);

export const percent = (share, digits = 0) => `${(share * 100).toFixed(digits)} %`.replace('-', '−');

export const count = (value) => Math.round(value).toLocaleString('en-US');

/** "2 min 50 s", coarser the longer it is. */
export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 600) return s % 60 === 0 ? `${s / 60} min` : `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 7200) return `${Math.round(s / 60)} min`;
  if (s < 172800) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86400)} days`;
}

/** A range in words: "likely 1 to 6 min". */
export function range(earliest, latest) {
  const [low, high] = [Math.max(0, earliest), Math.max(0, latest)];
  if (high < 90) return `likely ${Math.round(low)} to ${Math.round(high)} s`;
  if (high < 7200) return low < 45 ? `likely within ${Math.ceil(high / 60)} min` : `likely ${Math.max(1, Math.round(low / 60))} to ${Math.round(high / 60)} min`;
  if (high < 172800) return `likely ${duration(low)} to ${duration(high)}`;
  return `likely ${duration(low)} to ${duration(high)}`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const time = (millis) => clock.format(millis);
export const date = (millis) => day.format(millis);
export const utc = (millis) => `${new Date(millis).toISOString().replace('T', ' ').slice(0, 19)} UTC (shown in ${zone})`;
