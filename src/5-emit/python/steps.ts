import { fail } from '../../base/diagnostic.js';
import type { Initial } from '../../model/initial.js';
import type { ForwardStep, ForwardTerm, Program } from '../../model/program.js';
import { renumberSize } from '../../network/renumber.js';
import { renumbering } from '../roll/lines.js';
import type { Piece, Visitor } from '../roll/loop.js';
import { filled } from '../roll/numerals.js';
import { roll } from '../roll/roll.js';
import type { Dialect } from './dialect.js';
import { ExpressionPrinter, level } from './expression.js';
import type { SlotNames } from './families.js';
import { pyNumber } from './literal.js';
import type { PythonCode } from './python-code.js';
import { loopHead } from './rows.js';
import { Variables } from './variables.js';

/** How a bias begins that depends on the domain. */
export type Range = Extract<Initial, { kind: 'kinks' }> | 'centre';

/** What is placed in a step: a bias, the k-th one, and whether no step comes behind it. */
export interface Placed {
  readonly bias: {
    readonly bias: number;
    readonly coefficient: number;
    readonly range: Range;
    readonly order: number;
  } | null;
  readonly isLast: boolean;
}

type Applied =
  | { readonly kind: 'open' }
  | { readonly kind: 'scalar'; readonly call: string }
  | { readonly kind: 'spline'; readonly coefficients: number; readonly step: number };

/** A step of the forward map. Values are signals and, numbered behind them, buffers. */
interface Step extends ForwardStep {
  readonly about: string;
  readonly applied: Applied | null;
  readonly placed: Placed | null;
  /** Weights that are diagonals, by the terms. */
  readonly diagonal: readonly boolean[];
  /** Names without their numbers, of weights and biases. */
  readonly families: readonly string[];
}

function visitStep(step: Step, by: Visitor): Step {
  const { signal, terms, biases, layer, applied, placed } = step;
  return {
    ...step,
    about: by.text(step.about),
    signal: by.value(signal),
    terms: terms.map((term) => ({
      ...term,
      weight: term.weight === null ? null : by.value(term.weight),
      signal: by.value(term.signal),
      ...(term.above === undefined ? {} : { above: renumberSize(term.above, renumbering(by)) }),
    })),
    biases: biases.map(({ coefficient, bias }) => ({ coefficient, bias: by.value(bias) })),
    layer: layer === null ? null : by.index('layer', layer),
    applied: applied?.kind === 'spline' ? { ...applied, coefficients: by.value(applied.coefficients) } : applied,
    placed:
      placed === null || placed.bias === null
        ? placed
        : {
            ...placed,
            bias: { ...placed.bias, bias: by.value(placed.bias.bias), order: by.index('order', placed.bias.order) },
          },
  };
}

interface StepScope {
  readonly value: (id: number) => string;
  readonly index: (at: number) => string;
}

/** Prints steps of the forward map, in a loop where layers repeat. */
export class StepPrinter {
  private readonly program: Program;
  private readonly code: PythonCode;
  private readonly dialect: Dialect;
  private readonly pieces: readonly Piece<Step>[];
  private readonly variables: Variables<Step>;
  /** Buffers are numbered from here on. */
  private readonly places: number;

  constructor(
    program: Program,
    code: PythonCode,
    dialect: Dialect,
    {
      steps,
      placed,
      calls,
      isDiagonal,
      familyOf,
      tables,
    }: {
      readonly steps: readonly ForwardStep[];
      readonly placed: (step: ForwardStep, at: number) => Placed | null;
      /** What applies the activation of each layer. */
      readonly calls: readonly (string | null)[];
      readonly isDiagonal: (weight: number) => boolean;
      readonly familyOf: (buffer: number) => string;
      readonly tables: SlotNames;
    },
  ) {
    this.program = program;
    this.code = code;
    this.dialect = dialect;
    const { signals, output, locals } = program;
    const places = [...signals, output, ...locals];
    this.places = places.length;
    const items = steps.map((step, at): Step => {
      const bias = placed(step, at);
      return {
        ...step,
        about: places[step.signal]?.name ?? '',
        families: [...step.terms.flatMap(({ weight }) => weight ?? []), ...step.biases.map(({ bias }) => bias)].map(
          familyOf,
        ),
        diagonal: step.terms.map(({ weight }) => weight !== null && isDiagonal(weight)),
        terms: step.terms.map((term) => ({ ...term, weight: term.weight === null ? null : this.buffer(term.weight) })),
        biases: step.biases.map((each) => ({ ...each, bias: this.buffer(each.bias) })),
        applied: this.applied(step, calls),
        placed:
          bias === null || bias.bias === null
            ? bias
            : { ...bias, bias: { ...bias.bias, bias: this.buffer(bias.bias.bias) } },
      };
    });
    const kept = [places.indexOf(output)];
    // What comes out of a block is no new value.
    const isOnce = new Set(items.map(({ signal }) => signal)).size === items.length;
    this.pieces = isOnce
      ? roll({ items, visit: visitStep, makes: ({ signal }) => signal, counts: () => true, kept, least: 2 })
      : items.map((item, at) => ({ kind: 'item', at, item }));
    let count = 0;
    this.variables = new Variables({
      pieces: this.pieces,
      visit: visitStep,
      mentions: items.map(valuesOf),
      kept: new Set(kept),
      given: (value) => (value < this.places ? null : tables.given(value - this.places)),
      givenAlong: (values, counter) =>
        values.some((value) => value < this.places)
          ? null
          : tables.givenAlong(
              values.map((value) => value - this.places),
              counter,
            ),
      authors: new Map(),
      fresh: () => `v${count++}`,
    });
  }

