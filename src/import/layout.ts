import { excerpt, fail } from '../base/diagnostic.js';
import { isTable } from '../model/program.js';
import type { Program, Size, Slot } from '../model/program.js';
import type { Layout } from '../model/layout.js';
import type { Tensors } from './origin.js';
import { transposed } from './origin.js';

export interface Oriented {
  /** Matrices as outputs × inputs. */
  readonly tensors: Tensors;
  readonly layout: Layout;
  /** Could all matrices stand the other way round as well? */
  readonly open: boolean;
}

/**
 * The tensors with matrices as outputs × inputs, which is how they are taken to stand if nobody says otherwise.
 * @throws LW312 naming the matrix that stands the other way round, where shapes tell which
 */
export function oriented(
  tensors: Tensors,
  program: Program,
  known: ReadonlyMap<string, number>,
  layout: Layout | null,
): Oriented {
  const turned = layout === 'inputs-first';
  const matrices = [...program.weights, ...program.biases]
    .filter((slot) => isTurnable(slot) && tensors.get(slot.name)?.shape.length === 2)
    .map(({ name }) => name);
  const flip = (names: ReadonlySet<string>): Tensors =>
    new Map([...tensors].map(([name, tensor]) => [name, names.has(name) ? transposed(tensor) : tensor]));
  const agree = (names: readonly string[]): boolean => shapesAgree(program, tensors, known, new Set(names));
  const chosen = turned ? matrices : [];
  const others = turned ? [] : matrices;
  const uneven = matrices.filter((name) => (tensors.get(name)?.data.length ?? 0) > 1);
  if (!agree(chosen))
    refuse(tensors, matrices, turned, agree(others), (name) =>
      agree(matrices.filter((other) => (other === name) !== turned)),
    );
  return {
    tensors: turned ? flip(new Set(matrices)) : tensors,
    layout: layout ?? 'outputs-first',
    open: uneven.length > 0 && agree(others),
  };
}

/** Weights proper: tables of splines have one orientation. */
const isTurnable = ({ rows, columns }: Slot): boolean => typeof rows === 'number' && typeof columns === 'number';

/** Names the matrix that alone, or the first of all that, would have to be turned; nothing where shapes do not tell. */
function refuse(
  tensors: Tensors,
  matrices: readonly string[],
  turned: boolean,
  allOthers: boolean,
  aloneOther: (name: string) => boolean,
): void {
  const [order, other] = turned ? ['inputs, outputs', 'outputs-first'] : ['outputs, inputs', 'inputs-first'];
  const alone = matrices.filter(aloneOther);
  const culprit = allOthers
    ? matrices.find((name) => tensors.get(name)?.shape[0] !== tensors.get(name)?.shape[1])
    : alone.length === 1
      ? alone[0]
      : undefined;
  const shape = culprit === undefined ? undefined : tensors.get(culprit)?.shape;
  if (culprit === undefined || shape === undefined) return;
  fail(
    'LW312',
    `${excerpt(culprit, 40)} of shape ${shape.join('×')}`,
    `${[...shape].reverse().join('×')} ` +
      `(${order})${allOthers ? `, or --layout ${other}, which fits all of them` : ', as all others stand'}`,
  );
}

/** Do the shapes give every width one value, with these matrices turned? */
function shapesAgree(
  { widths, weights, biases, multipliers }: Program,
  tensors: Tensors,
  known: ReadonlyMap<string, number>,
  flipped: ReadonlySet<string>,
): boolean {
  const counts = widths.map((names) =>
    names.map((name) => known.get(name) ?? known.get(name.replace(/\[.*$/, ''))).find((width) => width !== undefined),
  );
  const fits = (size: Size, value: number | undefined): boolean => {
    if (size === null || value === undefined || (typeof size !== 'number' && 'sum' in size)) return true;
    if (typeof size !== 'number') return size.fixed === value;
    counts[size] ??= value;
    return counts[size] === value;
  };
  return [...weights, ...biases, ...multipliers].every((slot) => {
    const shape = tensors.get(slot.name)?.shape ?? [];
    const [rows, columns] = flipped.has(slot.name) ? [shape[1], shape[0]] : shape;
    return fits(slot.rows, rows) && (!isTable(slot) || fits(slot.columns, columns));
  });
}
