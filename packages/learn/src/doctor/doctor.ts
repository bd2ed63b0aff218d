// A callback that looks into the layers while a net trains, after skorch's SkorchDoctor. What it records answers the usual
// questions: are activations dead or saturated, do gradients vanish, are the steps too small or too large.

import type { AnyModule } from '@tacit/nn';
import { Tensor } from '@tacit/tensor';
import { type BatchBeginRecord, Callback, type GradRecord } from '../callbacks/callback.js';
import type { Net } from '../callbacks/net.js';
import { ParameterError } from '../errors.js';
import type { PlotFormat, PlotOptions, Plotted } from '../plots/render.js';
import { type Summary, standardDeviation, summarize } from './summary.js';

/** Options of {@link Doctor}. */
export type DoctorOptions = {
  /** Which layers and parameters to look at, by name. null: all. */
  match: ((name: string) => boolean) | null;
  /** Look at each training step (1), every second one (2), … 1. */
  every: number;
};

/** What was seen at one training step. */
export interface DoctorStep {
  /** Epoch, from 1, and training step of all, from 1. */
  readonly epoch: number;
  readonly step: number;
  /** Outputs by layer; of a layer that gives several, the first. '' is the module itself. */
  readonly activations: Readonly<Record<string, Summary>>;
  /** Gradients by parameter. */
  readonly gradients: Readonly<Record<string, Summary>>;
  /** Standard deviation of a parameter's change ÷ that of its values before; about 10⁻³ is a healthy step. */
  readonly updates: Readonly<Record<string, number>>;
}

interface WithComponents {
  readonly modules_: Readonly<Record<string, AnyModule>>;
  learnableParameters(): readonly (readonly [string, Tensor])[];
}

/** A step that is being looked at. */
interface OpenStep {
  readonly activations: Record<string, Summary>;
  readonly gradients: Record<string, Summary>;
  readonly before: Map<string, Float32Array>;
  readonly unhook: () => void;
}

/**
 * Records activations, gradients and updates of each layer at each training step, as statistics (a few hundred bytes a layer and
 * step), and draws them. Training is slower while it looks; predictions and validation are not watched.
 *
 * Unlike skorch's, it is a callback and no estimator around one, and it measures how parameters really change, not how they
 * would by their gradients alone.
 *
 * @throws ParameterError `PARAMETER_VALUE` (as the cause of `CALLBACK_FAILED`) when `match` finds nothing.
 * @example
 * const doctor = new Doctor({ match: (name) => name.startsWith('hidden') });
 * await new NeuralNetClassifier({ module: Mlp, callbacks: { doctor } }).fit(X, y);
 * const svg = await doctor.plotUpdates();
 */
export class Doctor extends Callback<DoctorOptions> {
  static readonly defaults = { match: null, every: 1 };
  /** What was seen, step by step, since the net was initialized. */
  readonly steps_: DoctorStep[] = [];
  #open: OpenStep | null = null;
  #count = 0;

  override initialize(): void {
    this.steps_.length = 0;
    this.#count = 0;
    this.#close();
  }

  override onTrainBegin(): void {
    const { every } = this.options;
    if (!Number.isInteger(every) || every < 1) {
      throw invalid('every', String(every), 'a whole number, at least 1');
    }
  }

