import { advised } from '../rules/advice.js';
import { createRules } from '../rules/index.js';
import { defaultStrategy, shownStrategy, strategies } from '../rules/strategies.js';
import { activationInWords } from './slopes/index.js';
import { blockRows } from './2-lmi/block-rows.js';
import { checkSignals, concreteNetwork } from './2-lmi/concrete.js';
import { checkPairs } from './2-lmi/pairs.js';
import { scaleLmi, scalesOf } from './2-lmi/scaling.js';
import { symbolicNetwork } from './2-lmi/symbolic.js';
import { bound } from './3-bound/bound.js';
import { boundsOf, eliminate } from './3-bound/eliminate.js';
import { allocate } from './4-parameterize/allocate.js';
import { recover } from './4-parameterize/recover.js';
import { parameterize } from './4-parameterize/parameterize.js';
import type { Part } from './5-emit/program/combine.js';
import { compose, embed } from './5-emit/program/combine.js';
import type { Compiled } from './5-emit/run/compiled.js';
import { inMemory } from './5-emit/run/memory.js';
import { optimized } from './5-emit/optimize/optimize.js';
import { program } from './5-emit/program/program.js';
import { fail, located } from './base/diagnostic.js';
import { knownOptions, optionNames } from './base/known-options.js';
import type { Naming } from './expr/naming.js';
import { namingAwayFrom, tilde } from './expr/naming.js';
import type { Architecture, Block } from './model/architecture.js';
import type { Bounds } from './model/inequality.js';
import type { Lmi } from './model/lmi.js';
import type { Parameterization } from './model/parameterization.js';
import type { Recursion } from './model/pivot.js';
import type { Program } from './model/program.js';
import type { Strategy } from './model/strategy.js';
import type { Step, Trace } from './model/trace.js';
import type { RuleBook } from './rule/rule-book.js';

/**
 * The pipeline. Data goes one way, and every arrow keeps a promise:
 *
 *     file ──1-parse──▶ Architecture      only affine equations of an acyclic network, nothing evaluated
 *          ──2-lmi────▶ Lmi               M ≼ 0 implies ‖Δy‖ ≤ 𝓛‖Δx‖
 *          ──3-bound──▶ Bounds            the inequalities imply M ≼ 0, and an order exists in which to meet them
 *          ──4-param──▶ Parameterization  any finite free parameters are taken to a point that meets them all
 *          ──5-emit───▶ Program           the same assignments, as loops that every target prints or runs
 */
export interface DeriveOptions {
  /** A number, or 'n' for the families of symbolic depth. */
  readonly depth: number | 'n';
  /** `shownStrategy` where nothing is compiled, `defaultStrategy` where it is. */
  readonly strategy?: string | Strategy;
  /** Other rules than the shipped ones: for experiments, and for tests that inject faults. */
  readonly rules?: RuleBook;
}

const deriveOptions = optionNames<DeriveOptions>({ depth: true, strategy: true, rules: true });

/** Steps that nobody reads are not printed: they would take a third of the time of a derivation. */
interface Telling extends DeriveOptions {
  readonly isTold: boolean;
}

export interface Derivation {
  readonly architecture: Architecture;
  readonly strategy: Strategy;
  /** With a tilde over weights and multipliers where the bounds are about TMT; the LMI is always M itself. */
  readonly naming: Naming;
  readonly lmi: Lmi;
  readonly bounds: Bounds;
  /** The covariances behind the bounds; null where these are rows. */
  readonly recursion: Recursion | null;
  /** Null at symbolic depth, where there is nothing to run. */
  readonly parameterization: Parameterization | null;
  /** Of the blocks that the equations call, each with a bound and an LMI of its own. */
  readonly blocks: readonly BlockDerivation[];
  readonly steps: readonly Step[];
}

/** A block, derived by itself. */
export interface BlockDerivation {
  readonly block: Block;
  /** Null: the block is a composition, of `blocks`. */
  readonly derivation: Derivation | null;
  readonly blocks: readonly BlockDerivation[];
}

export function findStrategy(wanted: string | Strategy): Strategy {
  if (typeof wanted !== 'string') return wanted;
  const known = strategies.find((strategy) => strategy.name === wanted);
  return known ?? fail('LW308', wanted, strategies.map((strategy) => strategy.name).join(', '));
}

/**
 * Steps 2 to 4 for every block of an architecture by itself. A depth that a block states is its own, whatever the
 * architecture's is; one that it does not state is the architecture's.
 */
export function deriveBlocks(architecture: Architecture, options: DeriveOptions): readonly BlockDerivation[] {
  knownOptions(options, deriveOptions, 'deriveBlocks');
  return advised(findStrategy(options.strategy ?? shownStrategy), (strategy) =>
    blocksBy(strategy, architecture, { ...options, isTold: true }),
  );
}

function blocksBy(strategy: Strategy, architecture: Architecture, options: Telling): readonly BlockDerivation[] {
  return [...architecture.blocks.values()].map((block) => {
    const inner = { ...options, depth: block.depth ?? options.depth };
    const derivation = block.architecture.composition === null ? deriveBy(strategy, block.architecture, inner) : null;
    return { block, derivation, blocks: derivation?.blocks ?? blocksBy(strategy, block.architecture, inner) };
  });
}

/**
 * Steps 2 to 4: from the equations to assignments, with the rule behind every step.
 * @throws LW405 for a composition, which has blocks and no equations; LW401 where no rule applies, with the strategy
 *   that would
 */
