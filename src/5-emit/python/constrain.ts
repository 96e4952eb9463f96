import { risingProgram } from '../../model/program.js';
import type { Operation, Program, Slot } from '../../model/program.js';
import { buffersOfBody, resultsOf, rollProgram, visitLine } from '../roll/lines.js';
import type { Line } from '../roll/lines.js';
import { indexText, loopCounter } from '../roll/counting.js';
import { valueIn } from '../roll/loop.js';
import type { Loop, Piece, Visitor } from '../roll/loop.js';
import { filled } from '../roll/numerals.js';
import { roll } from '../roll/roll.js';
import { buffersIn } from '../program/renumber.js';
import type { Dialect } from './dialect.js';
import { noKinds, noReads, slopeLines } from './expression.js';
import type { Kinds, Reads } from './expression.js';
import { namesOfSlots, numbered } from './families.js';
import { newVariables } from './identifiers.js';
import { pyNumber, pyString, pyTemplate } from './literal.js';
import { OperationPrinter } from './operation.js';
import type { Scope } from './operation.js';
import { PythonCode } from './python-code.js';
import { namesIn } from './runtime.js';
import { dictLoop, LOOP_VARIABLE, loopHead } from './rows.js';
import { Variables } from './variables.js';
import type { LoopNames } from './variables.js';

/** The program itself: free parameters to tables of weights, biases and multipliers. */
export function printProgram(program: Program, code: PythonCode, dialect: Dialect): void {
  const rising = risingProgram(program);
  new ProgramPrinter(program, dialect).print(
    code,
    '_constrain',
    rising === null ? null : (program.rising?.layers ?? null),
  );
  if (rising !== null) new ProgramPrinter(rising, dialect).print(code, '_constrain_rising', null);
}

/** What the function names besides what it computes. */
const taken = [
  ...['free', 'like', 'd', 'pairs', 'lip', 'shares', 'checks', 'bits', LOOP_VARIABLE],
  ...['roundoff', 'm', 'L', 'S', 'P', 'limit', 'weights', 'biases', 'multipliers', 'lower', 'upper'],
  ...['math', 'xp', 'host', 'abs', 'max', 'min', 'range', 'float'],
];

class ProgramPrinter {
  private readonly program: Program;
  private readonly dialect: Dialect;
  private readonly reads: Reads = noReads();
  private readonly kinds: Kinds;
  private readonly pieces: readonly Piece<Line<Operation>>[];
  private readonly variables: Variables<Line<Operation>>;
  private readonly free: ReadonlyMap<number, string>;

  constructor(program: Program, dialect: Dialect) {
    this.program = program;
    this.dialect = dialect;
    this.free = new Map(program.free.map(({ buffer, name }) => [buffer, name]));
    this.kinds = this.kindsOf();
    const slots = [program.weights, program.biases, program.multipliers].flat();
    const families = new Map([...slots, ...program.free].map(({ buffer, name }) => [buffer, numbered(name).pattern]));
    const { fixed, positive } = this.kinds;
    this.pieces = rollProgram(program, (id) => `${fixed.has(id)} ${positive.has(id)} ${families.get(id) ?? ''}`);
    const authors = new Map<number, string>();
    for (const { buffer, name } of slots) if (!this.free.has(buffer) && !authors.has(buffer)) authors.set(buffer, name);
    this.variables = new Variables({
      pieces: this.pieces,
      visit: visitLine,
      mentions: program.operations.map(buffersIn),
      kept: new Set(resultsOf(program)),
      ...namesOfSlots((value) => {
        const name = this.free.get(value);
        return name === undefined ? null : { table: 'free', name };
      }),
      authors,
      fresh: newVariables([...taken, dialect.xp, ...dialect.packages]),
    });
  }

  /** Numbers that no free parameter changes stay Python's: which buffers hold such, found by printing all of it once. */
  private kindsOf(): Kinds {
    const kinds = noKinds();
    const scope: Scope = { ...this.straight(kinds), buffer: (id) => `t${id}` };
    const printer = new OperationPrinter(scope, new PythonCode(), this.dialect);
    for (const operation of this.program.operations) printer.print(operation);
    return kinds;
  }

  /** `rising`: the layers for whose lower slopes of 0 another function does the same. */
  print(code: PythonCode, name: string, rising: readonly number[] | null): void {
    const body = new PythonCode(1);
    this.body(body);
    const about =
      `The program${name === '_constrain' ? '' : ' for lower slopes of 0'}: free parameters to tables of weights, ` +
      'biases and multipliers. like: how arrays are made; d: widths; pairs: slopes; lip: the bound; shares: what blocks get of it; checks: takes up what must hold; bits: of the ' +
      'precision that weights are kept in.';
    const parameters = 'free, like, d, pairs, lip, shares, checks, bits';
    code.declare(`def ${name}(${parameters}):`, [about], () => {
      if (rising !== null) {
        const lowers =
          rising.length === this.program.layers.length
            ? 'm for m, _ in pairs'
            : 'm for (m, _), own in zip(pairs, _DECLARED, strict=True) if own is None or own[0] != "block"';
        code.block(`if not any(${lowers}):`, () => code.line(`return _constrain_rising(${parameters})`));
      }
      if (namesIn(body.toString()).has('roundoff')) {
        code.comment('The relative error of one operation in the precision that weights are kept in.');
        code.line('roundoff = 2.0**-24 if bits == 32 else 2.0**-53');
      }
      const { floors, slopes } = this.reads;
      if (floors.size > 0)
        code.comment(
          'Numbers are kept further away from 0 in single precision: squares and inverses must have room there.',
        );
      for (const [name, { double, single }] of floors)
        code.line(`${name} = ${pyNumber(single)} if bits == 32 else ${pyNumber(double)}`);
      if (slopes.size > 0)
        code.comment('Slopes, their sums and products by layer, from 0 on: what notes call S[1] is S[0].');
      for (const name of ['m', 'L', 'S', 'P'] as const) if (slopes.has(name)) code.line(slopeLines[name]('pairs'));
      code.append(body);
    });
  }