  override onBatchBegin(net: Net, { training }: BatchBeginRecord): void {
    this.#close();
    if (!training || this.#count++ % this.options.every !== 0) return;
    const { modules_ } = net as unknown as WithComponents;
    const activations: Record<string, Summary> = {};
    const layers = layersOf(modules_).filter(([name]) => this.#isWatched(name));
    const parameters = this.#parametersOf(net);
    if (layers.length + parameters.length === 0) {
      throw invalid('match', 'no layer or parameter', 'a function that is true for some of their names');
    }
    this.#open = {
      activations,
      gradients: {},
      before: new Map(parameters.map(([name, { data }]) => [name, data.slice()])),
      unhook: hook(layers, (name, output) => {
        activations[name] = summarize(output.data);
      }),
    };
  }

  override onGradComputed(_net: Net, { namedParameters }: GradRecord): void {
    if (this.#open === null) return;
    for (const [name, { grad }] of namedParameters) {
      if (grad !== null && this.#open.before.has(name)) this.#open.gradients[name] = summarize(grad.data);
    }
  }

  override onBatchEnd(net: Net): void {
    if (this.#open === null) return;
    const { activations, gradients, before } = this.#open;
    const updates: Record<string, number> = {};
    for (const [name, { data }] of this.#parametersOf(net)) {
      const old = before.get(name);
      if (old === undefined) continue;
      const change = data.map((value, index) => value - old[index]!);
      // The small number keeps a bias that is 0 at first from dividing by 0.
      updates[name] = standardDeviation(change) / (standardDeviation(old) + 1e-9);
    }
    this.steps_.push({ epoch: net.history.length, step: this.#count, activations, gradients, updates });
    this.#close();
  }

  override onTrainEnd(): void {
    this.#close();
  }

  /** Names of the layers that were seen. */
  get layerNames_(): string[] {
    return Object.keys(this.steps_[0]?.activations ?? {});
  }

  /** Names of the parameters that were seen. */
  get parameterNames_(): string[] {
    return Object.keys(this.steps_[0]?.updates ?? {});
  }

  /** Histograms of each layer's outputs at a step, the last one by default. @throws HistoryError `HISTORY_EMPTY`. */
  plotActivations<F extends PlotFormat = 'svg'>(options: DoctorPlotOptions<F> = {}): Promise<Plotted<F>> {
    return this.#plot('activations', options);
  }

  /** Histograms of each parameter's gradients at a step, the last one by default. @throws HistoryError `HISTORY_EMPTY`. */
  plotGradients<F extends PlotFormat = 'svg'>(options: DoctorPlotOptions<F> = {}): Promise<Plotted<F>> {
    return this.#plot('gradients', options);
  }

  /** The size of each parameter's updates over the steps, as powers of ten. @throws HistoryError `HISTORY_EMPTY`. */
  plotUpdates<F extends PlotFormat = 'svg'>(options: PlotOptions<F> = {}): Promise<Plotted<F>> {
    return this.#plot('updates', options);
  }

  /** Mean and spread of each layer's outputs over the steps. @throws HistoryError `HISTORY_EMPTY`. */
  plotActivationsOverTime<F extends PlotFormat = 'svg'>(options: PlotOptions<F> = {}): Promise<Plotted<F>> {
    return this.#plot('activationsOverTime', options);
  }

  /** Mean and spread of each parameter's gradients over the steps. @throws HistoryError `HISTORY_EMPTY`. */
  plotGradientsOverTime<F extends PlotFormat = 'svg'>(options: PlotOptions<F> = {}): Promise<Plotted<F>> {
    return this.#plot('gradientsOverTime', options);
  }

  async #plot<F extends PlotFormat>(what: DoctorChart, options: DoctorPlotOptions<F>): Promise<Plotted<F>> {
    const { plotDoctor } = await import('../plots/doctor-plot.js');
    return plotDoctor(this.steps_, what, options);
  }

  #isWatched(name: string): boolean {
    return this.options.match?.(name) ?? true;
  }

  #parametersOf(net: Net): (readonly [string, Tensor])[] {
    const parameters = (net as unknown as WithComponents).learnableParameters();
    return parameters.filter(([name]) => this.#isWatched(name));
  }

  #close(): void {
    this.#open?.unhook();
    this.#open = null;
  }
}

/** What a doctor can draw. */
export type DoctorChart =
  | 'activations'
  | 'gradients'
  | 'updates'
  | 'activationsOverTime'
  | 'gradientsOverTime';

/** Options of charts of one step. */
export interface DoctorPlotOptions<F extends PlotFormat = PlotFormat> extends PlotOptions<F> {
  /** Which of the recorded steps, by its index; negative ones count from the end. −1, the last. */
  readonly step?: number;
}

/** Layers of all modules; those of others than the main one begin with their module's name. */
function layersOf(modules: Readonly<Record<string, AnyModule>>): (readonly [string, AnyModule])[] {
  return Object.entries(modules).flatMap(([component, module]) =>
    module.namedModules().map(([path, layer]) => {
      const name = component === 'module' ? path : [component, path].filter((part) => part !== '').join('.');
      return [name, layer] as const;
    }),
  );
}

/** Shows the outputs of layers to `see`, by properties in front of their `forward`; the result takes them away. */
function hook(
  layers: readonly (readonly [string, AnyModule])[],
  see: (name: string, output: Tensor) => void,
): () => void {
  const hooked = layers.map(([name, layer]) => {
    const open = layer as { forward: (...inputs: never[]) => unknown };
    const own = Object.getOwnPropertyDescriptor(open, 'forward');
    const forward = open.forward;
    open.forward = (...inputs) => {
      const output = forward.apply(layer, inputs);
      const first: unknown = Array.isArray(output) ? output[0] : output;
      if (first instanceof Tensor) see(name, first);
      return output;
    };
    return { open, own };
  });
  return () => {
    for (const { open, own } of hooked) {
      if (own === undefined) Reflect.deleteProperty(open, 'forward');
      else Object.defineProperty(open, 'forward', own);
    }
  };
}

function invalid(name: string, got: string, expected: string): ParameterError {
  return new ParameterError(`Doctor: ${name} is ${got}, expected ${expected}.`, {
    code: 'PARAMETER_VALUE',
    got,
    expected,
    hint: '',
  });
}
