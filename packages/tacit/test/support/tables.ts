// Tables for tests of the command: made here, with numbers, categories, true and false, and gaps in all of them.

import { loadDiabetes, loadIris } from '@tacit/datasets';
import { Generator } from '@tacit/tensor';

const cities = ['Bern', 'Genf', 'Chur', 'Sankt Gallen, Stadt'];

/** People who stay or leave, which follows from city, membership and age. Every eighth cell is empty. */
export function peopleCsv(rows: number, seed = 0): string {
  const generator = new Generator(seed);
  const lines = Array.from({ length: rows }, () => {
    const age = 20 + generator.integer(50);
    const city = generator.integer(cities.length);
    const isMember = generator.uniform() < 0.5;
    const leaves = city === 0 || (!isMember && age < 45);
    const gap = (text: string) => (generator.integer(8) === 0 ? '' : text);
    return [
      gap(String(age)),
      gap(`"${cities[city]}"`),
      gap(String(isMember)),
      generator.normal().toFixed(3),
      leaves ? 'leaves' : 'stays',
    ].join(',');
  });
  return `age,city,member,noise,decision\n${lines.join('\n')}\n`;
}

export async function irisCsv(): Promise<string> {
  const { data, target, featureNames } = await loadIris();
  const header = [...featureNames.map((name) => `"${name}"`), 'species'].join(',');
  return `${header}\n${data.map((row, i) => [...row, target[i]].join(',')).join('\n')}\n`;
}

export async function diabetesCsv(): Promise<string> {
  const { data, target, featureNames } = await loadDiabetes();
  return `${[...featureNames, 'progression'].join(',')}\n${data.map((row, i) => [...row, target[i]].join(',')).join('\n')}\n`;
}
