import type { Parameter, Tree } from '../../model/program.js';

/** A value that is brought up to date before it is read; an array of one number stands for all indices. */
interface Operand {
  readonly values: Float64Array;
  readonly update: () => void;
}

export interface TreeContext {
  readonly buffer: (id: number) => Float64Array;
  readonly parameter: (parameter: Parameter) => Float64Array;
}

/** Of a matrix whose entries a tree gives. */
export interface Extent {
  readonly rows: number;
  readonly columns: number;
}

type Binary = 'add' | 'multiply' | 'divide' | 'min' | 'max';

const still = (values: Float64Array): Operand => ({ values, update: () => undefined });

/** One loop for each operation: a shared loop over a function parameter would call it for every entry. */
const loops: Readonly<
  Record<Binary, (out: Float64Array, a: Float64Array, b: Float64Array, stepA: number, stepB: number) => void>
> = {
  add: (out, a, b, stepA, stepB) => {
    for (let i = 0; i < out.length; i += 1) out[i] = (a[i * stepA] ?? 0) + (b[i * stepB] ?? 0);
  },
  multiply: (out, a, b, stepA, stepB) => {
    for (let i = 0; i < out.length; i += 1) out[i] = (a[i * stepA] ?? 0) * (b[i * stepB] ?? 0);
  },
  divide: (out, a, b, stepA, stepB) => {
    for (let i = 0; i < out.length; i += 1) out[i] = (a[i * stepA] ?? 0) / (b[i * stepB] ?? 0);
  },
  min: (out, a, b, stepA, stepB) => {
    for (let i = 0; i < out.length; i += 1) out[i] = Math.min(a[i * stepA] ?? 0, b[i * stepB] ?? 0);
  },
  max: (out, a, b, stepA, stepB) => {
    for (let i = 0; i < out.length; i += 1) out[i] = Math.max(a[i * stepA] ?? 0, b[i * stepB] ?? 0);
  },
};

function combine(a: Operand, b: Operand, kind: Binary): Operand {
  const values = new Float64Array(Math.max(a.values.length, b.values.length));
  const stepA = a.values.length === 1 ? 0 : 1;
  const stepB = b.values.length === 1 ? 0 : 1;
  const loop = loops[kind];
  return {
    values,
    update: () => {
      a.update();
      b.update();
      loop(values, a.values, b.values, stepA, stepB);
    },
  };
}

function transform(body: Operand, kind: 'abs' | 'sqrt' | 'exp'): Operand {
  const values = new Float64Array(body.values.length);
  const update = {
    abs: (): void => {
      for (let i = 0; i < values.length; i += 1) values[i] = Math.abs(body.values[i] ?? 0);
    },
    sqrt: (): void => {
      for (let i = 0; i < values.length; i += 1) values[i] = Math.sqrt(body.values[i] ?? 0);
    },
    exp: (): void => {
      for (let i = 0; i < values.length; i += 1) values[i] = Math.exp(body.values[i] ?? 0);
    },
  }[kind];
  return {
    values,
    update: () => {
      body.update();
      update();
    },
  };
}

function select(guard: Operand, positive: Operand, otherwise: Operand): Operand {
  const parts = [guard, positive, otherwise];
  const values = new Float64Array(Math.max(...parts.map((part) => part.values.length)));
  const [g, p, o] = parts.map((part) => (part.values.length === 1 ? 0 : 1));
  return {
    values,
    update: () => {
      for (const part of parts) part.update();
      for (let i = 0; i < values.length; i += 1)
        values[i] =
          ((guard.values[i * (g ?? 0)] ?? 0) > 0 ? positive.values[i * (p ?? 0)] : otherwise.values[i * (o ?? 0)]) ?? 0;
    },
  };
}

/** A vector repeated along the other side of a rows × columns matrix. */
function spread(values: Float64Array, along: 'rows' | 'columns', { rows, columns }: Extent): Operand {
  const repeated = new Float64Array(rows * columns);
  return {
    values: repeated,
    update: () => {
      for (let i = 0, at = 0; i < rows; i += 1)
        for (let j = 0; j < columns; j += 1, at += 1) repeated[at] = values[along === 'rows' ? i : j] ?? 0;
    },
  };
}

/** Operands are grouped from the left, in the order in which targets print them. */
function operand(tree: Tree, context: TreeContext, extent?: Extent): Operand {
  const inner = (part: Tree): Operand => operand(part, context, extent);
  switch (tree.kind) {
    case 'number':
      return still(Float64Array.of(tree.value));
    case 'parameter':
      return still(context.parameter(tree.parameter));
    case 'buffer':
      return tree.along === undefined || extent === undefined
        ? still(context.buffer(tree.buffer))
        : spread(context.buffer(tree.buffer), tree.along, extent);
    case 'select':
      return select(inner(tree.guard), inner(tree.positive), inner(tree.otherwise));
    case 'divide':
      return combine(inner(tree.numerator), inner(tree.denominator), 'divide');
    case 'abs':
    case 'sqrt':
    case 'exp':
      return transform(inner(tree.body), tree.kind);
    default:
      return tree.items.map(inner).reduce((a, b) => combine(a, b, tree.kind));
  }
}

/**
 * A function that evaluates the tree into `out`, a vector, or a matrix of that extent; all temporaries are planned
 * here, once.
 */
export function planTree(tree: Tree, out: Float64Array, context: TreeContext, extent?: Extent): () => void {
  const top = operand(tree, context, extent);
  const step = top.values.length === 1 ? 0 : 1;
  return () => {
    top.update();
    for (let i = 0; i < out.length; i += 1) out[i] = top.values[i * step] ?? 0;
  };
}
