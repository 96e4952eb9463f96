import { all, create } from 'mathjs';
import type { Matrix } from 'mathjs';

/** The same parameterization as mathjs expressions, compiled once and evaluated on mathjs matrices. */
export function mathjsResidual(sizes: {
  readonly x: number;
  readonly w: number;
  readonly depth: number;
}): (
  free: { readonly A: Float64Array; readonly B: Float64Array; readonly C: readonly Float64Array[] },
  m: number,
  L: number,
  lipschitz: number,
) => ReadonlyMap<string, Matrix> {
  const math = create(all ?? {});
  const { x, w, depth } = sizes;
  const clampTo = (name: string): string => `dotMultiply(sign(${name}), map(abs(${name}), clampEntry))`;
  math.import({
    clampEntry: (value: number): number => Math.min(value, 2 ** 64),
    atMostOne: (value: number): number => Math.min(1, value),
    rows: (matrix: Matrix): Matrix =>
      math.matrix((math.abs(matrix).toArray() as number[][]).map((row) => row.reduce((a, b) => a + b, 0))),
  });
  const lines = [
    `A = ${clampTo('zA')}`,
    'A = dotMultiply(A, map(dotDivide((1 - 2^-6) * lip, abs(A)), atMostOne))',
    `B = ${clampTo('zB')}`,
    'room = lip^2 - dotMultiply(A, A)',
    'sB = map(dotDivide((1 - 2^-6) * room, dotMultiply(abs(A), rows(B))), atMostOne)',
    'B = diag(sB) * B',
    'rest = room - dotMultiply(abs(A), rows(B))',
    "demand = abs(B)' * abs(A) + rows(B' * B)",
  ];
  for (let l = depth; l >= 1; l -= 1) {
    lines.push(
      `C${l} = ${clampTo(`zC${l}`)}`,
      `C${l} = diag(map(dotDivide((1 - 2^-6) * 2 / max(S, 2^-60), rows(C${l})), atMostOne)) * C${l}`,
      `r = rows(C${l})`,
      `lam${l} = dotDivide((1 + 2^-12) * demand, 2 - S * r) + 2^-40 * lip^2`,
      `cols = abs(C${l})' * dotMultiply(lam${l}, S + 2 * abs(P) * r)`,
      l === 1
        ? 'C1 = C1 * diag(map(dotDivide((1 - 2^-12) * rest, cols), atMostOne))'
        : `C${l} = C${l} * diag(map(dotDivide(2^300, cols), atMostOne))`,
    );
    if (l > 1) {
      lines.push(
        `G = C${l}' * diag(lam${l}) * C${l}`,
        `demand = S * (abs(C${l})' * lam${l}) - 2 * P * diag(G) + 2 * abs(P) * (rows(G) - abs(diag(G)))`,
      );
    }
  }
  const program = math.compile(lines.join('\n'));
  const matrix = (data: Float64Array, columns: number): Matrix =>
    math.matrix(
      Array.from({ length: data.length / columns }, (_all, i) =>
        Array.from(data.subarray(i * columns, (i + 1) * columns)),
      ),
    );
  return (free, m, L, lipschitz) => {
    const scope = new Map<string, Matrix | number>([
      ['zA', math.matrix(Array.from(free.A))],
      ['zB', matrix(free.B, w)],
      ['lip', lipschitz],
      ['S', Math.abs(L + m)],
      ['P', L * m],
    ]);
    free.C.forEach((data, l) => scope.set(`zC${l + 1}`, matrix(data, l === 0 ? x : w)));
    program.evaluate(scope);
    return scope as ReadonlyMap<string, Matrix>;
  };
}
