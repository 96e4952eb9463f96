import { excerpt, fail } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import type { BiasTerm, Equation, Index, Range, SignalReference, Term } from '../model/architecture.js';
import { expand } from './affine.js';
import type { Meaning, Monomial } from './affine.js';
import type { ActivationNames } from './activations.js';
import { readIndex, readIndices } from './indices.js';
import { activationKey, isFixedName } from './names.js';
import { readStatements } from './statement.js';
import type { SourceLine, Statement } from './statement.js';
import { nearest } from '../base/suggest.js';
import { parsePiece } from './syntax.js';
import type { Syntax } from './syntax.js';

/** An equation's left side and range; all heads are read before any body, since they say which names are signals. */
interface Head {
  readonly statement: Statement;
  readonly target: SignalReference;
  readonly range: Range | null;
  readonly position: Position;
}

/** What every body is read against. */
interface Scope {
  readonly signals: ReadonlySet<string>;
  readonly loops: ReadonlySet<string>;
  /** Names that are weights or biases by the way they are written, or by declaration. */
  readonly parameters: ReadonlySet<string>;
  /** Whether a name is written with an index, noted where it is met first. */
  readonly indexed: Map<string, boolean>;
  readonly activations: ActivationNames;
}

/**
 * Equation text → equations, each side parsed on its own. Checks one equation at a time: its form, its indices and
 * which names may stand where. What concerns several equations together is left to `check`.
 */
export function readEquations(
  blocks: readonly (readonly SourceLine[])[],
  declared: Iterable<string>,
  activations: ActivationNames,
): readonly Equation[] {
  const heads = readStatements(blocks).map((statement) => readHead(statement, activations));
  const signals = new Set(['x', ...heads.map(({ target }) => target.family)]);
  signals.delete('y');
  const loops = new Set(heads.flatMap(({ range }) => (range === null ? [] : [range.variable])));
  const indexed = new Map([['x', false]]);
  for (const { target, position } of heads) {
    sameForm(indexed, target.family, target.index, position);
    if (activations.isDeclared(target.family))
      fail('LW107', `the signal "${target.family}"`, 'another name: it is an activation', position);
    if (loops.has(target.family))
      fail('LW107', `the signal "${target.family}"`, 'another name: it is a loop letter', position);
  }
  const scope = { signals, loops, parameters: parametersBySight(heads, declared), indexed, activations };
  const taken = new Set([...signals, ...loops, ...scope.parameters]);
  return heads.flatMap((head) => readBody(head, scope, taken));
}

/** `w` and `w[1]` would be two things of one name. */
function sameForm(indexed: Map<string, boolean>, name: string, index: Index | null, position: Position): void {
  const form = index !== null;
  const known = indexed.get(name);
  if (known === undefined) indexed.set(name, form);
  else if (known !== form) {
    const expected = known ? `${excerpt(name)}[…]` : `${excerpt(name)} without an index`;
    fail('LW207', `"${excerpt(name)}" ${form ? 'with' : 'without'} an index`, expected, position);
  }
}

function readHead(statement: Statement, activations: ActivationNames): Head {
  const { raw, locate } = statement;
  const position = locate(statement.left.tokens[0]?.offset ?? 0);
  const range = readRange(statement, activations);
  const left = parsePiece(statement.left, raw, locate);
  if (left.kind !== 'name' || left.offset !== statement.left.tokens[0]?.offset) {
    return fail(
      'LW201',
      `"${excerpt(raw.slice(0, statement.left.end).trim())}"`,
      'a signal on the left, such as w[l], h or y',
      position,
    );
  }
  const { name } = left;
  if (name === 'x') fail('LW206', 'an equation for x', 'none: x is the input', position);
  if (name !== 'y' && isFixedName(name))
    fail('LW107', `the signal "${name}"`, 'another name: it has a fixed meaning', position);
  const index = readIndices(left, range?.variable ?? null, locate);
  if (name === 'y' && (index !== null || range !== null)) {
    fail('LW207', index === null ? 'y with a range' : 'y with an index', 'y = …', position);
  }
  if (range !== null && index?.base !== 'loop') {
    fail('LW207', `a target without the loop letter ${range.variable}`, `${name}[${range.variable}]`, position);
  }
  return { statement, target: { family: name, index }, range, position };
}

