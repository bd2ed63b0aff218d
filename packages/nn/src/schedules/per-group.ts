// Options that may differ from group to group.

import { invalidParameter } from '../errors.js';

/** A value for all groups, or a list of one for each. */
export type PerGroup<T> = T | readonly T[];

/** The value of one group. */
export function ofGroup<T extends number | ((step: number) => number)>(value: PerGroup<T>, group: number): T {
  return typeof value === 'object' ? value[group] : value;
}

/** Every value of the option. */
export function allOf<T extends number | ((step: number) => number)>(value: PerGroup<T>): readonly T[] {
  return typeof value === 'object' ? value : [value];
}

/** @throws ParameterError `PARAMETER_INVALID` for a list of another length than there are groups. */
export function requireOneEach(name: string, value: PerGroup<unknown>, count: number): void {
  if (Array.isArray(value) && value.length !== count) {
    throw invalidParameter(name, `a list of ${value.length}`, `one value, or ${count}: one for each group`);
  }
}
