import { LipwrightError, excerpt, fail } from '../base/diagnostic.js';
import type { Architecture } from '../model/architecture.js';
import { bareNetwork } from '../verify/bare.js';
import type { NormPlace, Place } from './batch-norm.js';
import { defaultEps, foldsFor, normsIn } from './batch-norm.js';
import type { Link, Module } from './chain.js';
import { chainIn, chainOf, moduleOf } from './chain.js';
import type { FoundReading, Reading } from './names.js';
import type { Layout } from '../model/layout.js';
import type { Fold } from '../verify/origin.js';
import type { Tensors } from './origin.js';
import { folded } from './origin.js';
import type { Selection } from './select.js';

/**
 * The matrices of a file as the weights of a plain chain, by order and shape: `nn.Sequential`, or layers called `fc1`,
 * `fc2`. Null where the equations are no such chain at a depth of as many weights, or where the tensors are no such
 * modules. @throws LW312 no one order
 */
export function chainReading(
  tensors: Tensors,
  { fileNames }: Selection,
  {
    architecture,
    depth,
    layout,
  }: { readonly architecture: Architecture; readonly depth: number | null; readonly layout: Layout },
): FoundReading | null {
  const shapes = [...tensors.values()].filter(({ shape }) => shape.length === 2).length;
  const network = networkOf(architecture, depth, shapes);
  const modules = network === null ? null : chainIn(tensors, layout);
  if (network === null || modules?.length !== shapes) return null;
  const pairs = modules.map((module, at): readonly [Module, Link] => [
    module,
    network.links[at] ?? { weight: '', bias: null },
  ]);
  const names = pairs.flatMap(([{ matrix, vector }, { weight, bias }]): [string, string][] => {
    if (vector !== null && bias === null)
      fail(
        'LW312',
        `${excerpt(vector, 40)} beside ${weight}, and no bias in its equation`,
        'equations with a bias, or --ignore',
      );
    return [[weight, matrix], ...(vector === null || bias === null ? [] : [[bias, vector] as [string, string]])];
  });
  const given = new Map(
    names.flatMap(([own, name]) =>
      [tensors.get(name)].flatMap((tensor) => (tensor === undefined ? [] : [[own, tensor] as const])),
    ),
  );
  const reading: Reading = {
    kind: 'weights',
    depth: network.depth,
    prefix: '',
    asIdentifiers: false,
    names: new Map(names),
    tensors: withBiases(given, network.links, layout),
    judge: network.judge,
    compiled: null,
  };
  const told = names.map(([own, name]) => `${own} = ${fileNames.get(name) ?? name}`);
  return {
    reading,
    fileNames: new Map(names.map(([own, name]) => [own, fileNames.get(name) ?? name])),
    assumed: [`${excerpt(told.join(', '), 400)}: by order and shape, with the activations between them (--map)`],
  };
}

interface ChainNetwork {
  readonly depth: number;
  readonly judge: Reading['judge'];
  readonly links: readonly Link[];
}

/** The depth at which the equations have as many weights. */
function networkOf(architecture: Architecture, depth: number | null, weights: number): ChainNetwork | null {
  const depths =
    depth === null
      ? [...new Set([weights - 1, weights, weights - 2, weights + 1, 1, 2])].filter((each) => each >= 1 && each <= 4096)
      : [depth];
  for (const each of depths) {
    try {
      const judge = bareNetwork(architecture, each);
      const links = chainOf(judge.program);
      if (links?.length === weights) return { depth: each, judge, links };
    } catch (error) {
      // At this depth the equations make no network.
      if (!(error instanceof LipwrightError)) throw error;
    }
  }
  return null;
}

/** Where some layers have biases, those that have none have zeros. */
function withBiases(tensors: Tensors, links: readonly Link[], layout: Layout): Tensors {
  if (!links.some(({ bias }) => bias !== null && tensors.has(bias))) return tensors;
  const zeros = links.flatMap(({ weight, bias }) => {
    const outputs = tensors.get(weight)?.shape[layout === 'outputs-first' ? 0 : 1] ?? 0;
    return bias === null || tensors.has(bias)
      ? []
      : [[bias, { shape: [outputs], data: new Float64Array(outputs) }] as const];
  });
  return new Map([...tensors, ...zeros]);
}

interface FoldedReading {
  readonly reading: Reading;
  readonly folds: readonly Fold[];
  readonly assumed: readonly string[];
  readonly notes: readonly string[];
}

/**
 * The reading with the batch normalizations of the file in its weights. @throws LW312 in anything but a plain chain,
 * and as `foldsFor` and `folded`
 */
export function foldedReading(
  found: FoundReading,
  selection: Selection,
  file: Tensors,
  { batchNorm, eps }: { readonly batchNorm?: NormPlace; readonly eps?: number },
): FoldedReading {
  const { reading, fileNames } = found;
  const norms = normsIn(selection.tensors).map((norm) => ({ ...norm, ...inFile(norm, selection) }));
  const [first] = norms;
  if (first === undefined) {
    if (batchNorm !== undefined || eps !== undefined)
      fail(
        'LW311',
        batchNorm === undefined ? '--eps' : '--batch-norm',
        'a file with batch normalization: running_mean and running_var',
      );
    return { reading, folds: [], assumed: [], notes: [] };
  }
  const links = reading.kind === 'weights' ? chainOf(reading.judge.program) : null;
  if (links === null)
    return fail(
      'LW312',
      `the batch normalization ${excerpt(first.module, 40)} ` +
        (reading.kind === 'free' ? 'among free parameters' : 'in an architecture that is no plain chain'),
      'weights into which it is folded, or --ignore if the network does not go through it',
    );
  const places = links.map((link): Place => {
    const [outputs = 0, inputs = 0] = reading.tensors.get(link.weight)?.shape ?? [];
    const name = fileNames.get(link.weight) ?? link.weight;
    return { ...link, module: moduleOf(name) || name, inputs, outputs };
  });
  const { folds, assumed } = foldsFor(norms, places, eps ?? defaultEps, batchNorm ?? null);
  const tensors = withBiases(folded(reading.tensors, folds, file), links, 'outputs-first');
  return {
    reading: { ...reading, tensors },
    folds,
    assumed: [
      ...assumed,
      ...(eps === undefined ? [`eps ${defaultEps} of batch normalization, as files do not hold it (--eps)`] : []),
    ],
    notes: folds.map(
      ({ weight, bias, side, mean }) =>
        `the batch normalization ${excerpt(moduleOf(mean), 40)} acts as in evaluation on what ` +
        `${weight} ${side === 'output' ? 'gives' : 'reads'}: folded into ${weight} and ${bias} in ` +
        'doubles, and the folded network is the one that is certified',
    ),
  };
}

/** The same by whole names of the file. */
function inFile(
  { module, mean, variance, scale, shift }: ReturnType<typeof normsIn>[number],
  { fileNames }: Selection,
): Pick<Fold, 'mean' | 'variance' | 'scale' | 'shift'> & { readonly module: string } {
  const whole = (name: string): string => fileNames.get(name) ?? name;
  const called = whole(variance);
  return {
    module: moduleOf(called) || module,
    mean: whole(mean),
    variance: called,
    scale: scale === null ? null : whole(scale),
    shift: shift === null ? null : whole(shift),
  };
}