function readRange({ range, raw, locate }: Statement, activations: ActivationNames): Range | null {
  if (range === null) return null;
  const { variable, from, to } = range;
  if (isFixedName(variable.text)) {
    fail(
      'LW107',
      `the loop letter "${variable.text}"`,
      'another letter: it has a fixed meaning',
      locate(variable.offset),
    );
  }
  if (activations.isDeclared(variable.text))
    fail('LW107', `the loop letter "${variable.text}"`, 'another letter: it is an activation', locate(variable.offset));
  const [first, last] = [from, to].map((piece) => readIndex(parsePiece(piece, raw, locate), null, locate));
  if (first === undefined || last === undefined) throw new RangeError('a range has two bounds');
  return { variable: variable.text, from: first, to: last };
}

/** A name before `*`, or alone between signs, is meant as a weight or bias, whatever the signals turn out to be. */
function parametersBySight(heads: readonly Head[], declared: Iterable<string>): ReadonlySet<string> {
  const parameters = new Set(declared);
  for (const { statement } of heads) {
    let inBrackets = 0;
    let before = '=';
    let open: { readonly name: string; readonly before: string } | null = null;
    for (const { kind, text } of [...statement.right.tokens, { kind: 'operator', text: '' } as const]) {
      if (inBrackets === 0 && text !== '[' && open !== null) {
        const alone = ['=', '+', '-', '('].includes(open.before) && ['', '+', '-', ')'].includes(text);
        if (alone || text === '*') parameters.add(open.name);
        before = 'value';
        open = null;
      }
      if (text === '[') inBrackets += 1;
      else if (text === ']') inBrackets -= 1;
      else if (inBrackets === 0 && kind === 'name') open = { name: text, before };
      else if (inBrackets === 0) before = text;
    }
  }
  return parameters;
}

/**
 * The equation, and before it one for every sum in it that a weight reads as one: those are affine signals with names
 * that nobody has taken.
 */
function readBody(head: Head, scope: Scope, taken: Set<string>): readonly Equation[] {
  const { statement, target, range, position } = head;
  const { raw, locate } = statement;
  const body = parsePiece(statement.right, raw, locate);
  const activated = body.kind === 'call' && scope.activations.isCallable(body.name);
  const inner = activated ? body.args[0] : body;
  if (inner === undefined)
    return fail('LW201', 'an activation of nothing', 'phi(weight * signal + …)', locate(body.offset));
  if (activated && body.args.length > 1)
    fail('LW201', `${body.args.length} arguments of ${body.name}`, 'one argument', locate(body.offset));
  const sums: Equation[] = [];
  const meaning: Meaning = {
    resolve: resolver(head, scope),
    isActivation: (name) => scope.activations.isCallable(name),
    name: (monomials) => {
      const of = sumName(target.family, taken);
      const named = { family: of, index: target.index };
      const place = locate(monomials[0]?.offset ?? body.offset);
      const summed = summandsOf(monomials, scope, statement, place, meaning.name);
      sums.push({ kind: 'affine', target: named, range, activation: null, ...summed, text: statement.text, position });
      return { name: of, index: target.index, isSignal: true, offset: monomials[0]?.offset ?? body.offset };
    },
  };
  const monomials = expand(inner, meaning, locate);
  const kind = kindOf(head, body, activated, meaning.resolve);
  const activation = activated && !scope.activations.isOpen(body.name) ? activationKey(body.name) : null;
  // Layers and the output read no transposes: what they read is then a signal of its own.
  const isTransposed = monomials.some(({ factors }) => factors.some((factor) => factor.isTransposed === true));
  const whole = isTransposed && kind !== 'affine' ? [meaning.name(monomials)] : null;
  const read =
    whole === null
      ? monomials
      : whole.map((factor): Monomial => ({ coefficient: 1, factors: [factor], offset: body.offset }));
  const summed = summandsOf(read, scope, statement, locate(body.offset), meaning.name);
  return [...sums, { kind, target, range, activation, ...summed, text: statement.text, position }];
}

/** `h_in`, or with `_` behind it as often as it takes. */
function sumName(family: string, taken: Set<string>): string {
  let name = `${family}_in`;
  while (taken.has(name)) name += '_';
  taken.add(name);
  return name;
}

