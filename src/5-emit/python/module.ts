import type { KnownActivation } from '../../model/known-activation.js';
import type { Program } from '../../model/program.js';
import type { Provenance } from '../js/module.js';
import { activationTables } from './activation-tables.js';
import type { Dialect } from './dialect.js';
import { moduleDoc } from './header.js';
import { className } from './identifiers.js';
import { NetworkPrinter } from './network.js';
import { printProgram } from './constrain.js';
import { PythonCode } from './python-code.js';
import { importLines, namesIn, readRuntime, usedParts } from './runtime.js';
import type { Runtime } from './runtime.js';
import { printAttributes, printConstants, printShapes, printTables, summedLengths } from './tables.js';

/** Prints a program as one Python module that imports its framework and the standard library. */
export class ModulePrinter {
  private readonly program: Program;
  private readonly dialect: Dialect;
  private readonly provenance: Provenance;
  private readonly known: readonly KnownActivation[];
  private readonly runtime: Runtime;
  /** Whether the equations leave an activation open. */
  private readonly open: boolean;

  constructor(program: Program, dialect: Dialect, provenance: Provenance, known: readonly KnownActivation[]) {
    this.program = program;
    this.dialect = dialect;
    this.provenance = provenance;
    this.known = known;
    this.open = program.layers.some(({ activation }) => activation.kind === 'open');
    this.runtime = readRuntime([
      'core',
      'options',
      ...(program.sums.length > 0 ? ['sums'] : []),
      ...(summedLengths(program).length > 0 ? ['lengths'] : []),
      ...(program.budgets.length > 0 ? ['budgets'] : []),
      ...(this.open ? ['activations'] : []),
      'initial',
      'kernels',
      ...dialect.runtime,
      'defaults',
    ]);
  }

  print(): string {
    const { dialect, program, provenance } = this;
    const [forward, own] = [this.forward(), this.own()];
    const tables = this.knownTables();
    const offered = ['dims', 'constrain', 'lmi', 'check', 'init', 'export', 'metadata'];
    const parts = usedParts(
      this.runtime,
      [...offered, ...(dialect.network ? ['Network'] : []), forward, own, tables].join('\n'),
    );
    const texts = new Map(parts.map(({ name, text }) => [name ?? text, text]));
    const take = (names: readonly string[]): readonly string[] =>
      names.flatMap((name) => {
        const text = texts.get(name);
        texts.delete(name);
        return text === undefined ? [] : [text];
      });
    const settings = take(parts.flatMap(({ name, kind }) => (kind === 'constant' && name !== null ? [name] : [])));
    const body = [
      ...take(['Activation', 'Constrained', 'dims', 'constrain']),
      forward,
      ...take([...offered, 'Network']),
      own,
      ...texts.values(),
      tables,
    ]
      .filter((text) => text !== '')
      .map((text) => `${text.trimEnd()}\n`)
      .join('\n\n');
    const code = new PythonCode();
    code.doc(moduleDoc(program, dialect, provenance)).line();
    code.line('from __future__ import annotations').line();
    const isStandard = (module: string): boolean => !dialect.packages.includes(module.replace(/[. ].*/, ''));
    const text = [...settings, body].join('\n');
    code.verbatim(importLines(this.runtime, text, isStandard)).line();
    code.verbatim(settings).line();
    printConstants(code, program, provenance);
    code.line();
    printTables(code, program);
    if (dialect.network) printAttributes(code, program);
    const alias = dialect.network ? className(program.architecture, namesIn(text)) : null;
    return `${code.toString()}\n\n${body}${alias === null ? '' : `\n\n${alias} = Network\n`}`;
  }

  /** What is printed of this network beside the forward map. */
  private own(): string {
    const code = new PythonCode();
    const network = new NetworkPrinter(this.program, code, this.dialect);
    printProgram(this.program, code, this.dialect);
    network.matrices();
    network.lmi();
    network.parts();
    network.place();
    printShapes(code, this.program);
    network.printFunctions();
    return code.toString();
  }

  private knownTables(): string {
    if (!this.open) return '';
    const code = new PythonCode();
    activationTables(code, this.dialect.activations, this.known);
    return code.toString();
  }

  private forward(): string {
    const { array, forward } = this.dialect;
    const code = new PythonCode();
    code.declare(
      `def ${forward}(constrained: Constrained, x: ${array}, activation: Callable | ` +
        `Sequence[Callable] | None = None) -> ${array}:`,
      [
        'The network: x of shape (..., d_x) to y of shape (..., d_y).',
        '',
        ...(this.open
          ? [
              'activation: another one than `constrain` was given; its slopes must lie in those of the ' +
                'constrained weights, which must have been given for a function that is not known. None: the ' +
                'one that `constrain` was given, or else m v for v < 0 and L v for v >= 0.',
            ]
          : ['The equations leave no activation open: `activation` is not called.']),
        '',
        'Raises ValueError LW303 if x has another ' +
          `width${this.open ? ', LW305 for an activation with other slopes, or unknown ones' : ''}.`,
      ],
      () => new NetworkPrinter(this.program, code, this.dialect).forward(),
    );
    return code.toString();
  }
}
