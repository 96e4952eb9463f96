import { excerpt, fail } from '../../base/diagnostic.js';
import { knownOptions, optionNames } from '../../base/known-options.js';
import { assemble } from '../../numeric/assembly.js';
import { countOf, isTable } from '../../model/program.js';
import type { Operation, Program, Slot } from '../../model/program.js';
import { unitRoundoff } from '../../model/roundoff.js';
import { lmiAssembly } from '../../network/assembly.js';
import { namedWidths, networkWidths } from '../../network/widths.js';
import type { ActivationReader } from './activations.js';
import { ActivationFinder } from './activations.js';
import type {
  Activation,
  Compiled,
  Constrained,
  ConstrainOptions,
  Cotangents,
  InitialOptions,
  Values,
} from './compiled.js';
import { forward, layerFunctions } from './forward.js';
import { initialize } from './initialize.js';
import type { Workspace } from './workspace.js';
import { planWorkspace } from './workspace.js';
import { checkLipschitz, inferWidths } from './options.js';
import { readSlopes } from './read-slopes.js';

/** Workspaces kept at a time, one for each set of widths. */
const MOST_PLANS = 16;
const defaultLipschitz = 1;

const constrainOptions = optionNames<ConstrainOptions>({
  widths: true,
  lipschitz: true,
  slopes: true,
  activation: true,
  precision: true,
  into: true,
});
const initialOptions = optionNames<InitialOptions>({ slopes: true, lipschitz: true, activation: true, domain: true });

type Factored = Extract<Operation, { kind: 'cholesky' }>;

/** A result of ours, with the workspace that can fill it again. */
interface Kept {
  readonly workspace: Workspace;
  readonly factored: readonly Factored[];
  readonly result: Omit<Constrained, 'slopes' | 'lipschitz' | 'activations' | 'conditions'> & {
    readonly slopes: readonly [number, number][];
    lipschitz: number;
    readonly activations: (Activation | null)[];
    readonly conditions?: Record<string, number>;
  };
}

/** Without a reader no activation is known: functions need slopes. */
export function inMemory(program: Program, read: ActivationReader | null = null): Compiled {
  const plans = new Map<string, Workspace>();
  const kept = new WeakMap<Constrained, Kept>();
  const workspaceFor = (widths: readonly number[]): Workspace => {
    const key = widths.join(',');
    const known = plans.get(key);
    if (known !== undefined) return known;
    const fresh = planWorkspace(program, widths);
    const [oldest] = plans.keys();
    if (plans.size >= MOST_PLANS && oldest !== undefined) plans.delete(oldest);
    plans.set(key, fresh);
    return fresh;
  };
  const functions = layerFunctions(program);
  const finder = new ActivationFinder(program.layers, read);
  const compiled: Compiled = {
    program,
    lipschitz: defaultLipschitz,
    init: (seed, widths, options = {}) => {
      knownOptions(options, initialOptions, 'init');
      return initialize(program, compiled, functions, finder, seed, widths, options);
    },
    dims: (given) => {
      const widths = networkWidths(program, new Map(Object.entries(given)));
      return Object.fromEntries(program.free.map((slot) => [slot.name, shapeOf(slot, widths)]));
    },
    constrain: (free, options = {}) => {
      knownOptions(options, constrainOptions, 'constrain');
      const known = options.into === undefined ? undefined : kept.get(options.into);
      const filled = constrain(program, finder, known, workspaceFor, free, options);
      if (filled !== known) kept.set(filled.result, filled);
      return filled.result;
    },
    vjp: (free, cotangents, options = {}) => {
      knownOptions(options, constrainOptions, 'vjp');
      return vjp(program, finder, workspaceFor, free, cotangents, options);
    },
    forward: (weights, x, activation) => forward(program, functions, finder, weights, x, activation),
    lmi: (weights) => assemble(lmiAssembly(program, weights)),
    assembly: (weights) => lmiAssembly(program, weights),
  };
  return compiled;
}

function shapeOf(slot: Slot, widths: readonly number[]): readonly number[] {
  return isTable(slot) ? [countOf(slot.rows, widths), countOf(slot.columns, widths)] : [countOf(slot.rows, widths)];
}

function constrain(
  program: Program,
  finder: ActivationFinder,
  known: Kept | undefined,
  workspaceFor: (widths: readonly number[]) => Workspace,
  free: Readonly<Record<string, ArrayLike<number>>>,
  options: ConstrainOptions,
): Kept {
  const workspace = known?.workspace ?? workspaceFor(widthsOf(program, free, options));
  const chosen = run(program, finder, workspace, free, options);
  const filled = known ?? fresh(program, workspace);
  const { result } = filled;
  const { lower, upper } = workspace;
  result.lipschitz = workspace.lipschitz[0] ?? 0;
  result.slopes.forEach((pair, k) => {
    pair[0] = lower[k] ?? 0;
    pair[1] = upper[k] ?? 0;
    result.activations[k] = chosen[k] ?? null;
  });
  store(program.weights, workspace, result.weights);
  store(program.biases, workspace, result.biases);
  store(program.multipliers, workspace, result.multipliers);
  if (result.conditions !== undefined) storeConditions(filled.factored, workspace, result.conditions);
  return filled;
}

