import { Matrix as Dense, inverse } from 'ml-matrix';
import { pivotStrategy } from '../../../rules/variants.js';
import { concreteNetwork } from '../../../src/2-lmi/concrete.js';
import type { Constrained } from '../../../src/5-emit/index.js';
import { labelText } from '../../../src/base/label.js';
import { compile } from '../../../src/compile.js';
import type { Architecture } from '../../../src/model/architecture.js';
import type { Precision } from '../../../src/model/roundoff.js';
import type { Variant } from '../../../src/model/variant.js';
import type { Random } from '../../../src/numeric/random.js';
import { codeOf } from '../../5-emit/targets.js';

export interface Absorbing {
  readonly architecture: Architecture;
  readonly variant?: Partial<Variant>;
  readonly lipschitz: number;
  /** Of each layer. */
  readonly slopes: () => readonly [number, number];
  readonly precision: Precision;
  /** Of the free numbers. */
  readonly size: number;
}

/**
 * K of one signal from finished weights, all widths 2: −M without the output's term is inverted as a whole by
 * ml-matrix, in the coordinates (x, w) that the LMI has. Null where the run stops with LW402.
 */
export function covarianceOf(
  random: Random,
  { architecture, variant, lipschitz, slopes, precision, size }: Absorbing,
  signal: string,
): Dense | null {
  const compiled = compile(architecture, { depth: 1, strategy: pivotStrategy(variant) });
  const widths = Object.fromEntries(compiled.program.widths.map(([name = '']) => [name, 2]));
  const free = Object.fromEntries(
    Object.entries(compiled.dims(widths)).map(([name, shape]) => [
      name,
      Float64Array.from({ length: shape.reduce((all, side) => all * side, 1) }, () => size * random.normal()),
    ]),
  );
  const { output, rows } = concreteNetwork(architecture, 1);
  const made: Constrained[] = [];
  const code = codeOf(() =>
    made.push(compiled.constrain(free, { widths, lipschitz, precision, slopes: rows.slice(1).map(slopes) })),
  );
  if (code === 'LW402') return null;
  const [constrained] = made;
  if (constrained === undefined) throw new Error(code ?? 'nothing');
  const names = rows.map(({ signal: own }) => labelText(own));
  const w = Dense.zeros(2, 2 * names.length);
  for (const { signal: read, weight, coefficient } of output.reads) {
    const entries = weight === null ? [1, 0, 0, 1] : [...(constrained.weights[labelText(weight.label)] ?? [])];
    const at = 2 * names.indexOf(labelText(read));
    entries.forEach((entry, k) => w.set(k >> 1, at + (k & 1), w.get(k >> 1, at + (k & 1)) + coefficient * entry));
  }
  const order = 2 * names.length;
  const covariance = inverse(
    Dense.sub(w.transpose().mmul(w), Dense.from1DArray(order, order, [...compiled.lmi(constrained)])),
  );
  const at = 2 * names.indexOf(signal);
  return covariance.subMatrix(at, at + 1, at, at + 1);
}
