// Results as text for people: two aligned columns.

/** Names and values, one pair a line. */
export function textTable(rows: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** A fraction as a percentage. */
export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