/** Fills a workspace and runs it. @throws LW305, LW306, LW307, LW312, and what the program demands */
function run(
  program: Program,
  finder: ActivationFinder,
  workspace: Workspace,
  free: Readonly<Record<string, ArrayLike<number>>>,
  options: ConstrainOptions,
): readonly (Activation | null)[] {
  const lipschitz = checkLipschitz(options.lipschitz ?? defaultLipschitz);
  for (const slot of program.free) {
    const values = Object.hasOwn(free, slot.name) ? free[slot.name] : undefined;
    fill(slot.name, values, bufferOf(workspace, slot), 'finite free parameters');
  }
  const { lower, upper } = workspace;
  const chosen = readSlopes(options, program.layers, finder, lower, upper);
  for (let k = 0; k < lower.length; k += 1) {
    workspace.slopeSum[k] = (upper[k] ?? 0) + (lower[k] ?? 0);
    workspace.slopeProduct[k] = (upper[k] ?? 0) * (lower[k] ?? 0);
  }
  workspace.lipschitz[0] = lipschitz;
  workspace.roundoff[0] = unitRoundoff[options.precision ?? 'double'];
  workspace.run();
  for (const slot of program.multipliers) {
    for (const value of bufferOf(workspace, slot)) {
      if (!Number.isFinite(value))
        fail(
          'LW307',
          `${slot.name} = ${value}`,
          'a finite multiplier: these free parameters are out of range for double precision',
        );
    }
  }
  return chosen;
}

function fill(name: string, values: ArrayLike<number> | undefined, buffer: Float64Array, expected: string): void {
  if (values?.length !== buffer.length)
    return fail('LW312', `${name} with ${values?.length ?? 'no'} numbers`, `${buffer.length} numbers`);
  buffer.set(values);
  if (!buffer.every(Number.isFinite)) fail('LW307', `${name} with a number that is not finite`, expected);
}

function vjp(
  program: Program,
  finder: ActivationFinder,
  workspaceFor: (widths: readonly number[]) => Workspace,
  free: Readonly<Record<string, ArrayLike<number>>>,
  cotangents: Cotangents,
  options: ConstrainOptions,
): Values {
  const workspace = workspaceFor(widthsOf(program, free, options));
  run(program, finder, workspace, free, options);
  const { adjoint, buffer, run: sweep } = workspace.reverse();
  const seed = (slots: readonly Slot[], given: Readonly<Record<string, ArrayLike<number>>> = {}): void => {
    const stranger = Object.keys(given).find((name) => !slots.some((slot) => slot.name === name));
    if (stranger !== undefined)
      fail('LW312', `a cotangent of ${excerpt(stranger, 40)}`, slots.map(({ name }) => name).join(', '));
    for (const slot of slots) {
      if (Object.hasOwn(given, slot.name)) fill(slot.name, given[slot.name], buffer(slot.buffer), 'finite cotangents');
      else buffer(slot.buffer).fill(0);
    }
  };
  seed(adjoint.weights, cotangents.weights);
  seed(adjoint.biases, cotangents.biases);
  seed(adjoint.multipliers, cotangents.multipliers);
  sweep();
  return Object.fromEntries(
    adjoint.gradients.map(({ of, at }) => [
      of.name,
      at === null ? new Float64Array(bufferOf(workspace, of).length) : buffer(at).slice(),
    ]),
  );
}

function widthsOf(
  program: Program,
  free: Readonly<Record<string, ArrayLike<number>>>,
  options: ConstrainOptions,
): readonly number[] {
  if (options.widths !== undefined) return networkWidths(program, new Map(Object.entries(options.widths)));
  return inferWidths(program, new Map(Object.entries(free).map(([name, values]) => [name, values.length])));
}

const bufferOf = (workspace: Workspace, slot: Slot): Float64Array =>
  workspace.buffers[slot.buffer] ?? fail('LW312', slot.name, 'a buffer');

function fresh(program: Program, workspace: Workspace): Kept {
  const factored = program.operations.filter((operation) => operation.kind === 'cholesky');
  const result = emptyResult(program, workspace);
  return { workspace, factored, result: factored.length === 0 ? result : { ...result, conditions: {} } };
}

function emptyResult(program: Program, workspace: Workspace): Kept['result'] {
  const values = (slots: readonly Slot[]): Values =>
    Object.fromEntries(slots.map((slot) => [slot.name, new Float64Array(bufferOf(workspace, slot).length)]));
  return {
    widths: namedWidths(program, workspace.widths),
    slopes: program.layers.map(() => [0, 0]),
    activations: program.layers.map(() => null),
    lipschitz: 0,
    weights: values(program.weights),
    biases: values(program.biases),
    multipliers: values(program.multipliers),
  };
}

function store(slots: readonly Slot[], workspace: Workspace, into: Values): void {
  for (const slot of slots) into[slot.name]?.set(bufferOf(workspace, slot));
}

function storeConditions(factored: readonly Factored[], { buffers }: Workspace, into: Record<string, number>): void {
  for (const { name } of factored) into[name] = 0;
  for (const { name, out } of factored)
    into[name] = Math.max(into[name] ?? 0, conditionBelow(buffers[out] ?? new Float64Array(0)));
}

/**
 * (max l_ii / min l_ii)² of an n × n lower triangular L, row major: κ(L Lᵀ) is at least that, since the greatest and
 * least singular values of a triangular matrix enclose its diagonal.
 */
function conditionBelow(factor: Float64Array): number {
  const step = Math.sqrt(factor.length) + 1;
  let [least, largest] = [Infinity, 0];
  for (let at = 0; at < factor.length; at += step) {
    const entry = factor[at] ?? 0;
    if (entry < least) least = entry;
    if (entry > largest) largest = entry;
  }
  return (largest / least) ** 2;
}
