import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import type { MetricsAnswer } from '#protocol/http.ts';
import { readColours, watchTheme } from './chart-colours.ts';
import { type DayChartSpec, describeChart, endsToday } from './day-series.ts';
import { CHART_HEIGHT_PX, drawDays } from './draw-days.ts';
import { dayNameLong } from './wording.ts';

type DayChartProps = {
  spec: DayChartSpec;
  metrics: MetricsAnswer;
  /** The day under the pointer, shared by all charts; null when there is none. */
  day: Signal<number | null>;
};

export function DayChart({ spec, metrics, day }: DayChartProps) {
  const plot = useRef<HTMLDivElement>(null);
  const { days } = metrics;
  const isLastPartial = endsToday(metrics);
  const isEmpty = days.every((row) => spec.valueOf(row) === null);
  const theme = useSignal(0);

  useLayoutEffect(() => watchTheme(() => theme.value++), []);
  useLayoutEffect(() => {
    const into = plot.current;
    if (into === null || isEmpty) return;
    // Colours are part of the drawing: another theme is another drawing. It takes a millisecond.
    const chart: uPlot = drawDays(into, spec, days, isLastPartial, readColours(into), (index) => {
      day.value = index;
    });
    const resize = new ResizeObserver(() => {
      if (into.clientWidth > 0 && into.clientWidth !== chart.width)
        chart.setSize({ width: into.clientWidth, height: CHART_HEIGHT_PX });
    });
    resize.observe(into);
    return () => {
      resize.disconnect();
      chart.destroy();
    };
  }, [spec, days, theme.value, isEmpty]);

  return (
    <figure class="m-chart">
      <figcaption>
        <h3>
          {spec.title} <small>{spec.unit}</small>
        </h3>
        <ReadOut spec={spec} metrics={metrics} day={day} />
      </figcaption>
      {isEmpty ? (
        <p class="m-blank" style={{ height: `${CHART_HEIGHT_PX}px` }}>
          Nothing to draw in this window yet.
        </p>
      ) : (
        <div
          class="m-plot"
          ref={plot}
          role="img"
          aria-label={describeChart(spec, days, isLastPartial)}
          style={{ height: `${CHART_HEIGHT_PX}px` }}
        />
      )}
    </figure>
  );
}

/** The day under the pointer, otherwise the whole window; always the same place, so nothing moves under the eye. */
function ReadOut({
  spec,
  metrics,
  day,
}: {
  spec: DayChartSpec;
  metrics: MetricsAnswer;
  day: ReadonlySignal<number | null>;
}) {
  const row = day.value === null ? undefined : metrics.days[day.value];
  return (
    <p class="m-read-out" aria-hidden="true">
      <span>
        {row === undefined ? 'Whole window' : dayNameLong(row.key)}
        {row !== undefined && row === metrics.days.at(-1) && endsToday(metrics) && ', so far'}
      </span>{' '}
      <b>{spec.say(row ?? metrics.total)}</b>
    </p>
  );
}
