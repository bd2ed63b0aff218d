// Each kind of column its own steps: scaled numbers beside encoded text, as one transformer.

import { BaseTransformer, type Fitted } from '../base-transformer.js';
import type { ClientStep, ClientStepResult } from '../client-step.js';
import { clone } from '../clone.js';
import { DataValueError, ParameterError } from '../errors.js';
import { isTransformer, type Transformer } from '../estimator.js';
import { asInput, type Column, selectColumns, type Table, toTable } from '../table.js';
import type { Targets } from '../validate-input.js';
import { type ColumnSelection, positionsOfSelection } from './column-selection.js';
import { columnsOut } from './columns-out.js';
import { findColumns, matchColumns } from './match-columns.js';
import { checkStepName } from './pipeline.js';
import { isBoolean } from './rules.js';
import type { NamedParams } from './step-types.js';

/** What is done to some columns: a transformer, nothing ('passthrough'), or they are left out ('drop'). */
export type Block = readonly [transformer: Transformer | 'passthrough' | 'drop', columns: ColumnSelection];

/** Blocks by name, side by side in this order. */
export type Blocks = { readonly [name: string]: Block };

/** Parameters of {@link ColumnTransformer}. */
export type ColumnTransformerParams<B extends Blocks = Blocks> = {
  /** `{ name: [transformer, columns] }`; columns by name, position, or what `makeColumnSelector` finds. */
  transformers: B;
  /** What is done to columns that no block names; they come last. 'drop'. */
  remainder?: Transformer | 'passthrough' | 'drop';
  /** Whether names of columns begin with that of their block, `name__column`. true. */
  verboseFeatureNamesOut?: boolean;
};

interface FittedBlock {
  readonly name: string;
  readonly columns: readonly number[];
  readonly columnNames: readonly string[];
  /** null where the columns pass through. */
  readonly transformer: Transformer | null;
}

interface Learned {
  readonly blocks: readonly FittedBlock[];
}

/**
 * Transformers for some columns each, their results side by side; scikit-learn's.
 *
 * Columns that no block needs may be missing, and further ones may be there, when named rows are transformed later. The transformers
 * that were given stay unfitted; the fitted ones are in `transformers_`.
 *
 * Runs on the client of an encrypted circuit if each of its transformers does.
 *
 * @example
 * const columns = new ColumnTransformer({
 *   transformers: { numbers: [new StandardScaler(), ['age']], text: [new OneHotEncoder(), ['city']] },
 * });
 * await columns.fitTransform({ age: [20, 40], city: ['Bern', 'Genf'] }); // → [[-1, 1, 0], [1, 0, 1]], as a Matrix
 */
export class ColumnTransformer<B extends Blocks = Blocks> extends BaseTransformer<
  ColumnTransformerParams<B>,
  Learned,
  ReturnType<typeof columnsOut>,
  NamedParams<{ readonly [K in keyof B]: B[K][0] }>
