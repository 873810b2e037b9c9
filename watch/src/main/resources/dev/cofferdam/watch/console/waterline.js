// SPDX-License-Identifier: Apache-2.0
// The one chart: level against limit, what is usual at this hour, where it will be, and what happened when.
import { h, update } from './dom.js';
import { bytes, duration, percent, time } from './format.js';
import { get } from './session.js';

/* global uPlot */

const RANGES = [{ label: '10 min', seconds: 600 }, { label: '6 h', seconds: 6 * 3600 }, { label: '14 days', seconds: 14 * 86400 }];
const FORECAST_STEPS = 40;
/** Of the 10-minute view: a hole this long in the ticks is drawn as one. */
const HOLE_SECONDS = 5;
const SHORTEST_SECONDS = 120;
const MARKS = { onset: '◆', notified: '✉', refusing: '✕', action: '■', acknowledged: '✓', resolved: '✓', unreachable: '✕' };

export class Waterline {
  constructor(box, legend, ranges) {
    this.box = box;
    this.legend = legend;
    this.range = RANGES[0];
    this.past = new Map();
    this.chart = null;
    this.buttons = RANGES.map((range) => h('button', { type: 'button', 'aria-pressed': String(range === this.range), onclick: () => this.choose(range), text: range.label }));
    ranges.replaceChildren(...this.buttons);
    new ResizeObserver(() => this.resize()).observe(box);
  }

