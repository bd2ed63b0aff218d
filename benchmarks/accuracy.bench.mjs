// How few bootstraps for which accuracy? Every task on its splits or seeds, with the float net, the float twin and the
// linear model beside it, and what the peer reached. See accuracy/tasks.mjs for the protocol.
// `TACIT_TASKS=acc-iris,acc-wine` runs some of the tasks.

import { measureTask } from './accuracy/measure.mjs';
import { tasks } from './accuracy/tasks.mjs';

/** Runs every task. */
export async function run(progress) {
  const wanted = process.env.TACIT_TASKS?.split(',');
  const rows = [];
  for (const task of tasks) {
    if (wanted !== undefined && !wanted.includes(task.id)) continue;
    rows.push(...rowsOf(task, await measureTask(task, progress)));
  }
  return rows;
}

function rowsOf(task, { runs, confirmation }) {
  const unit = task.isRegression ? 'R²' : 'accuracy';
  const encrypted = summary(runs.map((run) => run.encrypted));
  const pbs = Math.max(...runs.map((run) => run.pbs));
  const reached = task.target === null || encrypted.mean + encrypted.error >= task.target;
  const chosen = [...new Set(runs.map((run) => run.name))].join(' / ');
  const beside = (name, what) => {
    const { mean, deviation } = summary(runs.map((run) => run[name]));
    return {
      id: `${task.id}-${name}`,
      value: mean,
      unit: `${unit}, ${what}, ±${deviation.toFixed(3)}`,
      target: 'beside',
      ok: true,
    };
  };
  return [
    {
      id: task.id,
      value: encrypted.mean,
      unit: `${unit}, ${runs.length} runs, ±${encrypted.deviation.toFixed(3)} (error ${encrypted.error.toFixed(4)}): ${chosen}`,
      target: task.target === null ? 'report' : `≥ ${task.target} with one standard error`,
      ok: reached,
      peer: `Concrete ML 1.9.0: ${task.peer}`,
    },
    {
      id: `${task.id}-pbs`,
      value: pbs,
      unit: 'PBS',
      target: `≤ ${task.maxPbs}`,
      ok: pbs <= task.maxPbs,
    },
    {
      id: `${task.id}-confirmed`,
      value: confirmation.agreement,
      unit: task.isRegression
        ? `R² between ${confirmation.rows} decrypted and clear predictions`
        : `of ${confirmation.rows} decrypted labels equal the clear ones`,
      target: 'report',
      ok: true,
    },
    beside('clear', 'the same net in the clear'),
    beside('twin', 'its float twin'),
    beside('float', `float perceptron, ${task.floatWidth} hidden`),
    beside('linear', 'linear model, 0 PBS'),
  ];
}

function summary(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
  return { mean, deviation, error: deviation / Math.sqrt(values.length) };
}
