import type { AdjointOperation } from '../../model/adjoint.js';
import { cayleyAdjointInto, cayleyAdjointWork } from '../../numeric/cayley-adjoint.js';
import { diagonalOfInto, lowerInto, totalColumnsInto, totalRowsInto } from '../../numeric/reductions.js';
import { projector } from '../../numeric/spline-projection.js';
import type { SplineProjector } from '../../numeric/spline-projection.js';
import type { TreeContext } from './tree.js';
import { planTree } from './tree.js';

export interface AdjointContext extends TreeContext {
  readonly shape: (id: number) => { readonly rows: number; readonly columns: number };
  readonly slopes: (layer: number) => readonly [number, number];
}

/** A closure for one operation of a reverse sweep; work arrays are planned here, once. */
export function planAdjoint(operation: AdjointOperation, context: AdjointContext): () => void {
  const { buffer, shape } = context;
  const out = buffer(operation.out);
  const { rows, columns } = shape(operation.out);
  switch (operation.kind) {
    case 'entries':
      return planTree(operation.tree, out, context, { rows, columns });
    case 'total':
      return total(operation, out, buffer(operation.matrix), shape(operation.matrix));
    case 'lower': {
      const [matrix, { diagonal }] = [buffer(operation.matrix), operation];
      return () => lowerInto(out, matrix, rows, diagonal);
    }
    case 'cayley-adjoint': {
      const [matrix, result, adjoint] = [buffer(operation.matrix), buffer(operation.result), buffer(operation.adjoint)];
      const work = new Float64Array(cayleyAdjointWork(rows, columns));
      return () => cayleyAdjointInto(out, matrix, result, adjoint, rows, columns, work);
    }
    case 'project-splines-adjoint':
      return splines(operation, context);
  }
}

function total(
  { along }: Extract<AdjointOperation, { kind: 'total' }>,
  out: Float64Array,
  matrix: Float64Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): () => void {
  switch (along) {
    case 'rows':
      return () => totalRowsInto(out, matrix, rows, columns);
    case 'columns':
      return () => totalColumnsInto(out, matrix, rows, columns);
    case 'all':
      return () => totalRowsInto(out, matrix, 1, matrix.length);
    case 'diagonal':
      return () => diagonalOfInto(out, matrix, columns);
  }
}

function splines(
  { matrix, out, adjoint, knots, step, layer }: Extract<AdjointOperation, { kind: 'project-splines-adjoint' }>,
  { buffer, slopes }: AdjointContext,
): () => void {
  const [values, given, target] = [buffer(matrix), buffer(adjoint), buffer(out)];
  let projection: SplineProjector | null = null;
  return () => {
    const [m, L] = slopes(layer);
    if (projection?.slopes[0] !== m || projection.slopes[1] !== L) projection = projector({ knots, step }, [m, L]);
    for (let at = 0; at < values.length; at += knots)
      projection.projectVjp(
        values.subarray(at, at + knots),
        given.subarray(at, at + knots),
        target.subarray(at, at + knots),
      );
  };
}