  choose(range) {
    this.range = range;
    this.buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(RANGES[i] === range)));
    if (this.target) this.show(this.target, true);
  }

  /** Draws a target as it is now. */
  show(target, anew = false) {
    const other = this.target !== target;
    this.target = target;
    this.learnPast(target);
    if (!target.tick) return;
    this.model = this.build(target);
    if (!this.chart || other || anew) this.create();
    else this.chart.setData(this.model.data);
    this.describe(target);
  }

  /** Asks for the past once, and again when the view is coarser than the stream. */
  learnPast(target) {
    const key = `${target.name} ${this.range.label}`;
    const known = this.past.get(key);
    const now = Date.now();
    const stale = this.range.seconds > 600 ? 30_000 : 300_000;
    if (known && now - known.asked < stale) return;
    this.past.set(key, { asked: now, points: known?.points ?? [], usual: known?.usual ?? [] });
    const to = target.tick?.t ?? now;
    get(`/api/v1/targets/${encodeURIComponent(target.name)}/series?from=${to - this.range.seconds * 1000}&to=${to}`).then((data) => {
      this.past.set(key, { asked: now, points: data.points, usual: data.usual });
      if (this.target === target) this.show(target);
    }).catch(() => {});
  }

  build(target) {
    const { tick } = target;
    const now = tick.t / 1000;
    const first = Math.min(target.ticks[0]?.t ?? Infinity, this.past.get(`${target.name} ${this.range.label}`)?.points[0]?.[0] ?? Infinity) / 1000;
    // A watcher that has just begun has little to show: the chart then begins where it did.
    const from = Math.max(now - this.range.seconds, Math.min(first, now - SHORTEST_SECONDS));
    const past = this.past.get(`${target.name} ${this.range.label}`) ?? { points: [], usual: [] };
    const live = this.range.seconds <= 600 ? target.ticks : target.ticks.slice(-1);
    const firstLive = live.length ? live[0].t : Infinity;
    const rows = [];
    let before = null;
    const add = (t, used, limit) => {
      if (t < from) return;
      if (before !== null && this.range.seconds <= 600 && t - before > HOLE_SECONDS) rows.push([before + 1, null, limit || null]);
      rows.push([t, used, limit || null]);
      before = t;
    };
    for (const point of past.points) if (point[0] < firstLive) add(point[0] / 1000, point[1], point[3]);
    for (const one of live) add(one.t / 1000, one.used, one.limit);

    const full = tick.climb?.full;
    const ahead = this.range.seconds > 600 ? this.range.seconds * 0.04 : full ? Math.min(600, Math.max(60, full.likely * 1.25)) : 60;
    const data = [[], [], [], [], [], [], [], []];
    const [xs, low, high, used, limits, early, likely, late] = data;
    const push = (t, level, limit, forecast) => {
      const usual = usualAt(past.usual, t * 1000);
      xs.push(t);
      low.push(usual?.[1] ?? null);
      high.push(usual?.[2] ?? null);
      used.push(level);
      limits.push(limit);
      early.push(forecast?.[0] ?? null);
      likely.push(forecast?.[1] ?? null);
      late.push(forecast?.[2] ?? null);
    };
    rows.forEach(([t, level, limit], i) => push(t, level, limit, i === rows.length - 1 && full ? [level, level, level] : null));
    for (let i = 1; i <= FORECAST_STEPS; i++) {
      const after = (ahead * i) / FORECAST_STEPS;
      const at = (seconds) => Math.min(tick.limit, tick.used + ((tick.limit - tick.used) * after) / Math.max(1, seconds));
      push(now + after, null, tick.limit || null, full ? [at(full.earliest), at(full.likely), at(full.latest)] : null);
    }
    return { data, from, to: now + ahead, limit: tick.limit, top: tick.limit ? tick.limit * 1.08 : Math.max(...used.filter((one) => one !== null), 1) * 1.25, marks: marks(target, from) };
  }

  create() {
    this.chart?.destroy();
    const style = getComputedStyle(document.documentElement);
    const colour = (property) => style.getPropertyValue(`--${property}`).trim();
    const font = '12px system-ui, sans-serif';
    const none = { points: { show: false } };
    const axis = { stroke: colour('ink-2'), font, grid: { stroke: colour('line'), width: 1 }, ticks: { show: false } };
    const width = Math.max(200, this.box.clientWidth);
    this.chart = new uPlot({
      width, height: width < 500 ? 220 : 300,
      legend: { show: false }, cursor: { show: false }, select: { show: false }, padding: [14, 14, 0, 0],
      scales: { x: { time: true, range: () => [this.model.from, this.model.to] }, y: { range: () => [0, this.model.top] } },
      axes: [
        { ...axis, space: 80, values: (u, splits) => splits.map((t) => this.tickLabel(t)) },
        { ...axis, size: 66, splits: () => this.splits(), values: (u, splits) => splits.map((value) => bytes(value)) },
      ],
      series: [{},
        { ...none, stroke: 'transparent' }, { ...none, stroke: 'transparent' },
        { ...none, stroke: colour('water'), width: 2, fill: colour('water-fill') },
        { ...none, stroke: colour('limit'), width: 1.5, dash: [6, 4], spanGaps: true },
        { ...none, stroke: 'transparent' },
        { ...none, stroke: colour('forecast'), width: 2, dash: [3, 4] },
        { ...none, stroke: 'transparent' }],
      bands: [{ series: [2, 1], fill: colour('usual') }, { series: [5, 7], fill: colour('forecast-fill') }],
      hooks: { draw: [(u) => this.drawMarks(u, colour, font)] },
    }, this.model.data, this.box);
  }

  splits() {
    const { limit, top } = this.model;
    if (limit) return [0, limit * 0.25, limit * 0.5, limit * 0.75, limit];
    return [0, top * 0.25, top * 0.5, top * 0.75];
  }

  tickLabel(seconds) {
    const text = time(seconds * 1000);
    if (this.model.to - this.model.from < 400) return text;
    return this.range.seconds <= 21_600 ? text.slice(0, 5) : new Date(seconds * 1000).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  }

  drawMarks(u, colour, font) {
    const { ctx, bbox } = u;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = font.replace('12px', `${Math.round(12 * ratio)}px`);
    ctx.textAlign = 'center';
    let lastX = -100;
    for (const mark of this.model.marks) {
      const x = Math.round(u.valToPos(mark.t, 'x', true));
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = mark.kind === 'onset' ? colour('page') : colour('ink-2');
      ctx.globalAlpha = mark.kind === 'onset' ? 1 : 0.45;
      ctx.lineWidth = (mark.kind === 'onset' ? 1.5 : 1) * ratio;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top + 12 * ratio);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.globalAlpha = 1;
      if (x - lastX > 13 * ratio) {
        ctx.fillStyle = mark.kind === 'onset' ? colour('page') : colour('ink-2');
        ctx.fillText(MARKS[mark.kind], x, bbox.top + 8 * ratio);
        lastX = x;
      }
    }
    ctx.restore();
  }

  describe(target) {
    const { tick } = target;
    const full = tick.climb?.full;
    const share = tick.limit ? ` of ${bytes(tick.limit)}, ${percent(tick.used / tick.limit)}` : '';
    // The label changes with the stage and the minute, not each second: a screen reader would never finish.
    this.box.setAttribute('aria-label', `Memory over the last ${this.range.label}: ${bytes(tick.used)}${share}${full ? `, full in about ${duration(Math.ceil(full.likely / 60) * 60)}` : ''}`);
    const past = this.past.get(`${target.name} ${this.range.label}`);
    const items = [['water', 'used'], tick.limit ? ['limit', 'limit'] : null, full ? ['forecast', 'at the present rate, with its range'] : null, past?.usual.length ? ['usual', 'usual at this hour'] : null, this.model.marks.some((mark) => mark.kind === 'onset') ? ['onset', 'onset'] : null].filter(Boolean);
    update(this.legend, items, () => items.map(([look, text]) => h('li', {}, h('span', { class: `swatch is-${look}`, 'aria-hidden': 'true' }), text)));
  }

  resize() {
    const width = Math.max(200, this.box.clientWidth);
    if (this.chart && Math.abs(this.chart.width - width) > 1) this.chart.setSize({ width, height: width < 500 ? 220 : 300 });
  }

  /** The colours are others now. */
  restyle() {
    if (this.chart) this.create();
  }
}

function usualAt(usual, millis) {
  if (usual.length < 2 || millis < usual[0][0]) return null;
  const step = usual[1][0] - usual[0][0];
  return usual[Math.min(usual.length - 1, Math.floor((millis - usual[0][0]) / step))];
}

function marks(target, from) {
  const lines = target.incident?.timeline ?? [];
  const found = lines.filter((line) => MARKS[line.kind] && line.t / 1000 >= from).map((line) => ({ t: line.t / 1000, kind: line.kind }));
  if (!found.some((mark) => mark.kind === 'onset') && target.tick.climb) found.unshift({ t: target.tick.climb.onset / 1000, kind: 'onset' });
  return found;
}
