// What a doctor saw, as charts: a panel for each layer or parameter, and one for all updates.

import type { DoctorChart, DoctorPlotOptions, DoctorStep } from '../doctor/doctor.js';
import type { Summary } from '../doctor/summary.js';
import { HistoryError } from '../errors.js';
import { type Chart, type PlotFormat, type Plotted, renderChart } from './render.js';

export async function plotDoctor<F extends PlotFormat>(
  steps: readonly DoctorStep[],
  what: DoctorChart,
  options: DoctorPlotOptions<F>,
): Promise<Plotted<F>> {
  const step = steps.at(options.step ?? -1);
  if (step === undefined) throw noStep(options.step ?? -1, steps.length);
  return renderChart(charts[what](steps, step), { height: 80, ...options });
}

const charts: Readonly<Record<DoctorChart, (steps: readonly DoctorStep[], step: DoctorStep) => Chart>> = {
  activations: (_, step) => histograms(step.activations, 'output'),
  gradients: (_, step) => histograms(step.gradients, 'gradient'),
  updates: updateCurves,
  activationsOverTime: (steps) => bands(steps, (step) => step.activations),
  gradientsOverTime: (steps) => bands(steps, (step) => step.gradients),
};

function histograms(summaries: Readonly<Record<string, Summary>>, title: string): Chart {
  const entries = Object.entries(summaries).filter(([, { min }]) => Number.isFinite(min));
  const data = entries.flatMap(([name, { min, max, histogram }]) => {
    const width = (max > min ? max - min : 1) / histogram.length;
    return histogram.map((count, bin) => ({
      name: shown(name),
      from: min + bin * width,
      to: min + (bin + 1) * width,
      count,
    }));
  });
  return {
    data,
    panels: entries.map(([name, { zeros, nonFinite }]) => ({
      title: `${shown(name)}: ${Math.round(zeros * 100)} % zeros${nonFinite > 0 ? `, ${nonFinite} not finite` : ''}`,
      transform: [{ filter: { field: 'name', equal: shown(name) } }],
      mark: 'bar',
      encoding: {
        x: { field: 'from', type: 'quantitative', title },
        x2: { field: 'to' },
        y: { field: 'count', type: 'quantitative', title: null },
      },
    })),
  };
}

function updateCurves(steps: readonly DoctorStep[]): Chart {
  const data = steps.flatMap(({ step, updates }) =>
    Object.entries(updates)
      .filter(([, ratio]) => ratio > 0 && Number.isFinite(ratio))
      .map(([name, ratio]) => ({ step, name, power: Math.log10(ratio) })),
  );
  return {
    data,
    panels: [
      {
        height: 240,
        mark: 'line',
        encoding: {
          x: stepAxis,
          y: { field: 'power', type: 'quantitative', title: 'log10 of update ÷ value' },
          color: { field: 'name', type: 'nominal', title: null },
        },
      },
    ],
  };
}

const stepAxis = {
  field: 'step',
  type: 'quantitative',
  title: 'step',
  axis: { tickMinStep: 1, format: 'd' },
};

function bands(
  steps: readonly DoctorStep[],
  summariesOf: (step: DoctorStep) => Readonly<Record<string, Summary>>,
): Chart {
  const data = steps.flatMap((one) =>
    Object.entries(summariesOf(one))
      .filter(([, { mean }]) => Number.isFinite(mean))
      .map(([name, { mean, std }]) => ({
        step: one.step,
        name: shown(name),
        mean,
        low: mean - std,
        high: mean + std,
      })),
  );
  const names = [...new Set(data.map(({ name }) => name))];
  return {
    data,
    panels: names.map((name) => ({
      title: name,
      transform: [{ filter: { field: 'name', equal: name } }],
      layer: [
        {
          mark: { type: 'area', opacity: 0.25 },
          encoding: {
            x: stepAxis,
            y: { field: 'low', type: 'quantitative', title: 'mean ± std' },
            y2: { field: 'high' },
          },
        },
        { mark: 'line', encoding: { x: stepAxis, y: { field: 'mean', type: 'quantitative' } } },
      ],
    })),
  };
}

function shown(name: string): string {
  return name === '' ? 'module' : name;
}

function noStep(index: number, length: number): HistoryError {
  return new HistoryError(`The doctor saw ${length} steps, so none at ${index}.`, {
    code: 'HISTORY_EMPTY',
    got: `index ${index}`,
    expected: length === 0 ? 'a fit with at least one batch' : `${-length} to ${length - 1}`,
    hint: 'Give the doctor to the callbacks of a net, and call fit first.',
  });
}
