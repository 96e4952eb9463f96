import type { KnownActivation } from '../../model/known-activation.js';
import type { Program } from '../../model/program.js';
import type { Scalar } from '../../slopes/scalar/index.js';
import type { Code } from './code.js';
import { comment, quote } from './code.js';
import type { FrameworkTable } from '../framework-activations.js';
import { LARGEST_SLOPE } from '../run/options.js';
import type { ScalarPrinter } from './scalar.js';
import type { ModuleStyle } from './style.js';
import { typing } from './style.js';

/** What a module may know of activations: names in its framework, and what was derived of them. */
export interface ActivationKnowledge {
  readonly table: FrameworkTable;
  readonly derived: readonly KnownActivation[];
  /**
   * A function of the framework's arrays for it, where there are some: of the name that the framework has for it, or of
   * the function.
   */
  readonly onArrays?: (name: string | null, phi: Scalar) => string;
}

/** What `constrain` and `forward` take as an activation, and what is kept of it. */
export function activationTypes(code: Code, onArrays: boolean): void {
  // A parameter that is never: functions of numbers and of tensors are both taken.
  const phi = onArrays ? '((value: never, layer: number) => unknown)' : '((value: number, layer: number) => number)';
  code
    .line(`export type ActivationChoice = string | null | ${phi};`)
    .line('export type Activations = ActivationChoice | readonly ActivationChoice[];')
    .block('export interface Activation {', () => {
      code
        .line('name: string | null;')
        .line('slopes: readonly [number, number] | null;')
        .line('stated: boolean;')
        .line(
          'apply: ' +
            `${onArrays ? '((value: never, layer: number) => unknown)' : '((value: number, layer: number) => number)'} ` +
            '| null;',
        );
      if (onArrays) code.line('tensor?: (v: tf.Tensor) => tf.Tensor;');
    });
}

/**
 * Prints what a module knows of activations, how the slopes of a run follow, and what may be applied to its weights.
 */
export class ActivationPrinter {
  private readonly program: Program;
  private readonly code: Code;
  private readonly type: (annotation: string) => string;
  private readonly scalars: ScalarPrinter;
  private readonly knowledge: ActivationKnowledge;

  constructor(
    program: Program,
    code: Code,
    style: ModuleStyle,
    scalars: ScalarPrinter,
    knowledge: ActivationKnowledge,
  ) {
    this.program = program;
    this.code = code;
    this.type = typing(style);
    this.scalars = scalars;
    this.knowledge = knowledge;
  }

  print(): void {
    const open = hasOpen(this.program);
    this.declared();
    if (open) {
      this.known();
      this.finding();
    }
    this.slopes(open);
    if (open) this.admitted();
  }

  private declared(): void {
    const { code, program } = this;
    const own = program.layers.map(({ activation }) =>
      activation.kind === 'open'
        ? 'null'
        : `{ of: ${quote(activation.name)}, slopes: [${activation.slopes.join(', ')}], least: ` +
          `${String(activation.kind === 'scalar')}${activation.kind === 'block' ? ', block: true' : ''} ` +
          '}',
    );
    code.line(
      comment(
        'What the equations say of the activations: null where they are left open; `least` where ' +
          'narrower slopes would be wrong.',
      ),
    );
    const blocks = program.blocks.length > 0;
    if (blocks) code.line(comment('The bounds of a `block` are what it was made for.'));
    code.line(
      'const ' +
        `declared${this.type(`: readonly ({ of: string; slopes: readonly [number, number]; least: boolean${blocks ? '; block?: boolean' : ''} } | null)[]`)} ` +
        `= [${own.join(', ')}];`,
    );
  }

  private known(): void {
    const { code, knowledge } = this;
    const { known, refused } = knowledge.table;
    const derived = new Map(knowledge.derived.map((each) => [each.text, each]));
    code.line(
      comment(
        'Activations that are known, by functions and texts, with their slopes as Lipwright derived ' +
          'them, rounded outwards, or why there are none.',
      ),
    );
    code.block(
      'const ' +
        `knownActivations${this.type(': readonly { readonly is: Activation | string; readonly by: readonly unknown[] }[]')} ` +
        '= [',
      () => {
        for (const { is, also = [], functions, runs } of known) {
          const found = derived.get(is);
          if (found === undefined || found.kind === 'formulas') continue;
          const by = [...functions, ...[is, ...also].map(quote)].join(', ');
          code.line(
            '{ is: ' +
              `${found.kind === 'none' ? quote(`has no slope bounds: ${found.because}`) : this.activation(found, runs === undefined ? (functions[0] ?? null) : null)}, ` +
              `by: [${by}] },`,
          );
        }
        for (const { because, functions } of refused)
          code.line(`{ is: ${quote(because)}, by: [${functions.join(', ')}] },`);
      },
      '];',
    );
  }

