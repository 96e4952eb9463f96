import { fail } from '../../base/diagnostic.js';
import type { Initial } from '../../model/initial.js';
import type { AffineLayer, ForwardStep, ForwardTerm, LmiTerm, Program, Size, Slot } from '../../model/program.js';
import { entriesOf, shapesOf, sizeOf } from '../../network/kept.js';
import type { MatrixShape } from '../../network/kept.js';
import type { Entries } from '../../structures/index.js';
import { diagonalTerms } from '../program/diagonal-terms.js';
import type { Dialect } from './dialect.js';
import { ExpressionPrinter, level, slopeLines, within } from './expression.js';
import type { Printed } from './expression.js';
import { docText, pyNumber, pyString } from './literal.js';
import type { PythonCode } from './python-code.js';
import { ScalarPrinter } from './scalar.js';
import { SizeSource } from './size-source.js';

/** How a bias begins that depends on the domain. */
type Placed = KinkRange | 'centre';
type KinkRange = Extract<Initial, { kind: 'kinks' }>;
type Table = 'w' | 'b' | 'multipliers';

/** Prints what a module does with constrained weights: the forward map and the LMI. */
export class NetworkPrinter {
  private readonly program: Program;
  private readonly code: PythonCode;
  private readonly dialect: Dialect;
  private readonly values = new Map<number, { readonly text: string; readonly slot: Slot }>();
  /** Weights whose entries share numbers. */
  private readonly shared: readonly {
    readonly slot: Slot;
    readonly shape: MatrixShape;
    readonly entries: Extract<Entries, { kind: 'shared' }>;
  }[];
  /**
   * The bodies of the activations that the equations name, by text; two files may mean different functions by one name.
   */
  private readonly functions = new Map<
    string,
    { readonly name: string; readonly of: string; readonly body: readonly string[] }
  >();
  private readonly calls: readonly (string | null)[];

  constructor(program: Program, code: PythonCode, dialect: Dialect) {
    this.program = program;
    this.code = code;
    this.dialect = dialect;
    const add = (table: Table, slots: readonly Slot[]): void => {
      for (const slot of slots) this.values.set(slot.buffer, { text: `${table}[${pyString(slot.name)}]`, slot });
    };
    add('w', program.weights);
    add('b', program.biases);
    add('multipliers', program.multipliers);
    const shapes = shapesOf(program);
    this.shared = program.weights.flatMap((slot) => {
      const shape = shapes.get(slot.buffer);
      const entries = entriesOf(slot);
      return shape === undefined || entries?.kind !== 'shared' ? [] : [{ slot, shape, entries }];
    });
    const printer = new ScalarPrinter(dialect);
    this.calls = program.layers.map(({ activation }) => {
      if (activation.kind !== 'scalar') return null;
      const body = printer.body(activation.function);
      const key = body.join('\n');
      const known = this.functions.get(key) ?? {
        name: `_activation_${this.functions.size + 1}`,
        of: activation.name,
        body,
      };
      this.functions.set(key, known);
      return known.name;
    });
  }

  private value(buffer: number): string {
    return this.values.get(buffer)?.text ?? 'None';
  }

  private isDiagonal(buffer: number): boolean {
    const slot = this.values.get(buffer)?.slot;
    return slot !== undefined && entriesOf(slot)?.kind === 'diagonal';
  }

  private placeName(place: number): string {
    const { signals, output, locals } = this.program;
    return [...signals, output, ...locals][place]?.name ?? '';
  }

  /** Where an input's width can be read. */
  inputWidth(): string | null {
    const { program } = this;
    const size = [...program.signals, program.output, ...program.locals][program.input]?.size ?? null;
    return this.source(['w', 'b', 'multipliers']).text(size);
  }

  /** Where widths can be read, weights being matrices. */
  private source(order: readonly Table[]): SizeSource {
    const { program } = this;
    const weights = program.weights.map((slot) => ({
      ...slot,
      ...this.shared.find(({ slot: { buffer } }) => buffer === slot.buffer)?.shape,
    }));
    const tables = { w: weights, b: program.biases, multipliers: program.multipliers };
    return new SizeSource(
      program,
      order.map((table) => [table, tables[table]]),
    );
  }

