import { z } from 'zod';
import type { Position } from '../base/diagnostic.js';
import { excerpt, fail } from '../base/diagnostic.js';

/** Values that are no numbers are looked at later, weight by weight: a message should name the weight. */
const entry = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])], { error: 'a number' });
const row = z.array(entry);
const tensor = z.union([row, z.array(row)], { error: 'a list of numbers, or a list of rows of numbers' });

/** One row or one vector; words stand for what JSON has no number for. */
type Row = readonly (number | 'NaN' | 'Infinity' | '-Infinity')[];
export type Tensor = Row | readonly Row[];

/** The fields that `check` reads; others, `verdict` among them, are not looked at. */
export interface SampleFields {
  readonly architecture: string;
  readonly definition?: string | undefined;
  readonly depth: number;
  readonly strategy?: string | undefined;
  readonly lipschitz: number;
  readonly slopes: readonly (readonly [number, number])[];
  readonly dims: Readonly<Record<string, number>>;
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly biases?: Readonly<Record<string, Tensor>> | undefined;
  readonly multipliers: Readonly<Record<string, Tensor>>;
  readonly lmi?: readonly Row[] | undefined;
  readonly signals?: readonly string[] | undefined;
  readonly certificate?: { readonly lipschitz: string; readonly weights: string } | undefined;
  readonly activations?: readonly (string | null)[] | undefined;
  /** Printed, so that a reader of the verdict sees what it rests on. */
  readonly assumed?: readonly string[] | undefined;
}

/** What `certify` adds, as far as it can be verified; its other fields are not looked at. */
const certificate = z.looseObject({ lipschitz: z.string(), weights: z.string() });

// Written with its type: the one that is inferred has a key `-Infinity`, which declarations cannot say.
const sample: z.ZodType<SampleFields> = z.looseObject({
  architecture: z.string(),
  definition: z.string().optional(),
  depth: z.number(),
  strategy: z.string().optional(),
  lipschitz: z.number(),
  slopes: z.array(z.tuple([z.number(), z.number()])),
  dims: z.record(z.string(), z.number()),
  weights: z.record(z.string(), tensor),
  biases: z.record(z.string(), tensor).optional(),
  multipliers: z.record(z.string(), tensor),
  lmi: z.array(row).optional(),
  signals: z.array(z.string()).optional(),
  certificate: certificate.optional(),
  activations: z.array(z.string().nullable()).optional(),
  assumed: z.array(z.string()).optional(),
});

/** What is compared with a file of tensors. */
const tables = z.looseObject({
  weights: z.record(z.string(), tensor),
  biases: z.record(z.string(), tensor).optional(),
});

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined,
    root,
  );
}

const describe = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return `"${excerpt(value, 40)}"`;
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
};

/** `weights["C[1]"][0][2]` */
const pathText = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? 'the file'
    : path
        .map((key, at) =>
          typeof key === 'number'
            ? `[${key}]`
            : at === 0
              ? excerpt(String(key), 40)
              : `["${excerpt(String(key), 40)}"]`,
        )
        .join('');

/**
 * The fields of a sample. @throws LW105 naming the first field that is missing or of the wrong kind, LW307 where a
 * number is beyond the range of doubles
 */
export function readFields(value: unknown, file: string | null): SampleFields {
  return parsed(sample, value, file);
}

/** Weights and biases alone. @throws as `readFields` */
export function readNetworkTables(
  value: unknown,
  file: string | null,
): { readonly weights: Readonly<Record<string, Tensor>>; readonly biases: Readonly<Record<string, Tensor>> } {
  const { weights, biases } = parsed(tables, value, file);
  return { weights, biases: biases ?? {} };
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, file: string | null): T {
  const result = schema.safeParse(value);
  // The value itself: zod's copy would leave out a key such as __proto__, and with it a weight too many.
  if (result.success) return value as T;
  const position: Position | null = file === null ? null : { file, line: 1, column: 1 };
  const [issue] = result.error.issues;
  const found = issue === undefined ? undefined : deepest(issue);
  const path = found?.path ?? [];
  const at = valueAt(value, path);
  if (at === undefined && path.length === 1 && path[0] === 'multipliers')
    return fail(
      'LW105',
      'no multipliers',
      'multipliers that prove the bound; lipwright certify looks for some',
      position,
    );
  if (typeof at === 'number' && !Number.isFinite(at))
    return fail('LW307', `${pathText(path)} = ${at}`, 'a finite number', position);
  return fail('LW105', `${pathText(path)}: ${describe(at)}`, found?.message ?? 'a sample', position);
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly errors?: readonly (readonly z.core.$ZodIssue[])[];
}

/** Of a union's complaints, the one that got furthest into the value. */
function deepest(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[] = []): Issue {
  const path = [...prefix, ...issue.path];
  if (issue.code !== 'invalid_union') return { path, message: expectation(issue) };
  const inner = issue.errors.flatMap((errors) => errors.map((error) => deepest(error, path)));
  return inner.reduce<Issue>((best, other) => (other.path.length > best.path.length ? other : best), {
    path,
    message: issue.message,
  });
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `a value of type ${issue.expected}`;
  // Only pairs of slopes have a fixed length.
  return issue.code === 'too_big' || issue.code === 'too_small' ? 'a pair [m, L]' : issue.message;
}
