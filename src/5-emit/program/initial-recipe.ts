import type { Initial } from '../../model/initial.js';
import { isTable } from '../../model/program.js';
import type { FreeSlot, Program, Slot } from '../../model/program.js';
import type { Parameterization } from '../../model/parameterization.js';
import { entriesOf } from '../../network/kept.js';

/**
 * The part of a range of pre-activations in which kinks stand: none so near an end that the unit starts dead or linear.
 */
const middle = { from: 0.1, to: 0.9 } as const;
/**
 * Of rows that read hidden signals only: those are squeezed layer by layer, and few units would stay alive in the
 * middle.
 */
const low = { from: 0, to: 0.3 } as const;
/** Where weights begin that can only be shrunk as they are, on the output and in hidden layers. */
const ofOutput = 1 / 64;
const ofHidden = 1 / 2;

/**
 * The free parameters of a program, each with the way in which it begins. Of several biases of one
 * sum the first does the work.
 */
export function withInitial(program: Program, start: Parameterization['start']): readonly FreeSlot[] {
  const splines = new Map(
    program.operations.flatMap((operation) =>
      operation.kind === 'project-splines' ? [[operation.matrix, operation] as const] : [],
    ),
  );
  // Weights stand in the program by where they end up; free ones have their names.
  const nameOf = new Map(program.weights.map(({ buffer, name }) => [buffer, name]));
  const layerOf = new Map(
    program.layers.flatMap(({ terms }, layer) =>
      terms.flatMap(({ weight }) => (weight === null ? [] : [[nameOf.get(weight), layer] as const])),
    ),
  );
  const summands = new Set(program.affine.flatMap(({ terms }) => terms.map(({ weight }) => nameOf.get(weight ?? -1))));
  const sums = new Set(program.affine.map(({ signal }) => signal));
  const placed = new Map<number, Initial>();
  for (const { signal: target, layer, terms, biases } of program.steps) {
    const [first] = biases;
    if (first === undefined || placed.has(first.bias) || sums.has(target)) continue;
    const squeezed = start === 'dominant' && terms.every(({ signal }) => signal !== program.input);
    placed.set(first.bias, layer === null ? { kind: 'centre' } : { kind: 'kinks', ...(squeezed ? low : middle) });
  }
  const weight = (slot: Slot): Initial => {
    const layer = layerOf.get(slot.name);
    const isSummand = summands.has(slot.name);
    const kind = entriesOf(slot)?.kind === 'shared' ? 'normal' : 'constant';
    if (!isTable(slot))
      return layer === undefined && !isSummand
        ? { kind, value: ofOutput, timesLipschitz: true }
        : { kind, value: ofHidden, timesLipschitz: false };
    if (start === 'dominant' && !isSummand)
      return layer === undefined ? { kind: 'share' } : { kind: 'dominant', layer };
    return { kind: 'sphere', spread: start === 'orthonormal' };
  };
  return program.free.map((slot): FreeSlot => {
    const spline = splines.get(slot.buffer);
    if (spline !== undefined) return { ...slot, initial: { kind: 'spline', layer: spline.layer, step: spline.step } };
    return {
      ...slot,
      initial: slot.structure === 'vector' ? (placed.get(slot.buffer) ?? { kind: 'zero' }) : weight(slot),
    };
  });
}
