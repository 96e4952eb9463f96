import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { loadArchitecture } from '../src/1-parse/index.js';
import { javascript } from '../src/5-emit/js/javascript.js';
import type { Constrained, ConstrainOptions } from '../src/5-emit/run/compiled.js';
import { compile, derive } from '../src/compile.js';
import { decide } from '../src/numeric/definiteness.js';
import { generator } from '../src/numeric/random.js';
import { activationSpeed } from './activations.js';
import { handwrittenResidual } from './handwritten.js';
import { kernelSpeed } from './kernels.js';
import { mathjsResidual } from './mathjs-expressions.js';
import { once, pair } from './pair.js';
import { scaledGain } from './scaled.js';
import { sdpGap } from './sdp-gap.js';
import { tightness } from './tightness.js';

/** `npm run bench`: every figure is a ratio of two things measured in turns in this run. */

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const ms = (value: number): string => (value < 1 ? `${(value * 1000).toFixed(1)} µs` : `${value.toFixed(2)} ms`);

interface Module {
  readonly constrain: (free: Readonly<Record<string, Float64Array>>, options: ConstrainOptions) => Constrained;
}

function freeParameters(shapes: Readonly<Record<string, readonly number[]>>): Record<string, Float64Array> {
  const random = generator(1);
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
    ]),
  );
}

/** The compiled module's results must be the hand-written ones, or the comparison would be worth nothing. */
function requireClose(name: string, a: ArrayLike<number>, b: ArrayLike<number>): void {
  for (let i = 0; i < a.length; i += 1) {
    const [left, right] = [a[i] ?? 0, b[i] ?? 0];
    if (Math.abs(left - right) > 1e-9 * (Math.abs(left) + Math.abs(right)))
      throw new Error(`${name}[${i}]: ${left} is not ${right}`);
  }
}

async function constrainSpeed(folder: string): Promise<void> {
  say('\nconstrain, residual block of depth 3, slopes [-0.2, 1.1]');
  say('| widths | compiled module | in memory | by hand | mathjs | module / hand | memory / hand | mathjs / module |');
  say('|---|---|---|---|---|---|---|---|');
  const depth = 3;
  const network = compile(loadArchitecture('residual'), { depth, strategy: 'gershgorin' });
  const file = join(folder, 'residual.mjs');
  await writeFile(file, javascript(network.program));
  const module = (await import(pathToFileURL(file).href)) as Module;
  for (const [x, w] of [
    [4, 8],
    [16, 32],
    [32, 128],
  ] as const) {
    const widths = { x, w, y: x };
    const free = freeParameters(network.dims(widths));
    const options = { widths, slopes: [-0.2, 1.1] as const, lipschitz: 1 };
    const into = module.constrain(free, options);
    const kept = network.constrain(free, options);
    const byHand = handwrittenResidual({ x, w, depth });
    const pick = (name: string): Float64Array => free[name] ?? new Float64Array(0);
    const handFree = { A: pick('A'), B: pick('B'), C: [pick('C[1]'), pick('C[2]'), pick('C[3]')] };
    const hand = (): void => byHand.run(handFree, -0.2, 1.1, 1);
    const compiled = (): void => {
      module.constrain(free, { ...options, into });
    };
    const memory = (): void => {
      network.constrain(free, { ...options, into: kept });
    };
    const mathjs = mathjsResidual({ x, w, depth });
    hand();
    requireClose('C[1]', into.weights['C[1]'] ?? [], byHand.C[0] ?? []);
    requireClose('lambda[1]', into.multipliers['lambda[1]'] ?? [], byHand.multipliers[0] ?? []);
    requireClose(
      'mathjs C[1]',
      into.weights['C[1]'] ?? [],
      (mathjs(handFree, -0.2, 1.1, 1).get('C1')?.toArray() as number[][] | undefined)?.flat() ?? [],
    );
    const versusHand = pair(compiled, hand);
    const memoryVersusHand = pair(memory, hand);
    const versusMathjs = pair(() => mathjs(handFree, -0.2, 1.1, 1), compiled, w > 64 ? 3 : 7);
    say(
      `| x=${x}, w=${w} | ${ms(versusHand.first)} | ${ms(memoryVersusHand.first)} | ` +
        `${ms(versusHand.second)} | ${ms(versusMathjs.first)} | ${versusHand.ratio.toFixed(2)} | ` +
        `${memoryVersusHand.ratio.toFixed(2)} | ${versusMathjs.ratio.toFixed(0)} |`,
    );
  }
}

function checkSpeed(): void {
  say('\nrigorous verdict (assembly, error bound and verified Cholesky) against ml-matrix EVD of the same LMI');
  say('| N | verdict | EVD | EVD / verdict |');
  say('|---|---|---|---|');
  for (const w of [8, 24, 56]) {
    const network = compile(loadArchitecture('residual'), { depth: 4, strategy: 'gershgorin' });
    const widths = { x: 32, w, y: 32 };
    const weights = network.constrain(freeParameters(network.dims(widths)), { widths, slopes: [-0.2, 1.1] });
    const size = 32 + 4 * w;
    const matrix = Matrix.from1DArray(size, size, network.lmi(weights));
    const { first, second, ratio } = pair(
      () => new EigenvalueDecomposition(matrix, { assumeSymmetric: true }),
      () => decide(network.assembly(weights), { margin: false }),
      5,
    );
    say(`| ${size} | ${ms(second)} | ${ms(first)} | ${ratio.toFixed(1)} |`);
  }
}

function derivationSpeed(): void {
  say('\nderivation of the residual block: equations → LMI → rows → constraints → assignments, with the trace');
  say('| n | time | time / n, against n = 64 |');
  say('|---|---|---|');
  const architecture = loadArchitecture('residual');
  const times = [1, 4, 16, 64, 256, 1024].map((depth) => ({
    depth,
    time: once(
      () => {
        derive(architecture, { depth });
      },
      depth > 100 ? 3 : 7,
    ),
  }));
  const reference = times.find(({ depth }) => depth === 64);
  const perLayer = (reference?.time ?? 1) / 64;
  for (const { depth, time } of times) say(`| ${depth} | ${ms(time)} | ${(time / depth / perLayer).toFixed(2)} |`);
}

const folder = await mkdtemp(join(tmpdir(), 'lipwright-bench-'));
try {
  say('Ratios of medians taken in turns; times are only there to show their size.');
  await constrainSpeed(folder);
  checkSpeed();
  derivationSpeed();
  activationSpeed(say, ms);
  scaledGain(say);
  kernelSpeed(say, ms);
  say('');
  tightness(say);
  say('');
  await sdpGap(say);
} finally {
  await rm(folder, { recursive: true, force: true });
}