  private buffer(id: number): number {
    return this.places + id;
  }

  private applied({ layer }: ForwardStep, calls: readonly (string | null)[]): Applied | null {
    if (layer === null) return null;
    const activation = this.program.layers[layer]?.activation;
    switch (activation?.kind) {
      case 'open':
        return { kind: 'open' };
      case 'scalar':
        return { kind: 'scalar', call: calls[layer] ?? fail('LW401', activation.name, 'a function of the module') };
      case 'spline':
        return { kind: 'spline', coefficients: this.buffer(activation.coefficients), step: activation.step };
      // A block's own steps have made what comes out of it.
      case 'block':
      case undefined:
        return null;
    }
  }

  name(signal: number): string {
    return this.variables.name(signal);
  }

  /** All steps, from the input on. */
  begin(input: string): void {
    const { code, variables } = this;
    code.line(`${this.name(this.program.input)} = ${input}`);
    for (const dict of variables.dicts) code.line(`${dict} = {}`);
    for (const piece of this.pieces) {
      if (piece.kind === 'item') {
        code.comment(piece.item.about);
        this.step(piece.item, { value: (id) => variables.name(id), index: String });
        continue;
      }
      const { counter, value, index, before, atEnd } = variables.loop(piece);
      for (const line of before) code.line(line);
      code.block(`${loopHead(counter, piece.count)}:`, () => {
        for (const item of piece.body) {
          code.comment(filled(item.about, index));
          this.step(item, { value, index });
        }
        for (const line of atEnd) code.line(line);
      });
    }
  }

  private step(step: Step, scope: StepScope): void {
    const { code } = this;
    const { placed, biases, signal } = step;
    const v = scope.value(signal);
    const bias = placed?.bias ?? null;
    if (bias === null) this.affine(step, scope);
    else {
      this.affine({ ...step, biases: biases.filter((each) => each.bias !== bias.bias) }, scope);
      const { range, coefficient, order } = bias;
      const value =
        range === 'centre'
          ? `-${v}.mean(0)`
          : `_kinks(${v}, shuffled(${scope.index(order)}, ${v}.shape[1]), ${pyNumber(range.from)}, ${pyNumber(range.to)})`;
      const name = scope.value(bias.bias);
      code.line(`${name} = ${value}${coefficient === 1 ? '' : ` / ${bracketed(coefficient)}`}`);
      if (placed?.isLast !== true) code.line(`${v} = ${v} + ${times(coefficient)}${name}`);
    }
    if (placed?.isLast !== true) this.activate(step, scope);
  }

  /** `v3 = …` out of earlier signals. */
  private affine({ signal, terms, biases, diagonal }: Step, scope: StepScope): void {
    const { code, dialect } = this;
    const texts = terms.map((term, at) => ({
      coefficient: term.coefficient,
      text: termText(term, diagonal[at] === true, scope),
    }));
    const list = texts.map(({ coefficient, text }) => times(coefficient) + text).join(', ');
    const parts = terms.some(({ above }) => above !== undefined)
      ? [{ coefficient: 1, text: `${dialect.xp}.concatenate([${list}], -1)` }]
      : texts;
    const all = [...parts, ...biases.map(({ coefficient, bias }) => ({ coefficient, text: scope.value(bias) }))];
    const printed = all.map(({ coefficient, text }) => ({
      negative: coefficient < 0,
      printed: { text: `${times(Math.abs(coefficient))}${text}`, level: level.product, fixed: false } as const,
    }));
    code.line(`${scope.value(signal)} = ${new ExpressionPrinter(dialect).sum(printed).text}`);
  }

  private activate({ signal, layer, applied }: Step, scope: StepScope): void {
    if (applied === null || layer === null) return;
    const { code } = this;
    const v = scope.value(signal);
    if (applied.kind === 'open') code.line(`${v} = _open(${v}, ${scope.index(layer)}, constrained.slopes, chosen)`);
    else if (applied.kind === 'scalar') code.line(`${v} = ${applied.call}(${v})`);
    else code.line(`${v} = _splines(${scope.value(applied.coefficients)}, ${pyNumber(applied.step)}, ${v})`);
  }
}

function termText(
  { weight, signal, coefficient, isTransposed }: ForwardTerm,
  isDiagonal: boolean,
  { value }: StepScope,
): string {
  const v = value(signal);
  if (weight === null) return v;
  if (isDiagonal) return `${value(weight)} * ${v}`;
  const read = `${v} @ ${value(weight)}${isTransposed === true ? '' : '.T'}`;
  return coefficient === 1 || coefficient === -1 ? read : `(${read})`;
}

function valuesOf(step: Step): readonly number[] {
  const found: number[] = [];
  visitStep(step, { value: (id) => found.push(id), index: (_of, at) => at, text: (text) => text });
  return found;
}

const bracketed = (value: number): string => (value < 0 ? `(${pyNumber(value)})` : pyNumber(value));
const times = (coefficient: number): string => (coefficient === 1 ? '' : `${bracketed(coefficient)} * `);