  private body(code: PythonCode): void {
    const { program, variables } = this;
    const straight = new OperationPrinter(this.straight(this.kinds), code, this.dialect, this.reads);
    const { dicts } = variables;
    if (dicts.length > 0) code.comment('Values of all layers, by the numbers in their names.');
    for (const dict of dicts) code.line(`${dict} = {}`);
    for (const piece of this.pieces) {
      if (piece.kind === 'loop') this.loop(piece, code);
      else {
        for (const note of piece.item.notes) code.comment(note);
        straight.print(piece.item.operation);
      }
    }
    for (const { at, text } of program.notes) if (at === program.operations.length) code.comment(text);
    for (const table of ['weights', 'biases', 'multipliers'] as const) {
      const rows = this.rows(program[table]);
      if (rows.length === 0) code.line(`${table} = {}`);
      else code.table(`${table} = {`, rows, '}');
    }
    code.line('return weights, biases, multipliers');
  }

  private loop(loop: Loop<Line<Operation>>, code: PythonCode): void {
    const names = this.variables.loop(loop);
    for (const line of names.before) code.line(line);
    const printer = new OperationPrinter(this.within(loop, names), code, this.dialect, this.reads);
    code.block(`${loopHead(names.counter, loop.count)}:`, () => {
      for (const { notes, operation } of loop.body) {
        for (const note of notes) code.comment(filled(note, names.index));
        printer.print(operation);
      }
      for (const line of names.atEnd) code.line(line);
    });
  }

  private straight(kinds: Kinds): Scope {
    return {
      buffer: (id) => this.variables.name(id),
      shape: (id) => this.program.buffers[id],
      width: (at) => `d[${at}]`,
      layer: String,
      budget: String,
      text: pyString,
      kinds,
    };
  }

  private within(loop: Loop<Line<Operation>>, names: LoopNames): Scope {
    const buffers = buffersOfBody(loop);
    const kinds = noKinds();
    // Roles are of one kind in all iterations: what made it in the first tells.
    loop.values.forEach((source, entry) => {
      const value =
        source.kind === 'same'
          ? source.value
          : source.kind === 'carried'
            ? source.first
            : source.kind === 'listed'
              ? source.values[0]
              : loop.made[source.item]?.[0];
      if (value === undefined) return;
      if (this.kinds.fixed.has(value)) kinds.fixed.add(entry);
      if (this.kinds.positive.has(value)) kinds.positive.add(entry);
    });
    return {
      buffer: names.value,
      shape: (entry) => buffers[entry],
      width: (entry) => `d[${names.index(entry)}]`,
      layer: names.index,
      budget: names.index,
      text: (text) => pyTemplate(text, names.index),
      kinds,
    };
  }

  /** The rows of a table of results, one for each family where its values have a common name. */
  private rows(slots: readonly Slot[]): readonly string[] {
    const visit = ({ name, buffer }: Entry, by: Visitor): Entry => ({ name: by.text(name), buffer: by.value(buffer) });
    const pieces = roll<Entry>({
      items: slots.map(({ name, buffer }) => ({ name, buffer })),
      visit,
      makes: () => null,
      counts: () => true,
      least: 2,
    });
    const plain = ({ name, buffer }: Entry): string => `${pyString(name)}: ${this.variables.name(buffer)}`;
    return pieces.flatMap((piece) => {
      if (piece.kind === 'item') return [plain(piece.item)];
      const counter = loopCounter(piece, visit);
      const head = loopHead(counter, piece.count);
      const body = piece.body.map(({ name, buffer }) => {
        const source = piece.values[buffer];
        const values = Array.from({ length: piece.count }, (_, k) =>
          source === undefined ? -1 : valueIn(piece, source, k),
        );
        const index = (entry: number): string =>
          indexText(piece.indices[entry]?.values ?? [], counter, LOOP_VARIABLE) ?? '';
        return { key: pyTemplate(name, index), value: this.variables.along(values, counter) };
      });
      if (body.some(({ value }) => value === null))
        return slots.slice(piece.at, piece.at + piece.count * piece.body.length).map(plain);
      return dictLoop(body, head);
    });
  }
}

type Entry = Pick<Slot, 'name' | 'buffer'>;
