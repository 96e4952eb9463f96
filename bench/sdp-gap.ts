import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { certify } from '../src/certify/certify.js';
import type { GivenNetwork } from '../src/certify/certify.js';
import { countOf } from '../src/model/program.js';
import type { AffineLayer, Size } from '../src/model/program.js';
import { bareNetwork } from '../src/verify/bare.js';
import { randomNetwork } from '../test/certify/random-network.js';
import type { NetworkSpecification } from '../test/certify/random-network.js';

/** `npx tsx bench/sdp-gap.ts`: certified bounds against the optima of a semidefinite solver, where Python has one. */

const specifications: readonly NetworkSpecification[] = [
  { architecture: 'feedforward', depth: 1, widths: { x: 3, w: 5, y: 2 }, slopes: [0, 1], seed: 1 },
  { architecture: 'feedforward', depth: 3, widths: { x: 4, w: 8, y: 3 }, slopes: [0, 1], seed: 2 },
  { architecture: 'residual', depth: 2, widths: { x: 4, w: 6, y: 4 }, slopes: [-0.2, 1.1], seed: 3 },
  { architecture: 'residual', depth: 3, widths: { x: 3, w: 5, y: 3 }, slopes: [0.3, 1], seed: 4 },
  { architecture: 'dense-skip', depth: 3, widths: { x: 3, w: 6, y: 2 }, slopes: [0, 1], seed: 5 },
  { architecture: 'two-branch', depth: 2, widths: { x: 4, u: 5, w: 6, y: 3 }, slopes: [-0.5, 1], seed: 6 },
  { architecture: 'feedforward', depth: 6, widths: { x: 4, w: 12, y: 3 }, slopes: [0, 1], seed: 7 },
  { architecture: 'feedforward', depth: 2, widths: { x: 10, w: 30, y: 5 }, slopes: [0, 1], seed: 8 },
];

interface Optimum {
  readonly lipschitz: number;
  readonly status: string;
  readonly seconds: number;
}

/** The network as the Python script reads it: matrices in full, no names. */
function written({ architecture, depth, widths, slopes, weights }: GivenNetwork): unknown {
  const { program } = bareNetwork(architecture, depth);
  const counts = program.widths.map(([name = '']) => widths[name] ?? widths[name.replace(/\[.*$/, '')] ?? 0);
  const count = (size: Size): number => countOf(size, counts);
  const matrixOf = (buffer: number | null, rows: number): number[][] | null => {
    const slot = program.weights.find((weight) => weight.buffer === buffer);
    if (slot === undefined) return null;
    const data = weights[slot.name] ?? new Float64Array(0);
    const columns = slot.structure === 'dense' ? data.length / rows : rows;
    return Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_all, j) =>
        slot.structure === 'dense' ? (data[i * columns + j] ?? 0) : i === j ? (data[i] ?? 0) : 0,
      ),
    );
  };
  const affine = ({ terms }: AffineLayer, width: number): unknown => ({
    width,
    slopes,
    terms: terms.map(({ coefficient, weight, signal }) => ({ coefficient, signal, matrix: matrixOf(weight, width) })),
  });
  return {
    inputs: count(program.signals[0]?.size ?? null),
    layers: program.layers.map((layer) => affine(layer, count(program.signals[layer.signal]?.size ?? null))),
    output: affine(program.last, count(program.output.size)),
  };
}

function solved(
  networks: readonly GivenNetwork[],
  python: string,
): { readonly solver: string; readonly optima: readonly Optimum[] } | null {
  const script = fileURLToPath(new URL('sdp-gap.py', import.meta.url));
  const { status, stdout } = spawnSync(python, [script], {
    input: JSON.stringify(networks.map(written)),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return status === 0 ? (JSON.parse(stdout) as { solver: string; optima: Optimum[] }) : null;
}

export async function sdpGap(say: (line: string) => void): Promise<void> {
  const networks = specifications.map(randomNetwork);
  const reference = solved(networks, process.env['PYTHON'] ?? 'python3');
  say(
    '\ncertified bounds against the optimum of the semidefinite program ' +
      `(${reference?.solver ?? 'not solved: python3 with cvxpy and clarabel is not here'})`,
  );
  say('| network | N | certified | solver | relative difference | own gap | steps | time / solver |');
  say('|---|---|---|---|---|---|---|---|');
  for (const [at, network] of networks.entries()) {
    const start = performance.now();
    const { lipschitz, certificate } = await certify(network, { lowerBound: null });
    const seconds = (performance.now() - start) / 1000;
    const { architecture, depth, slopes, widths, seed } = specifications[at] ?? {
      architecture: '',
      depth: 0,
      slopes: [0, 0],
      widths: {},
      seed: 0,
    };
    const other = reference?.optima[at];
    const compared =
      other === undefined
        ? '| | | '
        : `| ${other.lipschitz} (${other.status}) | ${(lipschitz / other.lipschitz - 1).toExponential(1)} | `;
    const order = (widths['x'] ?? 0) + depth * ((widths['w'] ?? 0) + (widths['u'] ?? 0));
    say(
      `| ${architecture} ${depth}, [${slopes.join(', ')}], seed ${seed} | ${order} | ${lipschitz} ` +
        `${compared}${certificate.gap?.toExponential(1) ?? 'none'} | ${certificate.iterations} | ` +
        `${other === undefined ? '' : (seconds / other.seconds).toPrecision(2)} |`,
    );
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await sdpGap((line) => void process.stdout.write(`${line}\n`));