export function derive(architecture: Architecture, options: DeriveOptions): Derivation {
  knownOptions(options, deriveOptions, 'derive');
  return advised(findStrategy(options.strategy ?? shownStrategy), (strategy) =>
    deriveBy(strategy, architecture, { ...options, isTold: true }),
  );
}

function deriveBy(strategy: Strategy, architecture: Architecture, options: Telling): Derivation {
  if (architecture.composition !== null)
    fail(
      'LW405',
      `${architecture.name}, a ${architecture.composition} of ${architecture.blocks.size} blocks`,
      'equations; deriveBlocks derives each block',
    );
  const rules = options.rules ?? createRules();
  const steps: Step[] = [];
  const trace: Trace = {
    record: (rule, step) => {
      if (!options.isTold) return;
      const [from, to] = step();
      steps.push({ rule, from, to });
    },
  };
  const names = namingAwayFrom(authorsNames(architecture), rules.symbols);

  const network = options.depth === 'n' ? symbolicNetwork(architecture) : concreteNetwork(architecture, options.depth);
  checkPairs(network);
  const lmi = blockRows(network, rules.form, names, trace);
  const isScaled = strategy.kind === 'rows' && strategy.scales === 'trainable';
  const naming = isScaled ? { ...names, mark: tilde } : names;
  const rows = isScaled ? scaleLmi({ lmi, scaling: scalesOf(network) }, rules.form.scaling, names, trace) : lmi;
  const concrete = network.depth !== null;
  const blocks = blocksBy(strategy, architecture, options);
  if (strategy.kind === 'pivot') {
    const recursion = eliminate(lmi, { rules: rules.pivot, naming, trace });
    const parameterization = concrete
      ? allocate(recursion, { rules: rules.allocate, clamp: rules.parameterize.clamp, strategy, naming, trace })
      : null;
    return {
      architecture,
      strategy,
      naming,
      lmi,
      bounds: boundsOf(recursion),
      recursion,
      parameterization,
      blocks,
      steps,
    };
  }
  const bounds = bound(rows, { rules: rules.bound, strategy, naming, trace });
  const parameterization = concrete ? parameterize(bounds, rules.parameterize, naming, trace) : null;
  return { architecture, strategy, naming, lmi, bounds, recursion: null, parameterization, blocks, steps };
}

/** Step 5: the target-neutral program of a derivation at concrete depth. */
export function lower(derivation: Derivation): Program {
  const { parameterization, lmi, strategy, naming, blocks } = derivation;
  if (parameterization === null) return fail('LW302', 'depth n', 'a number: only concrete depths can be compiled');
  const own = program(parameterization, lmi, strategy, naming);
  const { depth } = own;
  return blocks.length === 0 ? own : embed(own, partsOf(blocks, depth));
}

const partsOf = (blocks: readonly BlockDerivation[], depth: number): readonly Part[] =>
  blocks.map((each) => ({
    name: each.block.name,
    program: lowerBlock(each, each.block.depth ?? depth),
    lipschitz: each.block.lipschitz,
  }));

/** @throws LW316 at the block, if bounds inside it do not fit */
function lowerBlock({ block, derivation, blocks }: BlockDerivation, depth: number): Program {
  return located(block.position, () =>
    derivation === null ? compose(block.architecture, depth, partsOf(blocks, depth)) : lower(derivation),
  );
}

/** The program of an architecture at a depth: of its equations, or of a composition's blocks. */
export function lowerArchitecture(
  architecture: Architecture,
  options: DeriveOptions & { readonly depth: number },
): Program {
  knownOptions(options, deriveOptions, 'compile');
  const { depth } = options;
  const quiet = { ...options, isTold: false };
  const wanted = findStrategy(options.strategy ?? defaultStrategy);
  if (architecture.composition === null)
    return optimized(lower(advised(wanted, (strategy) => deriveBy(strategy, architecture, quiet))));
  checkSignals(architecture, depth);
  const blocks = advised(wanted, (strategy) => blocksBy(strategy, architecture, quiet));
  return optimized(compose(architecture, depth, partsOf(blocks, depth)));
}

/**
 * The program of the way back, from weights and multipliers to the free parameters that lead to them: its free
 * parameters are those weights, and `lambda…`; what it returns as weights are the free ones, and as multipliers the
 * exponentials of ψ.
 * @throws LW317 if the strategy has no way back
 */
export function lowerRecovery(
  { recursion, strategy, lmi, naming }: Derivation,
  rules: RuleBook = createRules(),
): Program {
  if (recursion === null || strategy.kind !== 'pivot')
    return fail('LW317', `strategy ${strategy.name}`, 'pivot with free multipliers');
  return program(recover(recursion, rules.allocate, strategy), lmi, strategy, naming);
}

/** The whole pipeline: equations in, functions out. */
export function compile(architecture: Architecture, options: DeriveOptions & { readonly depth: number }): Compiled {
  return inMemory(lowerArchitecture(architecture, options), (text) => activationInWords(text));
}

/** Names that the derivation's own symbols must step aside for. */
function authorsNames(architecture: Architecture): ReadonlySet<string> {
  const names = new Set<string>(['x', 'y', ...architecture.activations.keys(), ...architecture.blocks.keys()]);
  for (const { target, terms, biases } of architecture.equations) {
    names.add(target.family);
    for (const term of terms) {
      names.add(term.signal.family);
      if (term.weight !== null) names.add(term.weight.name);
    }
    for (const { bias } of biases) names.add(bias.name);
  }
  return names;
}
