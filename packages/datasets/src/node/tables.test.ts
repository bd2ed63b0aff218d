// Reading tables: types, missing values, every format, and what happens to files that are not what they should be.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  Bool,
  Float64,
  Int64,
  Table,
  TimestampMillisecond,
  tableFromArrays,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatasetError } from '../errors.js';
import { readArrow, readCsv, readJsonLines, readParquet, readTable } from './index.js';

const text = (lines: string) => new TextEncoder().encode(lines);
const numbers = (values: ArrayLike<unknown>) => Array.from(values as ArrayLike<number>);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tacit-tables-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readCsv', () => {
  it('infers numbers, categories and booleans, and keeps missing values', async () => {
    const { nRows, columns, schema } = await readCsv(
      text('age,city,member\n41,Bern,true\n,?,FALSE\n3.5e1,"Genf, Stadt",\n'),
    );
    expect(nRows).toBe(3);
    expect(columns.age).toBeInstanceOf(Float64Array);
    expect(numbers(columns.age!)).toEqual([41, Number.NaN, 35]);
    expect(columns.city).toEqual(['Bern', null, 'Genf, Stadt']);
    expect(columns.member).toEqual([true, false, null]);
    expect(schema).toEqual([
      { name: 'age', type: 'numeric', missing: 1, note: null },
      { name: 'city', type: 'categorical', missing: 1, note: null },
      { name: 'member', type: 'boolean', missing: 1, note: null },
    ]);
  });

  it('a column that turns out to be text keeps the text of all its cells, and says which cell made it text', async () => {
    const { columns, schema } = await readCsv(text('id,flag\n007,true\n1.50,false\nb7,7\n'));
    expect(columns.id).toEqual(['007', '1.50', 'b7']);
    expect(columns.flag).toEqual(['true', 'false', '7']);
    expect(schema[0]).toMatchObject({
      type: 'categorical',
      note: 'began with numbers, but line 4 holds "b7"',
    });
    expect(schema[1]!.note).toBe('began with true and false, but line 4 holds 7');
  });

  it('types override what is inferred', async () => {
    const types = { zip: 'categorical', member: 'boolean', n: 'numeric' } as const;
    const { columns } = await readCsv(text('zip,member,n\n007,1,1\n08,no,\n,,-2\n'), { types });
    expect(columns.zip).toEqual(['007', '08', null]);
    expect(columns.member).toEqual([true, false, null]);
    expect(numbers(columns.n!)).toEqual([1, Number.NaN, -2]);
  });

  it.each(['0x10', 'Infinity', '1_000', '1,5', 'e5', '--1'])('%s is text, not a number', async (cell) => {
    const { schema } = await readCsv(text(`a\n"${cell}"\n`));
    expect(schema[0]!.type).toBe('categorical');
  });

  it.each([
    ['-.5', -0.5],
    ['+1e-3', 0.001],
    ['1.', 1],
    ['  7 ', 7],
  ])('%s is a number', async (cell, value) => {
    const { columns } = await readCsv(text(`a,b\n${cell},x\n`));
    expect(numbers(columns.a!)).toEqual([value]);
  });

  it('a column without any value is one of missing numbers', async () => {
    const { columns, schema } = await readCsv(text('a,b\n1,\n2,NA\n'));
    expect(numbers(columns.b!)).toEqual([Number.NaN, Number.NaN]);
    expect(schema[1]).toMatchObject({ type: 'numeric', missing: 2 });
  });

  it('takes other delimiters, files without a header, a byte order mark, Windows line ends, and names empty headers', async () => {
    expect((await readCsv(text('\ufeffa;b\r\n1;x\r\n\r\n2;y'), { delimiter: ';' })).columns.b).toEqual([
      'x',
      'y',
    ]);
    expect((await readCsv(text('1,x\n'), { columnNames: ['n', 's'] })).columns.s).toEqual(['x']);
    expect(Object.keys((await readCsv(text(',a\n0,1\n'))).columns)).toEqual(['column_1', 'a']);
    expect((await readCsv(text('a,b\n-,x\n'), { missing: ['-'] })).schema[0]!.missing).toBe(1);
  });

  it('columns longer than a block come out whole, missing values included', async () => {
    const rows = 140_000;
    const lines = Array.from({ length: rows }, (_, i) => `${i % 1000 === 999 ? '' : i},${i % 3}x`).join('\n');
    const { columns, nRows } = await readCsv(text(`a,b\n${lines}`));
    expect(nRows).toBe(rows);
    const values = columns.a as Float64Array;
    expect(values).toHaveLength(rows);
    expect(values.every((value, i) => (i % 1000 === 999 ? Number.isNaN(value) : value === i))).toBe(true);
    expect((columns.b as string[]).every((value, i) => value === `${i % 3}x`)).toBe(true);
  });

  const wrong: readonly (readonly [string, string, object, object, RegExp])[] = [
    ['no file content', '', {}, { code: 'FILE_EMPTY' }, /nothing in it/],
    ['a header only', 'a,b\n', {}, { code: 'FILE_EMPTY' }, /no rows/],
    ['ragged lines', 'a,b\n1,2\n"x\ny",2\n3\n', {}, { code: 'ROW_RAGGED', line: 5 }, /line 5 has 1 cells.*2/],
    ['too many cells', 'a\n1,2\n', {}, { code: 'ROW_RAGGED', line: 2 }, /delimiter/],
    ['an open quote', 'a,b\n1,"x\n', {}, { code: 'FILE_FORMAT' }, /not well-formed/],
    ['a name that comes twice', 'a,a\n1,2\n', {}, { code: 'COLUMN_NAME', column: 'a' }, /"a"/],
    [
      'types of a column that is not there',
      'a,b\n1,2\n',
      { types: { c: 'numeric' } },
      { code: 'COLUMN_UNKNOWN', column: 'c' },
      /Its columns are: a, b/,
    ],
    [
      'a type that is none',
      'a\n1\n',
      { types: { a: 'date' } },
      { code: 'PARAMETER_VALUE', column: 'a' },
      /"date".*numeric, categorical, boolean/,
    ],
    [
      'text in a numeric column',
      'a,b\n1,2\n1,many\n',
      { types: { b: 'numeric' } },
      { code: 'VALUE_TYPE', line: 3, column: 'b', value: 'many' },
      /line 3, column b: "many".*b: 'categorical'/,
    ],
    [
      'a number in a boolean column',
      'a\n2\n',
      { types: { a: 'boolean' } },
      { code: 'VALUE_TYPE', line: 2 },
      /true or false/,
    ],
  ];
  it.each(wrong)(
    '%s is refused with the place and a remedy',
    async (_, lines, options, expected, message) => {
      const error = await readCsv(text(lines), options).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DatasetError);
      expect(error).toMatchObject({ ...expected, message: expect.stringMatching(message) });
    },
  );

  it('names the file', async () => {
    const path = join(folder, 'people.csv');
    await writeFile(path, 'a,b\n1\n');
    const url = pathToFileURL(path);
    await expect(readCsv(path)).rejects.toMatchObject({
      file: 'people.csv',
      message: expect.stringMatching(/^people\.csv, line 2/),
    });
    await expect(readCsv(url)).rejects.toMatchObject({ file: 'people.csv' });
    await expect(readCsv(join(folder, 'none.csv'))).rejects.toMatchObject({
      code: 'FILE_MISSING',
      file: 'none.csv',
    });
    await expect(readCsv(folder)).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });

  it('an aborted signal ends the reading with its reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readCsv(text('a\n1\n'), { signal })).rejects.toThrow('enough');
    await expect(readJsonLines(text('{"a":1}'), { signal })).rejects.toThrow('enough');
  });
});

