import { describe, expect, it } from 'vitest';
import { gershgorinDisc } from '../../../rules/bound/gershgorin-disc.js';
import { constant, label } from '../../../src/base/label.js';
import {
  abs,
  diag,
  offDiagonal,
  product,
  rangeSum,
  rowSums,
  scale,
  sum,
  symbol,
  transpose,
} from '../../../src/expr/build.js';
import type { BlockRow } from '../../../src/model/lmi.js';
import { discTrial, rowOf } from '../../laws/discs.js';
import { implicationViolations } from '../../laws/implication.js';
import { A, D, P, X, d, e } from '../../laws/symbols.js';

describe('bound/gershgorin-disc', () => {
  it('passes the laws of an implying rule, with the eigenvalues from ml-matrix as the judge', () => {
    expect(implicationViolations(gershgorinDisc, discTrial(gershgorinDisc, 11))).toEqual([]);
  });

  it('puts diagonals and grams into the centre and the rest into the radius', () => {
    const gram = product([transpose(X), X]);
    const other = symbol('weight', label('O'), { rows: e, columns: d });
    const row: BlockRow = rowOf(label('s'), [
      [
        label('s'),
        sum([
          scale(-2, [], symbol('multiplier', label('s'), { rows: e, columns: e }, { diagonal: true, positive: true })),
          gram,
        ]),
      ],
      [label('t'), other],
    ]);
    const { centre, radius } = gershgorinDisc.apply(row);
    const lambda = symbol('multiplier', label('s'), { rows: e, columns: e }, { diagonal: true, positive: true });
    expect(centre.key).toBe(sum([scale(-2, [], diag(lambda)), diag(gram)]).key);
    expect(radius.key).toBe(sum([rowSums(abs(offDiagonal(gram))), rowSums(abs(other))]).key);
  });

  it('takes summands of the diagonal block without a plain diagonal into the radius whole', () => {
    const skew = scale(1, [P], product([A, symbol('weight', label('Q'), { rows: d, columns: d })]));
    const crossed = sum([skew, transpose(skew)]);
    const { centre, radius } = gershgorinDisc.apply(
      rowOf(label('s'), [[label('s'), sum([scale(-2, [], D), crossed])]]),
    );
    expect(centre.key).toBe(scale(-2, [], diag(D)).key);
    expect(radius.key).toBe(rowSums(abs(crossed)).key);
  });

  it('adds a block for every l of a range', () => {
    const many = symbol('weight', label('V', { base: 'loop', offset: 0 }), { rows: d, columns: e });
    const span = { from: constant(2), to: { base: 'depth', offset: 0 } as const };
    const row = rowOf(label('s'), [[label('s'), scale(-2, [], D)]]);
    const { radius } = gershgorinDisc.apply({
      ...row,
      blocks: [...row.blocks, { column: label('t', { base: 'loop', offset: 0 }), span, expression: many }],
    });
    expect(radius.key).toBe(rangeSum(rowSums(abs(many)), span.from, span.to).key);
  });

  it('refuses a row without a diagonal block', () => {
    expect(gershgorinDisc.refuses(rowOf(label('s'), [[label('t'), X]]))?.because).toBeTruthy();
  });
});
