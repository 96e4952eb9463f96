import type { Rational } from './rational.js';

/**
 * Functions of one real variable v, exact: rational numbers, π, named parameters, elementary functions and case
 * distinctions. Nodes are made by `build` only, which keeps them in canonical form; equal keys mean equal functions.
 */

export const elementaryNames = [
  'exp',
  'log',
  'sin',
  'cos',
  'atan',
  'tanh',
  'sech',
  'sigmoid',
  'softplus',
  'erf',
  'asinh',
] as const;
export type ElementaryName = (typeof elementaryNames)[number];

interface Keyed {
  /** Canonical text: the identity of the function. */
  readonly key: string;
}

export interface RationalNode extends Keyed {
  readonly kind: 'rational';
  readonly value: Rational;
}

export interface PiNode extends Keyed {
  readonly kind: 'pi';
}

export interface VariableNode extends Keyed {
  readonly kind: 'variable';
}

export interface ParameterNode extends Keyed {
  readonly kind: 'parameter';
  readonly name: string;
}

/** At least two items, none of them a sum, like terms collected, sorted by key. */
export interface SumNode extends Keyed {
  readonly kind: 'sum';
  readonly items: readonly Scalar[];
}

/** coefficient · Π items; items are no products and no rationals, sorted by key. */
export interface ProductNode extends Keyed {
  readonly kind: 'product';
  readonly coefficient: Rational;
  readonly items: readonly Scalar[];
}

/** base^exponent; the exponent is neither 0 nor 1. */
export interface PowerNode extends Keyed {
  readonly kind: 'power';
  readonly base: Scalar;
  readonly exponent: Rational;
}

export interface FunctionNode extends Keyed {
  readonly kind: 'function';
  readonly name: ElementaryName;
  readonly argument: Scalar;
}

/** `positive` where guard > 0, `negative` where guard < 0; at guard = 0 both must agree, which `continuity` proves. */
export interface SelectNode extends Keyed {
  readonly kind: 'select';
  readonly guard: Scalar;
  readonly positive: Scalar;
  readonly negative: Scalar;
}

export type Scalar =
  RationalNode | PiNode | VariableNode | ParameterNode | SumNode | ProductNode | PowerNode | FunctionNode | SelectNode;

/** The parts that a node is made of, in order. */
export function parts(node: Scalar): readonly Scalar[] {
  switch (node.kind) {
    case 'sum':
    case 'product':
      return node.items;
    case 'power':
      return [node.base];
    case 'function':
      return [node.argument];
    case 'select':
      return [node.guard, node.positive, node.negative];
    default:
      return [];
  }
}

/** Whether the function is a number, or one of the parameters alone. */
export const isConstant = (node: Scalar): boolean => node.kind !== 'variable' && parts(node).every(isConstant);
