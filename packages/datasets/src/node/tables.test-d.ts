import { expectTypeOf, test } from 'vitest';
import { type ColumnValues, readCsv, readParquet, readTable } from './index.js';

test('columns come by name, numbers as Float64Array, text and booleans as lists', async () => {
  const { columns, schema } = await readTable('people.csv', { delimiter: ';' });
  expectTypeOf(columns.age).toEqualTypeOf<ColumnValues>();
  expectTypeOf(schema[0]!.type).toEqualTypeOf<'numeric' | 'categorical' | 'boolean'>();
});

test('unknown types and options are errors', () => {
  // @ts-expect-error there is no such type
  void readCsv('people.csv', { types: { when: 'date' } });
  // @ts-expect-error Parquet has no delimiter
  void readParquet('people.parquet', { delimiter: ';' });
});