describe('readJsonLines', () => {
  it('reads keys as columns, absent ones as missing', async () => {
    const { columns, schema, nRows } = await readJsonLines(
      text('{"a":1,"b":"x"}\n\n{"b":null,"c":true}\r\n{"a":-2.5,"b":"ü","c":false}'),
    );
    expect(nRows).toBe(3);
    expect(numbers(columns.a!)).toEqual([1, Number.NaN, -2.5]);
    expect(columns.b).toEqual(['x', null, 'ü']);
    expect(columns.c).toEqual([null, true, false]);
    expect(schema.map(({ type, missing }) => [type, missing])).toEqual([
      ['numeric', 1],
      ['categorical', 1],
      ['boolean', 1],
    ]);
  });

  it('a column of several types is text', async () => {
    const { columns, schema } = await readJsonLines(text('{"a":1}\n{"a":null}\n{"a":"x"}\n{"a":true}'));
    expect(columns.a).toEqual(['1', null, 'x', 'true']);
    expect(schema[0]!.note).toBe('began with numbers, but line 3 holds "x"');
  });

  it.each([
    ['{"a":1}\n{"a":', { code: 'FILE_FORMAT', line: 2 }, /line 2 is no JSON/],
    ['[1]', { code: 'FILE_FORMAT', line: 1 }, /a list/],
    ['{"a":{"b":1}}', { code: 'VALUE_TYPE', line: 1, column: 'a' }, /holds an object/],
    ['', { code: 'FILE_EMPTY' }, /nothing/],
  ])('%s is refused', async (lines, expected, message) => {
    const error = await readJsonLines(text(lines)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ ...expected, message: expect.stringMatching(message) });
  });
});

const when = new Date('2024-05-06T07:08:09Z');

