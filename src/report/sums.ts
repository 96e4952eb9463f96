import type { Label } from '../base/label.js';
import { labelText } from '../base/label.js';
import { exactFactor, product, scale, sum, symbol } from '../expr/build.js';
import type { Expression } from '../expr/node.js';
import type { AffineSum, Network } from '../model/network.js';
import type { SumEntry } from './entries.js';
import type { Printer } from './printer.js';

/** What each affine signal is, as the LMI has it in its place. */
export function showSums(network: Network, print: Printer): readonly SumEntry[] {
  return network.rows.flatMap(({ sum: affine }) => {
    if (affine === null) return [];
    const value = valueOf(affine, network);
    return [
      {
        signal: labelText(affine.target),
        signalLatex: print.labelLatex(affine.target),
        expression: print.text(value),
        latex: print.latex(value),
      },
    ];
  });
}

function valueOf({ target, reads, biases }: AffineSum, { dimension }: Network): Expression {
  const vector = (at: Label, like: Label): Expression => symbol('weight', at, { rows: dimension(like), columns: null });
  const times = (coefficient: number, value: Expression): Expression => scale(1, [exactFactor(coefficient)], value);
  return sum([
    ...reads.map(({ coefficient, weight, signal }) =>
      times(coefficient, product([...(weight === null ? [] : [weight]), vector(signal, signal)])),
    ),
    ...biases.map(({ coefficient, label }) => times(coefficient, vector(label, target))),
  ]);
}