> {
  static override readonly defaults = { transformers: null, remainder: 'drop', verboseFeatureNamesOut: true };
  static override readonly rules = { verboseFeatureNamesOut: isBoolean };

  constructor(params: ColumnTransformerParams<B>) {
    super(params);
  }

  /** The fitted blocks by name, with the positions of their columns; 'passthrough' where nothing is done. @throws NotFittedError */
  get transformers_(): Readonly<Record<string, readonly [Transformer | 'passthrough', readonly number[]]>> {
    const { blocks } = this.learned('transformers_');
    return Object.fromEntries(
      blocks.map(({ name, transformer, columns }) => [name, [transformer ?? 'passthrough', columns]]),
    );
  }

  protected override nestedEstimators(): ReadonlyMap<string, unknown> {
    const blocks = Object.entries(this.param<B | null>('transformers') ?? {});
    return new Map<string, unknown>([
      ...blocks.map(([name, [transformer]]) => [name, transformer] as const),
      ['remainder', this.param('remainder')],
    ]);
  }

  protected override storeOwn(changes: Readonly<Record<string, unknown>>): void {
    const own = Object.keys(ColumnTransformer.defaults);
    const stored = Object.fromEntries(Object.entries(changes).filter(([name]) => own.includes(name)));
    const replaced = Object.entries(changes).filter(([name]) => !own.includes(name));
    const blocks = (stored.transformers ?? this.param('transformers') ?? {}) as B;
    const changed = replaced.map(([name, transformer]) => [name, [transformer, blocks[name]![1]]]);
    super.storeOwn({ ...stored, transformers: { ...blocks, ...Object.fromEntries(changed) } });
  }

  protected override async learn(table: Table, y: Targets | null): Promise<Learned> {
    const blocks: FittedBlock[] = [];
    for (const { name, transformer, columns } of this.#plan(table)) {
      if (transformer === 'drop') continue;
      const fitted = transformer === 'passthrough' ? null : clone(transformer);
      const columnNames = columns.map((column) => table.names?.[column] ?? `x${column}`);
      if (columns.length > 0) {
        await fitted?.fit(asInput(selectColumns(table, columns)), y);
        blocks.push({ name, columns, columnNames, transformer: fitted });
      }
    }
    if (blocks.length === 0) throw nothingLeft();
    return { blocks };
  }

  protected override async apply(table: Table, { blocks }: Learned) {
    const made: Column[] = [];
    for (const { columns, transformer } of blocks) {
      const part = selectColumns(table, columns);
      made.push(
        ...(transformer === null ? part : toTable(await transformer.transform(asInput(part)))).columns,
      );
    }
    return columnsOut(made, table.rows, this.featureNamesIn_ === null ? null : this.getFeatureNamesOut());
  }

  protected override namesOut(names: readonly string[], { blocks }: Learned): readonly string[] {
    const isVerbose = this.param<boolean>('verboseFeatureNamesOut');
    const all = blocks.flatMap(({ name, columns, transformer }) => {
      const own = columns.map((column) => names[column]!);
      const out = transformer?.getFeatureNamesOut(own) ?? own;
      return out.map((column) => (isVerbose ? `${name}__${column}` : column));
    });
    const twice = all.find((name, index) => all.indexOf(name) !== index);
    if (twice !== undefined) throw namedTwice(twice);
    return all;
  }

  protected override describeStep({ blocks }: Learned): ClientStepResult {
    const described: { name: string; columns: readonly number[]; step: ClientStep }[] = [];
    for (const { name, columns, transformer } of blocks) {
      const result = transformer?.clientStep() ?? {
        step: { kind: 'function', name: 'identity' },
        reason: null,
      };
      if (result.step === null) return result;
      described.push({ name, columns, step: result.step });
    }
    return { step: { kind: 'columnTransformer', blocks: described }, reason: null };
  }

  // By name only the columns of blocks have to be there; by position, as many as at the fit.
  protected override matchTable(table: Table, fitted: Fitted<Learned>): Table {
    const { featureNamesIn, learned } = fitted;
    if (table.names === null || featureNamesIn === null)
      return matchColumns(table, fitted, this.constructor.name);
    const needed = [...new Set(learned.blocks.flatMap(({ columns }) => columns))];
    const wanted = needed.map((column) => featureNamesIn[column]!);
    const found = findColumns(table.names, wanted, this.constructor.name);
    const columns: Column[] = featureNamesIn.map(() => ({ kind: 'cell', cells: [] }));
    for (const [index, column] of needed.entries()) columns[column] = table.columns[found[index]!]!;
    return { rows: table.rows, columns, names: featureNamesIn };
  }

  /** All blocks with the positions of their columns, those of the remainder last. */
  #plan(table: Table) {
    const own = Object.keys(ColumnTransformer.defaults);
    const given = Object.entries(this.param<B | null>('transformers') ?? {}).map(([name, block]) => {
      checkStepName(name, own);
      checkBlock(name, block);
      return {
        name,
        transformer: block[0],
        columns: positionsOfSelection(block[1], table, `ColumnTransformer (block ${name})`),
      };
    });
    const taken = new Set(given.flatMap(({ columns }) => columns));
    const rest = [...table.columns.keys()].filter((column) => !taken.has(column));
    const remainder = this.param<Block[0]>('remainder');
    checkBlock('remainder', [remainder, rest]);
    return [...given, { name: 'remainder', transformer: remainder, columns: rest }];
  }
}

function checkBlock(name: string, block: unknown): void {
  const [transformer] = (Array.isArray(block) ? block : []) as unknown[];
  if (transformer === 'passthrough' || transformer === 'drop' || isTransformer(transformer)) return;
  throw new ParameterError(`Block ${name} of the ColumnTransformer has no transformer.`, {
    code: 'PARAMETER_VALUE',
    got: `${name}: ${Array.isArray(block) ? 'no transformer' : typeof block}`,
    expected: "[transformer, columns]; or 'passthrough' or 'drop' as the transformer",
    hint: `Pass ${name}: [new StandardScaler(), ['age', 'height']].`,
  });
}

function nothingLeft(): DataValueError {
  return new DataValueError('The ColumnTransformer leaves no columns.', {
    code: 'X_EMPTY',
    got: 'blocks without columns, and the rest dropped',
    expected: 'at least one column',
    hint: "Select columns, or set remainder: 'passthrough'.",
  });
}

function namedTwice(name: string): ParameterError {
  return new ParameterError(`Two columns of the ColumnTransformer would be called ${name}.`, {
    code: 'PARAMETER_VALUE',
    got: `two columns ${name}`,
    expected: 'different names',
    hint: 'Leave verboseFeatureNamesOut at true, which puts the name of the block before each.',
  });
}