function summandsOf(
  monomials: readonly Monomial[],
  scope: Scope,
  statement: Statement,
  place: Position,
  name: Meaning['name'],
): Pick<Equation, 'terms' | 'biases'> {
  const terms: Term[] = [];
  const biases: BiasTerm[] = [];
  for (const monomial of monomials) {
    const summand = classify(monomial, scope, statement, name);
    if ('bias' in summand) biases.push(summand);
    else terms.push(summand);
  }
  if (terms.length === 0)
    fail('LW209', 'a right-hand side that reads no signal', 'at least one weight * signal', place);
  return { terms, biases };
}

function kindOf(
  { target, statement }: Head,
  body: Syntax,
  activated: boolean,
  resolve: Meaning['resolve'],
): Equation['kind'] {
  const place = statement.locate(body.offset);
  if (target.family === 'y') {
    return activated
      ? fail('LW211', 'an activation in the output', 'y = affine; name the activated signal', place)
      : 'output';
  }
  if (activated) return 'hidden';
  if (body.kind === 'name' && target.index?.base !== 'loop') {
    const { name, isSignal } = resolve(body);
    return isSignal ? 'alias' : fail('LW202', `"${excerpt(name)}", which is no signal`, 'a signal such as x', place);
  }
  return 'affine';
}

function resolver({ statement, range }: Head, { signals, loops, indexed, activations }: Scope): Meaning['resolve'] {
  const { locate } = statement;
  return (syntax) => {
    const { name, offset } = syntax;
    if (name === 'y')
      fail('LW203', 'y on a right-hand side', 'the output only on the left: nothing may read it', locate(offset));
    if (loops.has(name)) fail('LW107', `"${name}"`, 'another name: it is a loop letter', locate(offset));
    if (name !== 'x' && isFixedName(name))
      fail('LW107', `"${name}"`, 'another name: it has a fixed meaning', locate(offset));
    if (activations.isDeclared(name))
      fail(
        'LW107',
        `"${excerpt(name)}"`,
        `another name, or a call ${excerpt(name)}(…): it is an activation`,
        locate(offset),
      );
    const index = readIndices(syntax, range?.variable ?? null, locate);
    sameForm(indexed, name, index, locate(offset));
    return { name, index, isSignal: signals.has(name), offset };
  };
}

/**
 * Sorts a monomial into `coefficient·weight·signal`, `coefficient·signal` or `coefficient·bias`; what a second weight
 * reads is a signal of its own.
 */
function classify(
  { coefficient, factors, offset }: Monomial,
  scope: Scope,
  { locate }: Statement,
  name: Meaning['name'],
): Term | BiasTerm {
  const [first, second, ...more] = factors;
  const position = locate(first?.offset ?? offset);
  if (first === undefined) {
    return fail('LW209', `the number ${coefficient} alone`, 'a named bias', position);
  }
  if (coefficient === 0) fail('LW209', 'a term with coefficient 0', 'no such term', position);
  const reference = { name: first.name, index: first.index };
  if (second === undefined) {
    if (first.isTransposed === true)
      fail('LW209', `the transpose of ${excerpt(first.name)} alone`, `${excerpt(first.name)}' * signal`, position);
    if (!first.isSignal) return { coefficient, bias: reference, position };
    return { coefficient, weight: null, signal: { family: first.name, index: first.index }, position };
  }
  const last = more.at(-1) ?? second;
  if (!last.isSignal && !scope.parameters.has(last.name)) {
    const near = nearest(last.name, scope.signals);
    const expected =
      near === null ? `a signal: ${excerpt([...scope.signals].join(', '))}` : `the signal ${near}, perhaps`;
    return fail('LW202', `"${excerpt(last.name)}", which no equation defines`, expected, locate(last.offset));
  }
  if (!last.isSignal) {
    return fail(
      'LW209',
      `a product of the parameters ${excerpt(first.name)} and ${excerpt(second.name)}`,
      'one weight and one signal, or a bias of its own name',
      position,
    );
  }
  const read =
    more.length === 0 ? second : name([{ coefficient: 1, factors: factors.slice(1), offset: second.offset }]);
  const transposed = first.isTransposed === true ? ({ isTransposed: true } as const) : {};
  return {
    coefficient,
    weight: reference,
    ...transposed,
    signal: { family: read.name, index: read.index },
    position,
  };
}