  /** The table of weights, as matrices. */
  private weights(): string {
    return this.shared.length === 0 ? 'constrained.weights' : '_matrices(constrained)';
  }

  /** Spreads the numbers that entries of weights share. */
  matrices(): void {
    const { code, program, shared } = this;
    if (shared.length === 0) return;
    const tables = [
      ['w', program.weights],
      ['b', program.biases],
      ['multipliers', program.multipliers],
    ] as const;
    const source = new SizeSource(program, tables);
    const size = (at: Size): string =>
      source.text(at) ?? fail('LW401', 'a width that no array tells', 'a bias or another weight beside it');
    const rows = shared.map(({ slot, shape: { rows, columns }, entries }) => {
      const first = size(sizeOf(entries.first, rows, columns));
      const text = `_gather(${this.value(slot.buffer)}, ${size(rows)}, ${size(columns)}`;
      return `${pyString(slot.name)}: ${text}, ${entries.row}, ${entries.column}, ${first})`;
    });
    const about = 'The weights as matrices: where entries share numbers these are put in all their places.';
    code.declare('def _matrices(constrained):', [about], () => {
      code.line('w, b, multipliers, *_ = constrained');
      code.table('return {', ['**w', ...rows], '}');
    });
  }

  /** The body of the forward map, from x and constrained values. */
  forward(): void {
    const { code, dialect, program } = this;
    const width = this.inputWidth();
    const tables = [
      'w',
      ...(program.biases.length > 0 ? ['b'] : []),
      ...(width?.includes('multipliers') === true ? ['multipliers'] : []),
    ];
    const sources = { w: this.weights(), b: 'constrained.biases', multipliers: 'constrained.multipliers' };
    code.line(`${tables.join(', ')} = ${tables.map((table) => sources[table as Table]).join(', ')}`);
    if (program.layers.some(({ activation }) => activation.kind === 'open'))
      code.line('chosen = constrained.activations if activation is None else _admitted(activation, constrained)');
    if (width !== null) {
      code.line(`width = ${width}`);
      code.block('if x.shape[-1] != width:', () =>
        code.line('raise ValueError(f"LW303 inputs of {x.shape[-1]} numbers, {width} expected")'),
      );
    }
    code.line(`v${program.input} = ${dialect.entering('x')}`);
    for (const step of program.steps) {
      code.comment(this.placeName(step.signal));
      this.affine(step);
      this.activate(step);
    }
    code.line(`return ${dialect.leaving(`v${program.signals.length}`)}`);
  }

  /**
   * The forward map as far as the last bias that is placed on the way: those of hidden layers by their kinks, the
   * output's by the mean.
   */
  place(): void {
    const drawn = new Map(
      this.program.free.flatMap(({ buffer, initial }): (readonly [number, Placed])[] =>
        initial?.kind === 'kinks' ? [[buffer, initial]] : initial?.kind === 'centre' ? [[buffer, 'centre']] : [],
      ),
    );
    if (drawn.size === 0) return;
    const about = 'Biases, layer by layer over the sample x: see _INITIAL.';
    this.code.declare('def _place(shuffled, constrained, x):', [about], () => this.placed(drawn));
  }

  private placed(drawn: ReadonlyMap<number, Placed>): void {
    const { code, program } = this;
    const last = program.steps.findLastIndex(({ biases }) => biases.some(({ bias }) => drawn.has(bias)));
    code.line(`w, b = ${this.weights()}, dict(constrained.biases)`);
    if (program.layers.some(({ activation }) => activation.kind === 'open'))
      code.line('chosen = constrained.activations');
    code.line(`v${program.input} = x`);
    const done = new Set<number>();
    program.steps.slice(0, last + 1).forEach((step, at) => {
      code.comment(this.placeName(step.signal));
      const [first] = step.biases.slice(0, 1).filter(({ bias }) => drawn.has(bias) && !done.has(bias));
      if (first === undefined) this.affine(step);
      else {
        done.add(first.bias);
        this.affine({ ...step, biases: step.biases.filter(({ bias }) => bias !== first.bias) });
        const range = drawn.get(first.bias);
        const v = `v${step.signal}`;
        const placed =
          range !== undefined && range !== 'centre'
            ? `_kinks(${v}, shuffled(${done.size - 1}, ${v}.shape[1]), ${pyNumber(range.from)}, ${pyNumber(range.to)})`
            : `-${v}.mean(0)`;
        code.line(
          `${this.value(first.bias)} = ${placed}${first.coefficient === 1 ? '' : ` / ${bracketed(first.coefficient)}`}`,
        );
        if (at < last)
          code.line(`v${step.signal} = v${step.signal} + ${times(first.coefficient)}${this.value(first.bias)}`);
      }
      if (at < last) this.activate(step);
    });
    code.line('return b');
  }

