// The live components of a net by kind: the main one of each, and those that a subclass adds.

import type { AnyInputModule, Criterion, Optimizer } from '../components.js';
import { ComponentError } from '../errors.js';
import type { NamedParameters } from '../param-groups.js';

/** What a component is: something with weights, a loss, or what changes the weights. */
export type ComponentKind = 'module' | 'criterion' | 'optimizer';

/** An optimizer besides the main one, and the components whose parameters it gets; the main one gets what is left. */
export interface OptimizerDeclaration {
  readonly optimizes: readonly string[];
}

/** Components that a subclass adds, by name: the parameters `NAME` and `NAME__option` belong to them. */
export type ComponentDeclarations = Readonly<Record<string, 'module' | 'criterion' | OptimizerDeclaration>>;

export function kindOfDeclaration(declaration: ComponentDeclarations[string]): ComponentKind {
  return typeof declaration === 'string' ? declaration : 'optimizer';
}

interface Components {
  module: Record<string, AnyInputModule>;
  criterion: Record<string, Criterion>;
  optimizer: Record<string, Optimizer>;
}

/** Components by kind and name, in the order of their registration. */
export class ComponentRegistry {
  #components: Components = { module: {}, criterion: {}, optimizer: {} };
  #open: ComponentKind | null = null;

  get<K extends ComponentKind>(kind: K): Readonly<Components[K]> {
    return this.#components[kind];
  }

  /** Runs `task`; if it throws, the components are those of before. */
  attempt(task: () => void): void {
    const before = { ...this.#components };
    try {
      task();
    } catch (error) {
      this.#components = before;
      throw error;
    }
  }

  /** Forgets the components of a kind and takes new ones while `build` runs. */
  refill(kind: ComponentKind, build: () => void): void {
    this.#components[kind] = {};
    this.#open = kind;
    try {
      build();
    } finally {
      this.#open = null;
    }
  }

  /** @throws ComponentError `REGISTER_OUTSIDE` unless components of this kind are being built. */
  add<K extends ComponentKind>(kind: K, name: string, component: Components[K][string]): void {
    if (this.#open !== kind) throw outside(kind, name);
    (this.#components[kind] as Record<string, unknown>)[name] = component;
  }

  /**
   * The parameters of modules, then criteria, each once. Those of the main module have their own names, all others begin with
   * the component's: `discriminator.0.weight`.
   *
   * @param components - names of the components asked for; all without it.
   */
  learnable(components?: readonly string[]): NamedParameters {
    const seen = new Set<unknown>();
    const found: (readonly [string, NamedParameters[number][1]])[] = [];
    for (const [name, component] of Object.entries({
      ...this.#components.module,
      ...this.#components.criterion,
    })) {
      if (components !== undefined && !components.includes(name)) continue;
      for (const [path, parameter] of (component as WithParameters).namedParameters?.() ?? []) {
        if (seen.has(parameter)) continue;
        seen.add(parameter);
        found.push([name === 'module' ? path : `${name}.${path}`, parameter]);
      }
    }
    return found;
  }
}

interface WithParameters {
  namedParameters?(): NamedParameters;
}

function outside(kind: ComponentKind, name: string): ComponentError {
  const capital = kind[0]!.toUpperCase() + kind.slice(1);
  return new ComponentError(`${name} was registered as a ${kind} outside of initialize${capital}.`, {
    code: 'REGISTER_OUTSIDE',
    got: `register${capital}('${name}', …) elsewhere`,
    expected: `the call within initialize${capital}`,
    hint: `Override initialize${capital}, register ${name} there, and return super.initialize${capital}(…).`,
  });
}
