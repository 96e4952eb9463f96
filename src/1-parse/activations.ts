import { excerpt, fail, located } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import type { Activation } from '../model/activation.js';
import type { Equation } from '../model/architecture.js';
import { splineQuantization } from '../numeric/spline-quantization.js';
import type { ActivationWords, SlopesOf } from '../model/slopes-of.js';
import { callableNames, plainName } from '../slopes/library/index.js';
import { activationKey, activationNames, isFixedName } from './names.js';
import type { ActivationSpecification } from './schema.js';
import type { Locate } from '../base/tokens.js';

/** One entry of a file's `activations`. */
export interface ActivationDeclaration {
  readonly name: string;
  readonly specification: ActivationSpecification;
  /** Of the name. */
  readonly position: Position;
  /** From the text of an expression to the file; null where there is none. */
  readonly locate: Locate | null;
}

/** A file names few activations; each takes time to analyse. */
const mostActivations = 32;

/** Which names an equation may call. */
export class ActivationNames {
  readonly #declared = new Map<string, ActivationDeclaration>();
  /** Blocks are called as activations are. */
  readonly #blocks: ReadonlySet<string>;
  readonly #slopesOf: SlopesOf;
  /** Read at the first name that needs it: most files call φ alone. */
  #callable: ReadonlySet<string> | null = null;

  /** @throws LW107 names with a fixed meaning, and two spellings of φ; LW214 too many */
  constructor(
    declarations: readonly ActivationDeclaration[],
    blocks: readonly { readonly name: string; readonly position: Position }[],
    slopesOf: SlopesOf,
  ) {
    this.#slopesOf = slopesOf;
    for (const { name, position } of blocks) {
      if (isFixedName(name)) fail('LW107', `the block "${name}"`, 'another name: it has a fixed meaning', position);
      if (declarations.some((declaration) => declaration.name === name))
        fail('LW107', `the block "${name}"`, 'another name: it is an activation', position);
    }
    this.#blocks = new Set(blocks.map(({ name }) => name));
    for (const declaration of declarations) {
      const { name, position } = declaration;
      const key = activationKey(name);
      if (isFixedName(name) && !activationNames.has(name))
        fail('LW107', `the activation "${name}"`, 'another name: it has a fixed meaning', position);
      const other = this.#declared.get(key);
      if (other !== undefined)
        fail('LW107', `the activation "${name}" beside "${other.name}"`, 'one of them: they are one name', position);
      this.#declared.set(key, declaration);
    }
    const [extra] = declarations.slice(mostActivations);
    if (extra !== undefined)
      fail('LW214', `${declarations.length} activations`, `at most ${mostActivations}`, extra.position);
  }

  isDeclared(name: string): boolean {
    return this.#blocks.has(name) || this.#declared.has(activationKey(name));
  }

  /** A φ that no declaration explains: its slopes are given at use. */
  isOpen(name: string): boolean {
    return activationNames.has(name) && !this.isDeclared(name);
  }

  isCallable(name: string): boolean {
    if (activationNames.has(name) || this.isDeclared(name)) return true;
    this.#callable ??= callableNames();
    return this.#callable.has(plainName(name));
  }

  /** The activations that the equations call, analysed. LW210 for a declaration that none of them uses. */
  resolve(equations: readonly Equation[]): ReadonlyMap<string, Activation> {
    const used = new Map<string, Position>();
    for (const { activation, position } of equations) {
      if (activation === null || used.has(activation) || this.#blocks.has(activation)) continue;
      if (used.size === mostActivations)
        fail('LW214', `more than ${mostActivations} activations`, `at most ${mostActivations}`, position);
      used.set(activation, position);
    }
    for (const [key, { name, position }] of this.#declared) {
      if (!used.has(key))
        fail('LW210', `the activation "${excerpt(name)}"`, `${excerpt(name)}(…) in an equation`, position);
    }
    return new Map([...used].map(([key, position]) => [key, this.#analyse(key, position)]));
  }

  #analyse(key: string, used: Position): Activation {
    const declaration = this.#declared.get(key);
    if (declaration === undefined) return this.#scalar(key, { kind: 'named', name: key, parameters: new Map() }, used);
    const { specification, position } = declaration;
    const locate: Locate = declaration.locate ?? ((): Position => position);
    if (typeof specification === 'string')
      return this.#scalar(key, { kind: 'line', text: specification, locate }, position);
    if ('spline' in specification) return splineActivation(key, specification.spline, position);
    const parameters = new Map(Object.entries(specification.parameters ?? {}));
    if ('name' in specification)
      return this.#scalar(key, { kind: 'named', name: specification.name, parameters }, position);
    const { expression: text } = specification;
    const activation = this.#scalar(key, { kind: 'expression', text, parameters, locate }, position);
    const words = wordsOf(text);
    const unused = [...parameters.keys()].find((name) => !words.has(name));
    return unused === undefined
      ? activation
      : fail('LW210', `the parameter "${excerpt(unused, 40)}"`, 'a parameter that the expression holds', position);
  }

  #scalar(name: string, words: ActivationWords, position: Position): Activation {
    const { function: phi, enclosures } = this.#slopesOf(words, position);
    return { kind: 'scalar', name, function: phi, slopes: [enclosures.m.lo, enclosures.L.hi], enclosures };
  }
}

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []);

/** @throws LW311 an unusable grid, LW305 unusable slopes, at the declaration */
function splineActivation(
  name: string,
  given: Extract<ActivationSpecification, { spline: unknown }>['spline'],
  position: Position,
): Activation {
  const { knots, range, slopes = [0, 1] } = given;
  if ((given.step === undefined) === (range === undefined))
    fail(
      'LW105',
      `the spline ${excerpt(name)} with ${range === undefined ? 'neither' : 'both'} of step and range`,
      'one of them',
      position,
    );
  const step = given.step ?? (2 * (range ?? 0)) / (knots - 1);
  located(position, () => splineQuantization({ knots, step }, slopes));
  return { kind: 'spline', name, knots, step, slopes };
}
