import type { Adjoint, ReverseOperation } from '../../model/adjoint.js';
import { risingProgram } from '../../model/program.js';
import type { Program, Slot } from '../../model/program.js';
import type { Precision } from '../../model/roundoff.js';
import { unitRoundoff } from '../../model/roundoff.js';
import { adjointOf } from '../adjoint/adjoint.js';
import type { Line } from '../roll/lines.js';
import { buffersOfBody, rollLines, rollProgram } from '../roll/lines.js';
import type { Loop, Piece } from '../roll/loop.js';
import type { Code } from './code.js';
import { comment, uses } from './code.js';
import { Entry, literalText, rolledList } from './literal.js';
import { EntriesPrinter } from './entries.js';
import { OperationPrinter } from './operation.js';
import { LoopPlaces, Shelf, lengthText, outside } from './places.js';

const groups = ['weights', 'biases', 'multipliers'] as const;

/** A loop over layers, and how things are called in it. */
interface Stretch {
  readonly name: string;
  readonly loop: Loop<Line<ReverseOperation>>;
  readonly places: LoopPlaces;
}

type Rolled = Piece<Line<ReverseOperation>>;

/** Prints `plan`, and `planRising` where that is less for lower slopes of 0. */
export function printPlans(program: Program, code: Code, precision: Precision): void {
  const entries = new EntriesPrinter();
  const held = (of: Program, name: string): readonly string[] =>
    code.held(() => {
      new PlanPrinter(of, code, precision, entries).print(name);
    });
  const rising = risingProgram(program);
  const [plan, other] = [held(program, 'plan'), rising === null ? [] : held(rising, 'planRising')];
  if (uses([...plan, ...other], 'roundoff')) {
    code.line(comment('The relative error of one operation in the precision that the weights are kept in.'));
    code.line(`const roundoff = 2 ** ${Math.log2(unitRoundoff[precision])};`).line();
  }
  code.line(comment('Plans the buffers at these widths. A run computes weights and multipliers of free parameters.'));
  code.print(plan).line();
  if (other.length > 0) code.line(comment('The same with less where lower slopes are 0.')).print(other).line();
  entries.print(code);
}

/**
 * Prints `plan`, the function that plans buffers at given widths and holds the operations on them. What repeats from
 * layer to layer is a loop, its buffers a list with an object for each layer.
 */
class PlanPrinter {
  private readonly program: Program;
  private readonly adjoint: Adjoint;
  private readonly code: Code;
  private readonly printer: OperationPrinter;
  private readonly shelf: Shelf;

  constructor(program: Program, code: Code, precision: Precision, entries: EntriesPrinter) {
    this.program = program;
    this.adjoint = adjointOf(program);
    this.code = code;
    this.printer = new OperationPrinter(code, precision, entries);
    this.shelf = new Shelf([...program.buffers, ...this.adjoint.buffers]);
  }

  print(name: string): void {
    const { code, program } = this;
    code.block(`function ${name}(d: readonly number[]): Steps {`, () =>
      code.declaring(
        program.widths.map((_names, k) => [`d${k}`, `const d${k} = d[${k}]!;`]),
        () => this.planned(),
      ),
    );
  }

  private planned(): void {
    const { code, program, adjoint } = this;
    this.given('free', program.free);
    this.sweep(rollProgram(program), 'layers');
    code.line(comment('The same operations, last to first: each adds to the adjoints of what it read.'));
    code.block(
      'const reverse = (): Reverse => {',
      () => {
        for (const group of groups) this.given(group, adjoint[group]);
        const { buffers } = this.adjoint;
        const kept = adjoint.gradients.flatMap(({ at }) => at ?? []);
        const all = [...program.buffers, ...buffers];
        this.sweep(rollLines({ operations: adjoint.operations, buffers: all, kept }), 'back');
        code.block(
          'return {',
          () => {
            for (const group of groups) code.line(`${group},`);
            this.list(
              'free',
              'Float64Array | null',
              adjoint.gradients.map(({ at }) => at),
            );
            code.line('run,');
          },
          '};',
        );
      },
      '};',
    );
    code.block(
      'return {',
      () => {
        code.line('free,');
        for (const group of groups)
          this.list(
            group,
            'Float64Array',
            program[group].map(({ buffer }) => buffer),
          );
        code.line('run,').line('reverse,');
      },
      '};',
    );
  }

  /** Buffers that are filled from outside, in the order of their slots. */
  private given(name: 'free' | (typeof groups)[number], slots: readonly Slot[]): void {
    this.code.line(`const ${name} = buffersOf(network.${name}, d);`);
    slots.forEach(({ buffer }, at) => this.shelf.put(buffer, new Entry(name, at)));
  }

  /** A field with buffers. */
  private list(name: string, type: string, ids: readonly (number | null)[]): void {
    const entries = ids.map((id) => (id === null ? null : this.shelf.entry(id)));
    const lines = literalText(rolledList(entries, type, 2), `      ${name}: `, 0).split('\n');
    lines.forEach((line, at) =>
      this.code.line(`${at === 0 ? `${name}: ` : ''}${line}${at === lines.length - 1 ? ',' : ''}`),
    );
  }