  /** `v3 = …` out of earlier signals. */
  private affine({ signal, terms, biases }: AffineLayer): void {
    const { code, dialect } = this;
    const texts = terms.map((term) => ({ coefficient: term.coefficient, text: this.term(term) }));
    const list = texts.map(({ coefficient, text }) => times(coefficient) + text).join(', ');
    const parts = terms.some(({ above }) => above !== undefined)
      ? [{ coefficient: 1, text: `${dialect.xp}.concatenate([${list}], -1)` }]
      : texts;
    const all = [...parts, ...biases.map(({ coefficient, bias }) => ({ coefficient, text: this.value(bias) }))];
    const printed = all.map(({ coefficient, text }) => ({
      negative: coefficient < 0,
      printed: { text: `${times(Math.abs(coefficient))}${text}`, level: level.product, fixed: false } as const,
    }));
    code.line(`v${signal} = ${new ExpressionPrinter(dialect).sum(printed).text}`);
  }

  private term({ weight, signal, coefficient }: ForwardTerm): string {
    if (weight === null) return `v${signal}`;
    if (this.isDiagonal(weight)) return `${this.value(weight)} * v${signal}`;
    return coefficient === 1 || coefficient === -1
      ? `v${signal} @ ${this.value(weight)}.T`
      : `(v${signal} @ ${this.value(weight)}.T)`;
  }

  private activate({ signal, layer }: ForwardStep): void {
    const { code } = this;
    const activation = layer === null ? undefined : this.program.layers[layer]?.activation;
    if (activation === undefined || layer === null) return;
    const v = `v${signal}`;
    switch (activation.kind) {
      case 'open':
        code.line(`${v} = _open(${v}, ${layer}, constrained.slopes, chosen)`);
        return;
      case 'scalar':
        code.line(`${v} = ${this.calls[layer] ?? ''}(${v})`);
        return;
      case 'spline':
        code.line(`${v} = _splines(${this.value(activation.coefficients)}, ${pyNumber(activation.step)}, ${v})`);
        return;
      case 'block':
        // A block's own steps have made what comes out of it.
        return;
    }
  }

  /** The activations that the equations name. */
  printFunctions(): void {
    for (const { name, of, body } of this.functions.values()) {
      this.code.declare(`def ${name}(v):`, [`The activation ${docText(of)}.`], () => this.code.verbatim(body));
    }
  }

  /** One line for each block that is not 0. */
  lmi(): void {
    const names = this.program.signals.map(({ name }) => name).join(', ');
    const about = `The LMI by xp, over ${names.length > 80 ? `${this.program.signals.length} signals` : names}.`;
    this.code.declare('def _lmi(xp, constrained):', [about], () => this.assembled(this.program.lmi, false));
  }

  /** The same of the sizes of the terms on the diagonal. */
  parts(): void {
    const about = 'The sizes of what the diagonal of the LMI is the sum of, on the diagonal of a matrix.';
    this.code.declare('def _parts(xp, constrained):', [about], () => this.assembled(diagonalTerms(this.program), true));
  }

