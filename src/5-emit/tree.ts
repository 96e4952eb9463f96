import type { Parameter, Tree } from '../model/program.js';

/** A value that is brought up to date before it is read; an array of one number stands for all indices. */
interface Operand {
  readonly values: Float64Array;
  readonly update: () => void;
}

export interface TreeContext {
  readonly buffer: (id: number) => Float64Array;
  readonly parameter: (parameter: Parameter) => Float64Array;
}

const still = (values: Float64Array): Operand => ({ values, update: () => undefined });

function combine(a: Operand, b: Operand, apply: (x: number, y: number) => number): Operand {
  const values = new Float64Array(Math.max(a.values.length, b.values.length));
  const stepA = a.values.length === 1 ? 0 : 1;
  const stepB = b.values.length === 1 ? 0 : 1;
  return {
    values,
    update: () => {
      a.update();
      b.update();
      for (let i = 0; i < values.length; i += 1) values[i] = apply(a.values[i * stepA] ?? 0, b.values[i * stepB] ?? 0);
    },
  };
}

function transform(body: Operand, apply: (x: number) => number): Operand {
  const values = new Float64Array(body.values.length);
  return {
    values,
    update: () => {
      body.update();
      for (let i = 0; i < values.length; i += 1) values[i] = apply(body.values[i] ?? 0);
    },
  };
}

/** Binary operations that targets print in the same order: left to right. */
export const binary = {
  add: (x: number, y: number): number => x + y,
  multiply: (x: number, y: number): number => x * y,
  min: Math.min,
  max: Math.max,
} as const;

function operand(tree: Tree, context: TreeContext): Operand {
  switch (tree.kind) {
    case 'number':
      return still(Float64Array.of(tree.value));
    case 'parameter':
      return still(context.parameter(tree.parameter));
    case 'buffer':
      return still(context.buffer(tree.buffer));
    case 'divide':
      return combine(operand(tree.numerator, context), operand(tree.denominator, context), (x, y) => x / y);
    case 'abs':
      return transform(operand(tree.body, context), Math.abs);
    case 'sqrt':
      return transform(operand(tree.body, context), Math.sqrt);
    default: {
      const apply = binary[tree.kind];
      return tree.items.map((item) => operand(item, context)).reduce((a, b) => combine(a, b, apply));
    }
  }
}

/** A function that evaluates the tree into `out`; all temporaries are planned here, once. */
export function planTree(tree: Tree, out: Float64Array, context: TreeContext): () => void {
  const top = operand(tree, context);
  const step = top.values.length === 1 ? 0 : 1;
  return () => {
    top.update();
    for (let i = 0; i < out.length; i += 1) out[i] = top.values[i * step] ?? 0;
  };
}
