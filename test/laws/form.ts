import { labelText } from '../../src/base/label.js';
import { evaluate } from '../../src/expr/evaluate.js';
import { layerTerms } from '../../src/2-lmi/lmi-of.js';
import type { PairForm } from '../../src/model/form.js';
import type { QuadraticTerm } from '../../src/model/lmi.js';
import type { Layer } from '../../src/model/network.js';
import type { Rule } from '../../src/rule/contract.js';
import { lmiRules } from '../../rules/form.js';
import { at } from '../../src/numeric/matrix.js';
import type { Described } from './common.js';
import { descriptionViolations, unique } from './common.js';
import type { Point } from './points.js';

/** The summands over the signals of what a rule says of a layer. */
export const termsOf = (rule: Rule<Layer, PairForm>, layer: Layer): readonly QuadraticTerm[] =>
  layerTerms(layer, { ...lmiRules, layer: rule, block: rule });

/** Increments Δ by signal. */
export type Increments = ReadonlyMap<string, Float64Array>;

/** Σ Δ_rowᵀ · expression · Δ_column with the sum of the absolute values of all its products. */
export function quadraticForm(
  form: readonly QuadraticTerm[],
  increments: Increments,
  point: Point,
): { readonly value: number; readonly size: number } {
  let value = 0;
  let size = 0;
  for (const { row, column, expression } of form) {
    const [left, right] = [row, column].map((signal) => increments.get(labelText(signal)) ?? new Float64Array(0));
    const block = evaluate(expression, point);
    left?.forEach((x, i) =>
      right?.forEach((y, j) => {
        value += x * at(block, i, j) * y;
        size += Math.abs(x * at(block, i, j) * y);
      }),
    );
  }
  return { value, size };
}

export interface FormTrial {
  readonly stem: string;
  readonly form: readonly QuadraticTerm[];
  readonly samples: readonly {
    readonly point: Point;
    readonly increments: Increments;
    readonly direct: number;
    readonly size: number;
  }[];
  /** Increments along the network, where the form must not be negative (null: the rule says nothing of that kind). */
  readonly along: readonly { readonly point: Point; readonly increments: Increments }[] | null;
}

/**
 * The laws of a form rule:
 * - value: the form's value is that of the directly evaluated statement (200 roundings allowed, relative to the
 *   summands);
 * - sign: it is ≥ 0 along the network;
 * - and those of `descriptionViolations`.
 */
export function formViolations(rule: Described, { stem, form, samples, along }: FormTrial): readonly string[] {
  const violations = [...descriptionViolations(rule, stem)];
  for (const { point, increments, direct, size } of samples) {
    const found = quadraticForm(form, increments, point);
    if (!(Math.abs(found.value - direct) <= 200 * 2 ** -53 * (found.size + size)))
      violations.push(`value: ${found.value} is not ${direct}`);
  }
  for (const { point, increments } of along ?? []) {
    const { value, size } = quadraticForm(form, increments, point);
    if (!(value >= -1e-13 * size)) violations.push(`sign: ${value} along the network`);
  }
  return unique(violations);
}