  private assembled(terms: readonly LmiTerm[], sizesOnly: boolean): void {
    const { code, program } = this;
    const source = this.source(['multipliers', 'w', 'b']);
    const expressions = new ExpressionPrinter({ ...this.dialect, traced: true });
    const blocks = new Map<string, { readonly place: string; readonly terms: Term[] }>();
    for (const term of terms) {
      const place = `${term.row}, ${term.column}`;
      const found = blocks.get(place) ?? { place, terms: [] };
      blocks.set(place, found);
      const each = this.lmiTerm(term, expressions);
      found.terms.push(
        !sizesOnly
          ? each
          : { negative: false, printed: { text: `xp.abs(${each.printed.text})`, level: level.atom, fixed: false } },
      );
    }
    const sizes = program.signals.map(({ size }) => source.text(size) ?? '0');
    code.line('w, b, multipliers, *_ = constrained');
    if (this.shared.length > 0) code.line(`w = ${this.weights()}`);
    code.line('like = _like(next(iter([*w.values(), *multipliers.values()])))');
    if (sizesOnly) code.line('w = {name: xp.abs(value) for name, value in w.items()}');
    const body = [...blocks.values()].map(({ place, terms }) => `(${place}): ${expressions.sum(terms).text}`);
    for (const name of ['S', 'P'] as const)
      if (expressions.slopes.has(name)) code.line(slopeLines[name]('constrained.slopes'));
    if (terms.some(({ parameters }) => parameters.some(({ kind }) => kind === 'lipschitz' || kind === 'budget')))
      code.line('lip = constrained.lipschitz');
    if (terms.some(({ parameters }) => parameters.some(({ kind }) => kind === 'budget')))
      code.line('k = _budgets(lip, {})');
    code.comment(`Widths of ${program.signals.map(({ name }) => name).join(', ')}.`);
    code.line(`sizes = [${sizes.join(', ')}]`);
    code.table('blocks = {', body, '}');
    code.line('return _assemble(xp, sizes, blocks, like)');
  }

  /** coefficient · Π parameters · leftᵀ · diag(middle) · right */
  private lmiTerm(
    { row, coefficient, parameters, left, middle, right }: LmiTerm,
    expressions: ExpressionPrinter,
  ): Term {
    const isVector = (buffer: number | null): boolean => buffer !== null && this.isDiagonal(buffer);
    // Vectors on the left of the first dense matrix, those behind it.
    const dense = [left, right].filter((buffer) => buffer !== null && !isVector(buffer));
    const vectors = [isVector(left) ? left : null, middle, isVector(right) ? right : null].flatMap((buffer) =>
      buffer === null ? [] : [this.value(buffer)],
    );
    let matrix: Printed;
    if (dense.length === 0) {
      matrix =
        vectors.length === 0
          ? { text: `xp.eye(sizes[${row}], **like)`, level: level.atom, fixed: false }
          : { text: `xp.diag(${vectors.join(' * ')})`, level: level.atom, fixed: false };
    } else {
      const scaled = vectors.join(' * ');
      const text = (buffer: number | null): string => (buffer === null ? '' : this.value(buffer));
      if (left !== null && !isVector(left)) {
        const head =
          vectors.length === 0 ? `${text(left)}.T` : `${text(left)}.T * ${vectors.length > 1 ? `(${scaled})` : scaled}`;
        const last = right !== null && !isVector(right);
        matrix = last
          ? {
              text: `${vectors.length === 0 ? head : `(${head})`} @ ${text(right)}`,
              level: level.product,
              fixed: false,
            }
          : { text: head, level: vectors.length === 0 ? level.atom : level.product, fixed: false };
      } else {
        const head = vectors.length === 0 ? '' : `${vectors.length > 1 ? `(${scaled})` : scaled}[:, None] * `;
        matrix = {
          text: `${head}${text(right)}`,
          level: vectors.length === 0 ? level.atom : level.product,
          fixed: false,
        };
      }
    }
    const factors = [
      ...(Math.abs(coefficient) === 1 ? [] : [pyNumber(Math.abs(coefficient))]),
      ...powers(parameters.map((parameter) => within(expressions.parameter(parameter), level.atom))),
    ];
    const last = factors.length > 0 && / @ /.test(matrix.text) ? `(${matrix.text})` : within(matrix, level.product);
    return {
      negative: coefficient < 0,
      printed: { text: [...factors, last].join(' * '), level: level.product, fixed: false },
    };
  }
}

interface Term {
  readonly negative: boolean;
  readonly printed: Printed;
}

/** `a, a` is `a**2`. */
function powers(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].map((text) => {
    const count = texts.filter((each) => each === text).length;
    return count === 1 ? text : `${text}**${count}`;
  });
}

const bracketed = (value: number): string => (value < 0 ? `(${pyNumber(value)})` : pyNumber(value));
const times = (coefficient: number): string => (coefficient === 1 ? '' : `${bracketed(coefficient)} * `);
