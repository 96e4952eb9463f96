import { fail } from '../../base/diagnostic.js';
import type { ForwardStep, LmiTerm, Program, Size, Slot } from '../../model/program.js';
import { coordinates } from '../../network/coordinates.js';
import { entriesOf, shapesOf, sizeOf } from '../../network/kept.js';
import type { MatrixShape } from '../../network/kept.js';
import type { Entries } from '../../structures/index.js';
import { roll } from '../roll/roll.js';
import { diagonalTerms } from '../program/diagonal-terms.js';
import { readsAsTerms, visitBlock } from './block.js';
import type { Block, BlockScope } from './block.js';
import type { Dialect } from './dialect.js';
import { atom, ExpressionPrinter, level, noKinds, noReads, slopeLines, within } from './expression.js';
import type { Printed, Reads } from './expression.js';
import { namesOfSlots, numbered } from './families.js';
import type { SlotNames } from './families.js';
import { newVariables } from './identifiers.js';
import { docText, pyNumber } from './literal.js';
import { PythonCode } from './python-code.js';
import { loopHead, rowTexts } from './rows.js';
import type { Part } from './rows.js';
import { ScalarPrinter } from './scalar.js';
import { SizeSource } from './size-source.js';
import { StepPrinter } from './steps.js';
import type { Placed, Range } from './steps.js';
import { Variables } from './variables.js';

type Table = 'w' | 'b' | 'multipliers';

