import uPlot from 'uplot';
import type { MetricsAnswer } from '#protocol/http.ts';
import type { ChartColours } from './chart-colours.ts';
import { axisTop, type DayChartSpec, dayColumns, dayTicks, todayPoint } from './day-series.ts';
import { dayName } from './wording.ts';

export const CHART_HEIGHT_PX = 152;
const AXIS_WIDTH_PX = 50;
const AXIS_HEIGHT_PX = 24;
/** Room for "12 Nov" and some air. */
const TICK_WIDTH_PX = 52;
const TODAY_RADIUS_PX = 3.5;
/** More points than this and they are a second line. */
const POINTS_UP_TO = 45;

/** All charts of the page point at the same day together. */
const sync = uPlot.sync('metrics-days');

/** Draws one chart into `into`. The legend is ours: uPlot's is a table that moves, and the read-out above the chart does not. */
export function drawDays(
  into: HTMLElement,
  spec: DayChartSpec,
  days: MetricsAnswer['days'],
  isLastPartial: boolean,
  colours: ChartColours,
  onDay: (index: number | null) => void,
): uPlot {
  const keys = days.map(({ key }) => key);
  const small = `11px ${colours.font}`;
  const today = todayPoint(spec, days, isLastPartial);
  const hidden: uPlot.Series = { show: true, width: 0, points: { show: false } };
  const options: uPlot.Options = {
    width: into.clientWidth,
    height: CHART_HEIGHT_PX,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      sync: { key: sync.key },
      points: { size: 8, width: 0, fill: colours.accent },
      // The edges of the interval are not values: no point on them.
      dataIdx: (_, series, closest) => (series > 1 ? null : closest) as number,
    },
    scales: {
      x: { time: false, range: [-0.5, days.length - 0.5] },
      y: { range: [0, axisTop(spec, days, isLastPartial)] },
    },
    axes: [
      {
        size: AXIS_HEIGHT_PX,
        gap: 6,
        font: small,
        stroke: colours.quiet,
        grid: { show: false },
        ticks: { show: false },
        splits: (chart) => dayTicks(keys, Math.floor((chart.width - AXIS_WIDTH_PX) / TICK_WIDTH_PX)),
        values: (_, splits) => splits.map((i) => dayName(keys[i] ?? '')),
      },
      {
        size: AXIS_WIDTH_PX,
        gap: 6,
        font: small,
        stroke: colours.quiet,
        grid: { stroke: colours.line, width: 1 },
        ticks: { show: false },
        space: 28,
        incrs: spec.steps,
        values: (_, splits) => splits.map((value) => spec.tick(value)),
      },
    ],
    series: [
      {},
      {
        stroke: colours.accent,
        width: 1.75,
        points: {
          show: days.length <= POINTS_UP_TO,
          size: 4.5,
          width: 1,
          stroke: colours.accent,
          fill: colours.accent,
        },
      },
      ...(spec.boundsOf === null ? [] : [hidden, hidden]),
    ],
    bands: spec.boundsOf === null ? [] : [{ series: [3, 2], fill: colours.band }],
    hooks: {
      // Behind everything: what is not over yet looks like it.
      draw: today === null ? [] : [(chart) => drawToday(chart, today, colours)],
      drawClear: isLastPartial ? [(chart) => shadeLastDay(chart, days.length, colours)] : [],
      setCursor: [(chart) => onDay(chart.cursor.idx ?? null)],
    },
  };
  return new uPlot(options, dayColumns(spec, days, isLastPartial), into);
}

/** A ring, because it will move until the day is over. */
function drawToday(
  { ctx, valToPos }: uPlot,
  { index, value, label }: { index: number; value: number; label: string },
  colours: ChartColours,
): void {
  const scale = uPlot.pxRatio;
  const x = valToPos(index, 'x', true);
  const y = valToPos(value, 'y', true);
  ctx.save();
  ctx.beginPath();
  ctx.arc(x, y, TODAY_RADIUS_PX * scale, 0, 2 * Math.PI);
  ctx.fillStyle = colours.paper;
  ctx.fill();
  ctx.lineWidth = 1.75 * scale;
  ctx.strokeStyle = colours.accent;
  ctx.stroke();
  ctx.font = `${11 * scale}px ${colours.font}`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  // The line may pass behind the words.
  ctx.lineJoin = 'round';
  ctx.lineWidth = 4 * scale;
  ctx.strokeStyle = colours.paper;
  const textX = x - (TODAY_RADIUS_PX + 4) * scale;
  ctx.strokeText(label, textX, y);
  ctx.fillStyle = colours.ink;
  ctx.fillText(label, textX, y);
  ctx.restore();
}

function shadeLastDay({ ctx, bbox, valToPos }: uPlot, days: number, colours: ChartColours): void {
  const from = valToPos(days - 1.5, 'x', true);
  const to = valToPos(days - 0.5, 'x', true);
  ctx.save();
  ctx.globalAlpha = 0.5;
  ctx.fillStyle = colours.line;
  ctx.fillRect(from, bbox.top, to - from, bbox.height);
  ctx.restore();
}
