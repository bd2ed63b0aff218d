// The rows of a fold, from data in any form that `fit` takes but for streams.

import { isDataset, Subset } from '../../dataset.js';
import { type RowData, takeRows } from '../../take-rows.js';
import { ColumnTable } from './column-table.js';

/** Rows of `data`, in the order of `indices`; a data set gives a subset that loads rows as they are asked for. */
export function selectRows(data: unknown, indices: Int32Array): unknown {
  if (isDataset(data)) return new Subset(data, indices);
  return data instanceof ColumnTable ? data.rows(indices) : takeRows(data as RowData, indices);
}