/** Prints what a module does with constrained weights: the forward map and the LMI. */
export class NetworkPrinter {
  private readonly program: Program;
  private readonly code: PythonCode;
  private readonly dialect: Dialect;
  private readonly values = new Map<number, { readonly table: Table; readonly slot: Slot }>();
  private readonly tables: SlotNames;
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
      for (const slot of slots) this.values.set(slot.buffer, { table, slot });
    };
    add('w', program.weights);
    add('b', program.biases);
    add('multipliers', program.multipliers);
    this.tables = namesOfSlots((buffer) => {
      const found = this.values.get(buffer);
      return found === undefined ? null : { table: found.table, name: found.slot.name };
    });
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

  private isDiagonal(buffer: number): boolean {
    const slot = this.values.get(buffer)?.slot;
    return slot !== undefined && entriesOf(slot)?.kind === 'diagonal';
  }

  /** The name of a value without its numbers. */
  private familyOf(buffer: number | null): string {
    return numbered((buffer === null ? undefined : this.values.get(buffer)?.slot.name) ?? '').pattern;
  }

  /** Where an input's width can be read. */
  private inputWidth(): string | null {
    const { signals, output, locals, input } = this.program;
    return this.source(['w', 'b', 'multipliers']).text([...signals, output, ...locals][input]?.size ?? null);
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
    const size = (at: Size): readonly Part[] =>
      source.parts(at) ?? fail('LW401', 'a width that no array tells', 'a bias or another weight beside it');
    const rows = shared.map(({ slot: { name }, shape: { rows, columns }, entries: { row, column, first } }) => ({
      key: [{ name }],
      value: [
        ...['_gather(w[', { name }, '], ', ...size(rows), ', ', ...size(columns)],
        ...[`, ${row}, ${column}, `, ...size(sizeOf(first, rows, columns)), ')'],
      ],
    }));
    const about = 'The weights as matrices: where entries share numbers these are put in all their places.';
    code.declare('def _matrices(constrained):', [about], () => {
      code.line('w, b, multipliers, *_ = constrained');
      code.table('return {', ['**w', ...rowTexts(rows)], '}');
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
    const printer = this.steps(program.steps, () => null);
    printer.begin(dialect.entering('x'));
    code.line(`return ${dialect.leaving(printer.name(program.signals.length))}`);
  }

  /**
   * The forward map as far as the last bias that is placed on the way: those of hidden layers by their kinks, the
   * output's by the mean.
   */
  place(): void {
    const drawn = new Map(
      this.program.free.flatMap(({ buffer, initial }): (readonly [number, Range])[] =>
        initial?.kind === 'kinks' ? [[buffer, initial]] : initial?.kind === 'centre' ? [[buffer, 'centre']] : [],
      ),
    );
    if (drawn.size === 0) return;
    const about = 'Biases, layer by layer over the sample x: see _INITIAL.';
    this.code.declare('def _place(shuffled, constrained, x):', [about], () => this.placed(drawn));
  }

  private placed(drawn: ReadonlyMap<number, Range>): void {
    const { code, program } = this;
    const last = program.steps.findLastIndex(({ biases }) => biases.some(({ bias }) => drawn.has(bias)));
    code.line(`w, b = ${this.weights()}, dict(constrained.biases)`);
    if (program.layers.some(({ activation }) => activation.kind === 'open'))
      code.line('chosen = constrained.activations');
    const done = new Set<number>();
    const printer = this.steps(program.steps.slice(0, last + 1), ({ biases }, at) => {
      const [first] = biases.slice(0, 1).filter(({ bias }) => drawn.has(bias) && !done.has(bias));
      const range = first === undefined ? undefined : drawn.get(first.bias);
      if (first === undefined || range === undefined) return at === last ? { bias: null, isLast: true } : null;
      done.add(first.bias);
      return { bias: { ...first, range, order: done.size - 1 }, isLast: at === last };
    });
    printer.begin('x');
    code.line('return b');
  }

  private steps(steps: readonly ForwardStep[], placed: (step: ForwardStep, at: number) => Placed | null): StepPrinter {
    return new StepPrinter(this.program, this.code, this.dialect, {
      steps,
      placed,
      calls: this.calls,
      isDiagonal: (buffer) => this.isDiagonal(buffer),
      familyOf: (buffer) => this.familyOf(buffer),
      tables: this.tables,
    });
  }

  /** The activations that the equations name. */
  printFunctions(): void {
    for (const { name, of, body } of this.functions.values()) {
      this.code.declare(`def ${name}(v):`, [`The activation ${docText(of)}.`], () => this.code.verbatim(body));
    }
  }

  /** One line for each block that is not 0. */
  lmi(): void {
    const over = coordinates(this.program);
    const names = over.map(({ name }) => name).join(', ');
    const about = `The LMI by xp, over ${names.length > 80 ? `${over.length} signals` : names}.`;
    this.code.declare('def _lmi(xp, constrained):', [about], () => this.assembled(this.program.lmi, false));
  }

  /** The same of the sizes of the terms on the diagonal. */
  parts(): void {
    const about = 'The sizes of what the diagonal of the LMI is the sum of, on the diagonal of a matrix.';
    this.code.declare('def _parts(xp, constrained):', [about], () => this.assembled(diagonalTerms(this.program), true));
  }

  private assembled(terms: readonly LmiTerm[], sizesOnly: boolean): void {
    const { code, program } = this;
    const body = new PythonCode(1);
    const reads = noReads();
    this.blocks('blocks', this.blocksOf(terms), body, reads, sizesOnly);
    const sums = new PythonCode(1);
    this.blocks('reads', this.blocksOf(this.program.affine.flatMap(readsAsTerms)), sums, reads, sizesOnly);
    const source = this.source(['multipliers', 'w', 'b']);
    code.line('w, b, multipliers, *_ = constrained');
    if (this.shared.length > 0) code.line(`w = ${this.weights()}`);
    code.line('like = _like(next(iter([*w.values(), *multipliers.values()])))');
    if (sizesOnly) code.line('w = {name: xp.abs(value) for name, value in w.items()}');
    for (const name of ['S', 'P'] as const)
      if (reads.slopes.has(name)) code.line(slopeLines[name]('constrained.slopes'));
    if (terms.some(({ parameters }) => parameters.some(({ kind }) => kind === 'lipschitz' || kind === 'budget')))
      code.line('lip = constrained.lipschitz');
    if (terms.some(({ parameters }) => parameters.some(({ kind }) => kind === 'budget')))
      code.line('shares = _budgets(lip, {})');
    code.comment('The widths of the signals.');
    code.line(
      `sizes = [${rowTexts(program.signals.map(({ size }) => ({ value: source.parts(size) ?? ['0'] }))).join(', ')}]`,
    );
    code.line('blocks = {}');
    code.append(body);
    if (program.affine.length === 0) {
      code.line('return _assemble(xp, sizes, blocks, like)');
      return;
    }
    code.comment('What affine signals are the sums of.');
    code.line('reads = {}');
    code.append(sums);
    code.line('return _substitute(xp, _assemble(xp, sizes, blocks, like), sizes, reads, like)');
  }

  /** The terms of each block together. */
  private blocksOf(terms: readonly LmiTerm[]): readonly Block[] {
    const blocks = new Map<string, Block>();
    for (const term of terms) {
      const place = `${term.row}, ${term.column}`;
      const found = blocks.get(place) ?? { row: term.row, column: term.column, terms: [], factors: [] };
      const factors = [term.left, term.right].map((buffer) => ({
        isDiagonal: buffer !== null && this.isDiagonal(buffer),
        family: this.familyOf(buffer),
      }));
      blocks.set(place, { ...found, terms: [...found.terms, term], factors: [...found.factors, ...factors] });
    }
    return [...blocks.values()];
  }

  /** One statement for each block, in loops where layers repeat. */
  private blocks(
    table: 'blocks' | 'reads',
    all: readonly Block[],
    code: PythonCode,
    reads: Reads,
    sizesOnly: boolean,
  ): void {
    const pieces = roll({ items: all, visit: visitBlock, makes: () => null, counts: () => true, least: 2 });
    const variables = new Variables({
      pieces,
      visit: visitBlock,
      mentions: [],
      kept: new Set(),
      ...this.tables,
      authors: new Map(),
      fresh: newVariables([]),
    });
    const dialect = { ...this.dialect, traced: true };
    const print = ({ row, column, terms, factors }: Block, scope: BlockScope): void => {
      const expressions = new ExpressionPrinter(dialect, scope, reads);
      const printed = terms.map((term, at) => {
        const each = this.lmiTerm(term, factors.slice(2 * at, 2 * at + 2), expressions, scope);
        return sizesOnly ? { negative: false, printed: atom(`xp.abs(${each.printed.text})`) } : each;
      });
      code.line(`${table}[${scope.index(row)}, ${scope.index(column)}] = ${expressions.sum(printed).text}`);
    };
    const straight = (value: number): string => variables.name(value);
    for (const piece of pieces) {
      if (piece.kind === 'item') {
        print(piece.item, { buffer: straight, index: String, layer: String, budget: String, kinds: noKinds() });
        continue;
      }
      const { counter, value, index, before } = variables.loop(piece);
      for (const line of before) code.line(line);
      code.block(`${loopHead(counter, piece.count)}:`, () => {
        const scope = { buffer: value, index, layer: index, budget: index, kinds: noKinds() };
        for (const block of piece.body) print(block, scope);
      });
    }
  }

  /** coefficient · Π parameters · leftᵀ · diag(middle) · right */
  private lmiTerm(
    { row, coefficient, parameters, left, middle, right }: LmiTerm,
    [ofLeft, ofRight]: Block['factors'],
    expressions: ExpressionPrinter,
    scope: BlockScope,
  ): Term {
    const [isLeftVector, isRightVector] = [ofLeft?.isDiagonal === true, ofRight?.isDiagonal === true];
    // Vectors on the left of the first dense matrix, those behind it.
    const dense = [...(isLeftVector ? [] : [left]), ...(isRightVector ? [] : [right])].filter(
      (buffer) => buffer !== null,
    );
    const vectors = [isLeftVector ? left : null, middle, isRightVector ? right : null].flatMap((buffer) =>
      buffer === null ? [] : [scope.buffer(buffer)],
    );
    let matrix: Printed;
    if (dense.length === 0) {
      matrix =
        vectors.length === 0
          ? { text: `xp.eye(sizes[${scope.index(row)}], **like)`, level: level.atom, fixed: false }
          : { text: `xp.diag(${vectors.join(' * ')})`, level: level.atom, fixed: false };
    } else {
      const scaled = vectors.join(' * ');
      const text = (buffer: number | null): string => (buffer === null ? '' : scope.buffer(buffer));
      if (left !== null && !isLeftVector) {
        const head =
          vectors.length === 0 ? `${text(left)}.T` : `${text(left)}.T * ${vectors.length > 1 ? `(${scaled})` : scaled}`;
        const last = right !== null && !isRightVector;
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
