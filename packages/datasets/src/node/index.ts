// Tables from files.

export type {
  ColumnSummary,
  ColumnType,
  ColumnValues,
  DataTable,
  ReadOptions,
  TableSource,
} from './data-table.js';
export { readArrow } from './read-arrow.js';
export { type CsvOptions, missingMarkers, readCsv } from './read-csv.js';
export { readJsonLines } from './read-json-lines.js';
export { readParquet } from './read-parquet.js';
export { readTable, tableExtensions } from './read-table.js';