describe('readParquet', () => {
  const bytes = (codec: 'SNAPPY' | 'UNCOMPRESSED' = 'SNAPPY') =>
    new Uint8Array(
      parquetWriteBuffer({
        codec,
        rowGroupSize: 2,
        columnData: [
          { name: 'x', data: [1.5, null, 3], type: 'DOUBLE' },
          { name: 'n', data: [1n, 2n, 3n], type: 'INT64' },
          { name: 'city', data: ['Bern', null, 'Genf'], type: 'STRING' },
          { name: 'ok', data: [true, false, null], type: 'BOOLEAN' },
        ],
      }),
    );

  it.each(['SNAPPY', 'UNCOMPRESSED'] as const)(
    'reads columns of all types over several row groups, %s',
    async (codec) => {
      const { columns, schema, nRows } = await readParquet(bytes(codec));
      expect(nRows).toBe(3);
      expect(numbers(columns.x!)).toEqual([1.5, Number.NaN, 3]);
      expect(numbers(columns.n!)).toEqual([1, 2, 3]);
      expect(columns.city).toEqual(['Bern', null, 'Genf']);
      expect(columns.ok).toEqual([true, false, null]);
      expect(schema.map(({ missing }) => missing)).toEqual([1, 0, 1, 1]);
    },
  );

  it('reads files', async () => {
    const path = join(folder, 'a.parquet');
    await writeFile(path, bytes());
    expect((await readTable(path)).columns.city).toEqual(['Bern', null, 'Genf']);
    await expect(readParquet(join(folder, 'none.parquet'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });

  it('dates need a declared type', async () => {
    const file = new Uint8Array(
      parquetWriteBuffer({ columnData: [{ name: 'when', data: [when], type: 'TIMESTAMP' }] }),
    );
    await expect(readParquet(file)).rejects.toMatchObject({
      code: 'VALUE_TYPE',
      column: 'when',
      hint: expect.stringContaining("when: 'numeric'"),
    });
    expect(numbers((await readParquet(file, { types: { when: 'numeric' } })).columns.when!)).toEqual([
      when.getTime(),
    ]);
    expect((await readParquet(file, { types: { when: 'categorical' } })).columns.when).toEqual([
      '2024-05-06T07:08:09.000Z',
    ]);
  });

  it('refuses lists, and bytes that are no Parquet', async () => {
    const nested = new Uint8Array(
      parquetWriteBuffer({ columnData: [{ name: 'l', data: [{ a: 1 }], type: 'JSON' }] }),
    );
    await expect(readParquet(nested)).rejects.toMatchObject({ code: 'VALUE_TYPE', column: 'l' });
    await expect(readParquet(text('no Parquet at all'))).rejects.toMatchObject({ code: 'FILE_FORMAT' });
    await expect(readParquet(bytes().subarray(0, 60))).rejects.toMatchObject({ code: 'FILE_FORMAT' });
  });
});

describe('readArrow', () => {
  const table = new Table({
    x: vectorFromArray([1.5, null, 3], new Float64()),
    n: vectorFromArray([1n, 2n, 3n], new Int64()),
    city: vectorFromArray(['Bern', null, 'Genf'], new Utf8()),
    kind: vectorFromArray(['a', 'b', 'a']),
    ok: vectorFromArray([true, false, null], new Bool()),
  });

  it.each(['file', 'stream'] as const)(
    'reads a %s with columns of all types, dictionaries included',
    async (form) => {
      const { columns, nRows } = await readArrow(tableToIPC(table, form));
      expect(nRows).toBe(3);
      expect(numbers(columns.x!)).toEqual([1.5, Number.NaN, 3]);
      expect(numbers(columns.n!)).toEqual([1, 2, 3]);
      expect(columns.city).toEqual(['Bern', null, 'Genf']);
      expect(columns.kind).toEqual(['a', 'b', 'a']);
      expect(columns.ok).toEqual([true, false, null]);
    },
  );

  it('reads files', async () => {
    const path = join(folder, 'a.arrow');
    await writeFile(path, tableToIPC(tableFromArrays({ a: [1, 2] }), 'file'));
    expect(numbers((await readTable(path)).columns.a!)).toEqual([1, 2]);
  });

  it('dates need a declared type', async () => {
    const dates = tableToIPC(new Table({ when: vectorFromArray([when], new TimestampMillisecond()) }));
    await expect(readArrow(dates)).rejects.toMatchObject({ code: 'VALUE_TYPE', column: 'when' });
    expect(numbers((await readArrow(dates, { types: { when: 'numeric' } })).columns.when!)).toEqual([
      when.getTime(),
    ]);
  });

  it('refuses lists, and bytes that are no Arrow', async () => {
    const lists = tableToIPC(new Table({ l: vectorFromArray([[1, 2]]) }));
    await expect(readArrow(lists)).rejects.toMatchObject({ code: 'VALUE_TYPE', column: 'l', line: 0 });
    await expect(readArrow(text('no Arrow at all'))).rejects.toMatchObject({ code: 'FILE_FORMAT' });
  });
});

describe('readTable', () => {
  it.each([
    ['a.csv', 'a,b\n1,x\n'],
    ['a.TSV', 'a\tb\n1\tx\n'],
    ['a.jsonl', '{"a":1,"b":"x"}\n'],
    ['a.ndjson', '{"a":1,"b":"x"}'],
  ])('reads %s by its name', async (name, contents) => {
    const path = join(folder, name);
    await writeFile(path, contents);
    const { columns } = await readTable(path);
    expect(numbers(columns.a!)).toEqual([1]);
    expect(columns.b).toEqual(['x']);
  });

  it('says which names it knows', async () => {
    await expect(readTable('a.xlsx')).rejects.toMatchObject({
      code: 'FILE_FORMAT',
      message: expect.stringContaining('.parquet'),
    });
  });
});