  /** Allocates what the pieces make, and prints the function that carries them out. */
  private sweep(pieces: readonly Rolled[], name: string): void {
    const { code, shelf } = this;
    const loops = pieces.filter((piece) => piece.kind === 'loop');
    const named = loops.map((loop, at) => ({ loop, name: `${name}${loops.length > 1 ? at + 1 : ''}` }));
    for (const { loop, name: list } of named)
      for (const made of loop.made)
        made?.forEach((id, k) => shelf.put(id, new Entry(list, k, `.t${made[0] ?? Number.NaN}`)));
    const stretches = new Map<Rolled, Stretch>(
      named.map(({ loop, name: list }) => [
        loop,
        { name: list, loop, places: new LoopPlaces(loop, buffersOfBody(loop), shelf) },
      ]),
    );
    code.declaring(shelf.takeNumbers(), () => {
      for (const piece of pieces) this.allocation(piece, stretches.get(piece));
      const body = code.held(() => {
        for (const piece of pieces) this.carriedOut(piece, stretches.get(piece));
      });
      const work = code.held(() => this.work(pieces, stretches));
      for (const line of shelf.takeBuffers((each) => uses(body, each))) code.line(line);
      code.print(work);
      this.run(body);
    });
  }

  private allocation(piece: Rolled, stretch: Stretch | undefined): void {
    const { code, shelf } = this;
    if (piece.kind === 'item') {
      const { operation } = piece.item;
      if (!('out' in operation)) return;
      const length = lengthText(shelf.shape(operation.out), (at) => `d${at}`);
      code.line(`const t${operation.out} = new Float64Array(${length});`);
      return;
    }
    if (stretch === undefined) return;
    const { places, name } = stretch;
    const fields = piece.body.flatMap(({ operation }, item) => {
      const [first] = piece.made[item] ?? [];
      if (first === undefined || !('out' in operation)) return [];
      return [`t${first}: new Float64Array(${lengthText(places.shape(operation.out), places.inlineWidth)}),`];
    });
    code.block(
      `const ${name} = Array.from({ length: ${piece.count} }, (${uses(fields, 'k') ? '_, k' : ''}) => ({`,
      () => fields.forEach((field) => code.line(field)),
      '}));',
    );
  }

  private carriedOut(piece: Rolled, stretch: Stretch | undefined): void {
    const { code, printer, shelf } = this;
    if (piece.kind === 'item') {
      for (const text of piece.item.notes) code.line(comment(text));
      printer.print(piece.item.operation, outside(shelf));
      return;
    }
    if (stretch === undefined) return;
    const { places, name } = stretch;
    code.block(`for (let k = 0; k < ${piece.count}; k += 1) {`, () =>
      code.declaring(places.constants, () => {
        const fields = piece.made.flatMap((made) => (made?.[0] === undefined ? [] : [`t${made[0]}`]));
        for (const line of destructured(fields, `${name}[k]!`)) code.line(line);
        for (const { notes, operation } of piece.body) {
          for (const text of notes) code.line(comment(places.note(text)));
          printer.print(operation, places);
        }
      }),
    );
  }

  private work(pieces: readonly Rolled[], stretches: ReadonlyMap<Rolled, Stretch>): void {
    const { printer, shelf } = this;
    const lengths = pieces.flatMap((piece): readonly string[] => {
      if (piece.kind === 'item') return printer.work([piece.item.operation], outside(shelf));
      const places = stretches.get(piece)?.places;
      if (places === undefined) return [];
      const inline = { ...outside(shelf), shape: (id: number) => places.shape(id) };
      const texts = printer.work(
        piece.body.map(({ operation }) => operation),
        { ...inline, width: places.inlineWidth },
      );
      return texts.length === 0
        ? []
        : uses(texts, 'k')
          ? [`...repeated<number>(${piece.count}, (k) => [${texts.join(', ')}])`]
          : texts;
    });
    const all = [...new Set(lengths)];
    if (all.length > 0) this.code.line(`const work = new Float64Array(Math.max(${all.join(', ')}));`);
  }

  /** The operations as a function of the plan's slopes and the bound, as far as they are used. */
  private run(body: readonly string[]): void {
    const { code, program } = this;
    const shares = program.budgets.length > 0 && uses(body, 'shares');
    const lines = shares ? ['const shares = budgetsOf(network.budgets, lip);', ...body] : body;
    const slopes = ['S', 'P', 'm', 'L'].filter((name) => uses(lines, name));
    const first = slopes.length > 0 ? `{ ${slopes.join(', ')} }` : '_slopes';
    const parameters = uses(lines, 'lip')
      ? `${first}: PlanSlopes, lip: number`
      : slopes.length > 0
        ? `${first}: PlanSlopes`
        : '';
    code.block(`const run = (${parameters}): void => {`, () => code.print(lines), '};');
  }
}

/** Fields of an object as constants, over as few lines as fit. */
function destructured(fields: readonly string[], from: string): readonly string[] {
  if (fields.length === 0) return [];
  const whole = `const { ${fields.join(', ')} } = ${from};`;
  if (whole.length <= 110) return [whole];
  const lines: string[] = [];
  for (const field of fields) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + field.length < 106) lines[lines.length - 1] = `${last} ${field},`;
    else lines.push(`  ${field},`);
  }
  return ['const {', ...lines, `} = ${from};`];
}