  private activation(
    { text, slopes, function: phi }: Extract<KnownActivation, { kind: 'numbers' }>,
    name: string | null,
  ): string {
    const { onArrays } = this.knowledge;
    const apply = `(v${this.type(': number')}) => ${this.scalars.expression(phi)}`;
    return (
      `{ name: ${quote(text)}, slopes: [${slopes.join(', ')}], stated: false, apply: ` +
      `${apply}${onArrays === undefined ? '' : `, tensor: ${onArrays(name, phi)}`} }`
    );
  }

  /** From what is handed over to what is known of it: `ActivationFinder`. */
  private finding(): void {
    const { code } = this;
    code.line(
      comment('One activation for each hidden signal; null where none is given, or where the equations name it.'),
    );
    code.block(
      `function each(activation${this.type(': Activations')})${this.type(': readonly ActivationChoice[]')} {`,
      () => {
        code.line(
          "if (typeof activation === 'object' && activation !== null && !Array.isArray(activation)) " +
            "throw new RangeError('LW305 an activation is a function or a text, found an object');",
        );
        code.line(
          `const list${this.type(': readonly ActivationChoice[]')} = Array.isArray(activation) ? ` +
            `activation : declared.map(() => activation${this.type(' as ActivationChoice')});`,
        );
        code.line(
          'if (list.length !== declared.length) throw new RangeError(`LW305 ${declared.length} ' +
            'activations expected, one a hidden signal, found ${list.length}`);',
        );
        code.line('return declared.map((own, k) => (own === null ? (list[k] ?? null) : null));');
      },
    );
    code.line(comment('What is known of an activation; null of a function that is not.'));
    code.block(
      `function knownOf(choice${this.type(': ActivationChoice')})${this.type(': Activation | null')} {`,
      () => {
        code.line(
          "if (typeof choice !== 'string' && typeof choice !== 'function') throw new RangeError(`LW305 " +
            'an activation is a function or a text, found ${typeof choice}`);',
        );
        code.line('const found = knownActivations.find(({ by }) => by.includes(choice))?.is ?? null;');
        code.line("if (typeof found === 'string') throw new RangeError(`LW305 ${called(choice)} ${found}`);");
        code.line(
          "if (found === null && typeof choice === 'string') throw new RangeError(`LW310 the " +
            'activation ${choice} is not known here: ${knownActivations.flatMap(({ is }) => (typeof is ' +
            "=== 'string' ? [] : [is.name])).join(', ')}`);",
        );
        code.line('return found;');
      },
    );
    code.line(comment('What a message calls it.'));
    code.block(`function called(choice${this.type(': ActivationChoice')})${this.type(': string')} {`, () => {
      code.line(
        "return (typeof choice === 'function' ? choice.name.replace(/^activation$/, '') : choice) || 'the activation';",
      );
    });
    code.line(
      comment(
        'Slopes were given for an activation that is not known, or for none: that they hold is the ' +
          'word of who gave them.',
      ),
    );
    code.block(`function stated(choice${this.type(': ActivationChoice')})${this.type(': Activation')} {`, () => {
      code.line(
        "return { name: null, slopes: null, stated: true, apply: typeof choice === 'function' ? choice : null };",
      );
    });
    code.block(
      `function contain([m, L]${this.type(': readonly [number, number]')}, { name, slopes ` +
        `}${this.type(': Activation')})${this.type(': void')} {`,
      () => {
        code.line(
          'if (slopes !== null && !(m <= slopes[0] && slopes[1] <= L)) throw new RangeError(`LW305 the ' +
            'slopes of ${name} are [${slopes[0]}, ${slopes[1]}], which [${m}, ${L}] does not contain`);',
        );
      },
    );
    code.line(
      comment(
        'No double lies between them: 0.01 is rounded as a slope, and what was derived of it may be one double wider.',
      ),
    );
    code.line(
      `const adjacent = (a${this.type(': number')}, b${this.type(': number')}) => (a + b) / 2 === ` +
        'a || (a + b) / 2 === b;',
    );
    code.line();
  }

