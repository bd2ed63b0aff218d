// Tables as files hold them: columns by name, numbers in one typed array each, so that a million rows stay small.

/** What a column holds: numbers, one of some texts, or true and false. */
export type ColumnType = 'numeric' | 'categorical' | 'boolean';

/** The values of a column. Missing is NaN among numbers and null elsewhere. */
export type ColumnValues = Float64Array | readonly (string | null)[] | readonly (boolean | null)[];

/** What is known of a column. */
export interface ColumnSummary {
  readonly name: string;
  readonly type: ColumnType;
  /** Cells without a value. */
  readonly missing: number;
  /** Why a column that began with numbers, or with true and false, is text: the cell that is neither. Else null. */
  readonly note: string | null;
}

/** A table in memory. */
export interface DataTable {
  readonly nRows: number;
  /** Columns by name, as encoders, imputers and `ColumnTransformer` of `@tacit/learn` take them. */
  readonly columns: { readonly [name: string]: ColumnValues };
  /** In the order of the file. */
  readonly schema: readonly ColumnSummary[];
}

/** Options of all readers. */
export interface ReadOptions {
  /** Types of columns by name. Those that are not named are inferred from all their cells. */
  readonly types?: { readonly [name: string]: ColumnType };
  /** Cancels; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** A path, the URL of a file, or the contents of a file. */
export type TableSource = string | URL | Uint8Array;
