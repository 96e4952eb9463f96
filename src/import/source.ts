import { excerpt, fail } from '../base/diagnostic.js';
import type { SafetensorsContents, StoredTensor, UnreadTensor } from './safetensors.js';

/** What a file of trained weights holds, before anything is known of the network. */
export interface ImportSource {
  /** By the names in the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Those whose entries are no floats. */
  readonly unread: ReadonlyMap<string, UnreadTensor>;
  /**
   * Of files in the form of `sample --json`, which have a table of their own for them; null where they stand among the
   * tensors, if anywhere.
   */
  readonly multipliers: ReadonlyMap<string, StoredTensor> | null;
  /** What else the file says of the network, as it says it: metadata, or fields of a sample. */
  readonly facts: ReadonlyMap<string, unknown>;
  /** Types of the entries of a binary file; empty for JSON. */
  readonly types: readonly string[];
  /** Matrices may stand in one row, as JavaScript's typed arrays do. */
  readonly flat: boolean;
  /**
   * Is it known that rows of a matrix are outputs? So the form of `sample --json` has it, and what our modules export.
   */
  readonly outputsFirst: boolean;
}

export function sourceOfSafetensors({ tensors, unread, metadata, types }: SafetensorsContents): ImportSource {
  return { tensors, unread, multipliers: null, facts: metadata, types, flat: false, outputsFirst: isOurs(metadata) };
}

/** Generated modules sign what they write. */
export function isOurs(facts: ReadonlyMap<string, unknown>): boolean {
  const generator = facts.get('generator');
  return typeof generator === 'string' && /^lipwright\b/i.test(generator);
}

/**
 * A dictionary of nested arrays by name, perhaps with `__metadata__`, or the form of `sample --json`, which has tables
 * `weights`, `biases` and `multipliers`. Typed arrays as JSON.stringify writes them, `{"0": …, "1": …}`, are vectors.
 * @throws LW105 neither of them, LW307 not finite, LW312 crooked, or one name in two tables
 */
export function sourceOfJson(value: unknown): ImportSource {
  if (!isRecord(value))
    return fail(
      'LW105',
      `the file: ${describe(value)}`,
      'an object of tensors by name, or what lipwright sample --json prints',
    );
  const weights = own(value, 'weights');
  return isRecord(weights) && asTypedArray(weights) === null
    ? sourceOfSample(value, weights)
    : sourceOfDictionary(value);
}

type Json = Readonly<Record<string, unknown>>;

function sourceOfSample(value: Json, weights: Json): ImportSource {
  const biases = tableOf(value, 'biases') ?? {};
  const multipliers = tableOf(value, 'multipliers');
  const twice = Object.keys(biases).find((name) => Object.hasOwn(weights, name));
  if (twice !== undefined) fail('LW312', `${excerpt(twice, 40)} among the weights and among the biases`, 'one of them');
  return {
    tensors: new Map([...tensorsIn(weights), ...tensorsIn(biases)]),
    multipliers: new Map(tensorsIn(multipliers ?? {})),
    // Null is how JSON says that nothing is said.
    facts: new Map(
      Object.entries(value).filter(
        ([name, fact]) => fact !== null && !['weights', 'biases', 'multipliers'].includes(name),
      ),
    ),
    unread: new Map(),
    types: [],
    flat: true,
    outputsFirst: true,
  };
}

function sourceOfDictionary(value: Json): ImportSource {
  const metadata = tableOf(value, '__metadata__') ?? {};
  const tensors = new Map(
    tensorsIn(Object.fromEntries(Object.entries(value).filter(([name]) => name !== '__metadata__'))),
  );
  if (tensors.size === 0)
    fail(
      'LW105',
      'the file: an object without tensors',
      'an object of tensors by name, or what lipwright sample --json prints',
    );
  const facts = new Map(Object.entries(metadata));
  return { tensors, unread: new Map(), multipliers: null, facts, types: [], flat: true, outputsFirst: isOurs(facts) };
}

function tableOf(value: Json, name: string): Json | undefined {
  const table = own(value, name);
  if (table === undefined) return undefined;
  return isRecord(table) ? table : fail('LW105', `${name}: ${describe(table)}`, 'an object');
}

const tensorsIn = (table: Json): readonly (readonly [string, StoredTensor])[] =>
  Object.entries(table).map(([name, value]) => [name, tensorOf(name, value)]);

/** A number, a vector or a matrix. */
function tensorOf(name: string, value: unknown): StoredTensor {
  if (typeof value === 'number') return { shape: [], data: Float64Array.of(entryOf(name, value)) };
  const list = listOf(value);
  if (list === null)
    return fail('LW105', `${excerpt(name, 40)}: ${describe(value)}`, 'a list of numbers, or a list of rows of numbers');
  const rows = list.map(listOf);
  const [first] = rows;
  if (first === undefined || first === null)
    return { shape: [list.length], data: Float64Array.from(list, (entry) => entryOf(name, entry)) };
  const data = new Float64Array(rows.length * first.length);
  rows.forEach((row, i) => {
    if (row?.length !== first.length)
      return fail('LW312', `${excerpt(name, 40)} with rows of different lengths`, 'rows of one length');
    row.forEach((entry, j) => (data[i * first.length + j] = entryOf(name, entry)));
  });
  return { shape: [rows.length, first.length], data };
}

function entryOf(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value))
    return fail(
      'LW312',
      `${excerpt(name, 40)} of three or more dimensions`,
      'a list of numbers, or a list of rows of numbers',
    );
  const unbounded = typeof value === 'number' || value === 'NaN' || value === 'Infinity' || value === '-Infinity';
  return unbounded
    ? fail('LW307', `${value} in ${excerpt(name, 40)}`, 'finite numbers')
    : fail('LW105', `${excerpt(name, 40)}: ${describe(value)} among its entries`, 'numbers');
}

function listOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value as readonly unknown[];
  return isRecord(value) ? asTypedArray(value) : null;
}

/** The entries of `{"0": 1.5, "1": 2}`, which is what JSON.stringify makes of a typed array; null if it is none. */
function asTypedArray(value: Json): readonly unknown[] | null {
  const entries = Object.entries(value);
  return entries.length > 0 && entries.every(([key, entry], at) => key === String(at) && typeof entry === 'number')
    ? entries.map(([, entry]) => entry)
    : null;
}

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (value: Json, name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined);

function describe(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return `"${excerpt(value, 40)}"`;
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
}