  /** The checks of `readSlopes`. */
  private slopes(open: boolean): void {
    const { code, program } = this;
    const blocks = program.blocks.length > 0;
    code.line(
      comment(
        'S = L + m and P = L m of every layer, and what is known of its activation. One pair is for ' +
          'the activations that are left open, or for all if none is.',
      ),
    );
    code.block(
      `function setSlopes(plan${this.type(': Plan')}, { slopes${open ? ', activation' : ''} ` +
        `}${this.type(': Options')})${this.type(': void')} {`,
      () => {
        const layers = program.layers.length;
        code.line("const single = slopes === undefined || typeof slopes[0] === 'number';");
        code.line(
          `if (!single && slopes.length !== ${layers}) throw new RangeError(\`LW305 ${layers} pairs of ` +
            `slopes expected, found \${slopes.length}\`);`,
        );
        code.line('const someOpen = declared.some((own) => own === null);');
        if (open)
          code.line('const choices = activation === undefined || activation === null ? null : each(activation);');
        code.block(`for (let k = 0; k < ${layers}; k += 1) {`, () => {
          code.line('const own = declared[k];');
          code.line(
            `const given = single ? (own === null || !someOpen${blocks ? ' && !own.block' : ''} ? slopes ` +
              ': undefined) : (slopes[k] ?? undefined);',
          );
          if (open) {
            code.line('const choice = choices === null ? null : choices[k];');
            code.line('const found = choice === null ? null : knownOf(choice);');
            code.line(
              'if (given === undefined && choice !== null && found === null) throw new RangeError(`LW305 ' +
                'the slopes of ${called(choice)} are not known: give slopes: [m, L] that hold for it`);',
            );
          }
          code.line(
            `${open ? 'let' : 'const'} [m, L] = (given ?? own?.slopes ?? ` +
              `${open ? 'found?.slopes ?? ' : ''}[0, 1])${this.type(' as readonly [number, number]')};`,
          );
          code.line(
            'if (!(Number.isFinite(m) && Number.isFinite(L) && m <= L && Math.max(Math.abs(m), ' +
              `Math.abs(L)) <= ${LARGEST_SLOPE})) throw new RangeError(\`LW305 slopes must be finite with ` +
              `m <= L, found [\${m}, \${L}]\`);`,
          );
          code.line(
            'if (own !== null && own.least && !(m <= own.slopes[0] && L >= own.slopes[1])) throw new ' +
              'RangeError(`LW305 the slopes of ${own.of} are [${own.slopes[0]}, ${own.slopes[1]}], which ' +
              '[${m}, ${L}] does not contain`);',
          );
          if (blocks)
            code.line(
              'if (own?.block && (m !== own.slopes[0] || L !== own.slopes[1])) throw new RangeError(`LW305 ' +
                'the block ${own.of} is held to [${own.slopes[0]}, ${own.slopes[1]}], found [${m}, ${L}]`);',
            );
          if (open) {
            code.block('if (found !== null && found.slopes !== null) {', () => {
              code.line('const [least, most] = found.slopes;');
              code.line('if (adjacent(least, m)) m = Math.min(m, least);');
              code.line('if (adjacent(most, L)) L = Math.max(L, most);');
              code.line('contain([m, L], found);');
            });
            code.line(
              'plan.activations[k] = own !== null ? null : (found ?? (given === undefined ? null : stated(choice)));',
            );
          }
          code.line('plan.m[k] = m;').line('plan.L[k] = L;').line('plan.S[k] = L + m;').line('plan.P[k] = L * m;');
        });
      },
    );
    code.line();
  }

  private admitted(): void {
    const { code } = this;
    const made = this.type(
      ': { readonly slopes: readonly (readonly [number, number])[]; readonly activations?: ' +
        'readonly (Activation | null)[] | undefined }',
    );
    code.line(
      comment(
        'What is applied to weights that are there already: only what has its slopes in those that they were made for.',
      ),
    );
    code.block(
      `function admitted(activation${this.type(': Activations')}, { slopes, activations ` +
        `}${made})${this.type(': (Activation | null)[]')} {`,
      () => {
        code.block(
          'return each(activation).map((choice, k) => {',
          () => {
            code.line('if (choice === null) return null;');
            code.line('const found = knownOf(choice);');
            code.line('if (found !== null) contain(slopes[k], found);');
            code.line(
              'else if (activations?.[k]?.stated !== true) throw new RangeError(`LW305 the slopes of ' +
                '${called(choice)} are not known: constrain with slopes: [m, L] that hold for it`);',
            );
            code.line('return found ?? stated(choice);');
          },
          '});',
        );
      },
    );
    code.line();
  }
}

export const hasOpen = ({ layers }: Program): boolean => layers.some(({ activation }) => activation.kind === 'open');
