import type { KnownActivation } from '../../model/known-activation.js';
import type { Program } from '../../model/program.js';
import type { Provenance } from '../js/module.js';
import { frameworkActivations } from '../framework-activations.js';
import { activationTables } from './activation-tables.js';
import type { Dialect } from './dialect.js';
import { constants, moduleDoc } from './header.js';
import { printHelper, withCalled } from './helpers.js';
import { InitialPrinter } from './initial-text.js';
import { pyNumber, pyString } from './literal.js';
import { NetworkPrinter } from './network-text.js';
import { OperationPrinter } from './operation-text.js';
import { OptionsPrinter } from './options-text.js';
import { PythonCode } from './python-code.js';
import { printTorchNetwork } from './torch-network.js';

const raises =
  'Raises ValueError, its text beginning with a code: LW304 and LW312 for parameters that are ' +
  'missing or have other shapes, LW305 for slopes, LW306 for the bound, LW307 for numbers that ' +
  'are not finite, LW402 where the equations leave nothing that the bound allows, LW404 where ' +
  'the precision runs out.';

/** Prints a program as one Python module that imports its framework and the standard library. */
export class ModulePrinter {
  private readonly code = new PythonCode();
  private readonly used = new Set<string>();
  private readonly program: Program;
  private readonly dialect: Dialect;
  private readonly provenance: Provenance;
  private readonly network: NetworkPrinter;
  private readonly known: readonly KnownActivation[];
  /** Whether the equations leave an activation open. */
  private readonly open: boolean;

  constructor(program: Program, dialect: Dialect, provenance: Provenance, known: readonly KnownActivation[]) {
    this.program = program;
    this.dialect = dialect;
    this.provenance = provenance;
    this.known = known;
    this.open = program.layers.some(({ activation }) => activation.kind === 'open');
    this.network = new NetworkPrinter(program, this.code, dialect);
  }

  print(): string {
    const { code, dialect, program } = this;
    const initial = new InitialPrinter(program, code, dialect, this.network);
    this.result();
    code.declare(
      'def dims(widths: Mapping[str, int]) -> dict[str, tuple[int, ...]]:',
      [
        'Shapes of the free parameters by name; widths are by signal or family, such as {"x": 3, "w": 4, "y": 2}.',
        '',
        'Raises ValueError LW303 where widths clash, LW304 where one is missing or no integer from 1 to 65536.',
      ],
      () => code.line('return _shapes(_resolve(widths))'),
    );
    this.constrain();
    this.forward();
    this.lmi();
    initial.printInit();
    this.exports();
    if (dialect.name === 'torch') printTorchNetwork(program, code);
    this.operations();
    initial.printParts();
    const options = new OptionsPrinter(program, code, dialect);
    options.print();
    this.network.printFunctions();
    const table = frameworkActivations[dialect.name];
    const running = table.known.flatMap(({ is, runs }) =>
      runs !== undefined && this.known.some(({ text }) => text === is) ? [runs] : [],
    );
    const own = this.open ? ['_chosen', '_admitted', ...running] : [];
    for (const name of withCalled([...this.used, ...this.network.used, ...own], dialect))
      printHelper(code, name, dialect);
    if (this.open) activationTables(code, table, this.known);
    const body = code.toString();
    return this.head(body, options, initial) + body;
  }

  /** Docstring, imports and tables; `body` tells what must be imported. */
  private head(body: string, options: OptionsPrinter, initial: InitialPrinter): string {
    const { dialect, program, provenance } = this;
    const head = new PythonCode();
    head.doc(moduleDoc(program, dialect, provenance)).line();
    head.line('from __future__ import annotations').line();
    head.line('import json');
    const tables = new PythonCode();
    options.tables(tables);
    initial.tables(tables);
    if (/\bmath\./.test(body)) head.line('import math');
    if (/\bwarnings\./.test(body)) head.line('import warnings');
    head.line('from collections.abc import Callable, Mapping, Sequence');
    if (body.includes('Fraction(')) head.line('from fractions import Fraction');
    if (/\bpartial\b/.test(body)) head.line('from functools import partial');
    head.line(`from numbers import Integral${/\bReal\b/.test(body) ? ', Real' : ''}`);
    head.line(`from typing import ${/\bAny\b/.test(body) ? 'Any, ' : ''}NamedTuple`).line();
    if (dialect.name === 'jax') {
      head.line('import jax').line('import jax.numpy as jnp').line('import numpy as np');
      if (body.includes('solve_triangular(')) head.line('from jax.scipy.linalg import solve_triangular');
    } else head.line(dialect.name === 'numpy' ? 'import numpy as np' : 'import torch');
    head.line();
    constants(head, program, provenance);
    return `${head.toString()}\n${tables.toString()}\n\n`;
  }

  private result(): void {
    const { code, dialect } = this;
    if (this.open) this.activation();
    const { array } = dialect;
    code.declare(
      'class Constrained(NamedTuple):',
      ["Feasible weights with the multipliers that prove it: arrays by the author's names."],
      () => {
        code.line();
        code.verbatim([
          `weights: dict[str, ${array}]`,
          `biases: dict[str, ${array}]`,
          `multipliers: dict[str, ${array}]`,
        ]);
        code.verbatim([
          'slopes: tuple[tuple[float, float], ...]',
          { numpy: 'lipschitz: float', jax: 'lipschitz: Any', torch: 'lipschitz: float | torch.Tensor' }[dialect.name],
        ]);
        if (this.open) code.verbatim(['activations: tuple[Activation | None, ...] = ()']);
      },
    );
    if (dialect.name !== 'jax') return;
    code.declare(
      'def _flatten(constrained):',
      ['Slopes, and a bound that is a float, are no leaves: they stay Python floats through jit.'],
      () =>
        code.verbatim([
          'weights, biases, multipliers, slopes, lipschitz, *more = constrained',
          'known = isinstance(lipschitz, float)',
          'return (weights, biases, multipliers, None if known else lipschitz), (slopes, lipschitz if ' +
            'known else None, *more)',
        ]),
    );
    code.declare('def _unflatten(known, leaves):', [], () =>
      code.verbatim([
        'slopes, lipschitz, *more = known',
        'return Constrained(*leaves[:3], slopes, leaves[3] if lipschitz is None else lipschitz, *more)',
      ]),
    );
    code.line().line().line('jax.tree_util.register_pytree_node(Constrained, _flatten, _unflatten)');
  }

  private constrain(): void {
    const { code, dialect } = this;
    const { array, name } = dialect;
    const doc = [
      'Free parameters -> feasible weights, and the multipliers that prove it.',
      '',
      'free: arrays by name, of the shapes that `dims` gives; any finite numbers will do. Only ' +
        'where multipliers, which are of the size of lipschitz^2 and exponentials of psi and rho, ' +
        'leave the range of single precision (bounds below 1e-5 with logarithms beyond 16, say) is ' +
        'there no result in it: LW307 or LW404.',
      'slopes: (m, L) for the activations that are left open (for all, if none is), or one pair ' +
        'for each hidden signal.',
      ...(this.open
        ? [
            'activation: what the equations leave open, or one for each hidden signal. Those of _KNOWN ' +
              'bring their slopes; any other function of arrays needs `slopes`, which are then your word ' +
              'for it. None: m v for v < 0 and L v for v >= 0.',
          ]
        : []),
      'lipschitz: the bound to certify, from 2^-60 to ' +
        `2^60${name === 'torch' ? '; a tensor of one number is differentiated through' : ''}.`,
      ...{
        numpy: [
          '',
          'All of it is computed in double precision. Results are rounded to the precision of the free ' +
            'parameters, at least single.',
        ],
        jax: [
          '',
          'Results have the precision of the free parameters, at least single, and are computed in it; ' +
            'products have all its digits.',
        ],
        torch: [
          '',
          'All of it is computed in double precision, and so are gradients: no switch for faster ' +
            'products touches that, nor autocast. Results are rounded to the precision of the free ' +
            'parameters, at least single.',
        ],
      }[name],
      '',
      raises,
      ...(dialect.notes
        ? [
            '',
            `Under ${name === 'jax' ? 'a trace (jit, vmap)' : 'torch.compile and torch.func.vmap'} no ` +
              'number can be looked at: where LW307, LW402 or LW404 would be raised, all results are NaN.',
          ]
        : []),
    ];
    const header =
      `def constrain(free: Mapping[str, ${array}], *, slopes: Sequence | None = None, lipschitz: ` +
      `float${name === 'torch' ? ' | torch.Tensor' : ''} = ` +
      `LIPSCHITZ${this.open ? ', activation: Callable | Sequence[Callable] | None = None' : ''}) ` +
      '-> Constrained:';
    const made = `Constrained(weights, biases, multipliers, pairs, lip${this.open ? ', activations' : ''})`;
    const results = 'weights, biases, multipliers';
    const message = (text: string): string => `f"LW307 {name} ${text}"`;
    code.declare(header, doc, () => {
      if (name === 'numpy')
        code.line(
          'free = {name: np.asarray(value, np.result_type(np.float32, value)) for name, value in free.items()}',
        );
      if (name === 'jax') code.line('free = {name: _single(value) for name, value in free.items()}');
      code.line('d, lip = _told(free), _bound(lipschitz)');
      code.line(this.open ? 'pairs, activations = _chosen(slopes, activation)' : 'pairs = _slopes(slopes)');
      if (name === 'numpy') {
        code.verbatim([
          'for name in _shapes(d):',
          '    if not np.all(np.isfinite(free[name])):',
          `        raise ValueError(${message('holds a number that is not finite')})`,
        ]);
        this.used.add('_fits');
        code.verbatim([
          'kind = np.result_type(np.float32, *free.values())',
          'wide = {name: np.asarray(value, np.float64) for name, value in free.items()}',
          'with np.errstate(all="ignore"):',
          '    tables = _constrain(wide, d, pairs, lip, np.finfo(kind).bits)',
          `    ${results} = ({name: value.astype(kind) for name, value in table.items()} for table in tables)`,
          'for name, value in tables[2].items():',
          '    if not _fits(value, kind):',
          `        raise ValueError(${message('is out of range for the precision')})`,
        ]);
        code.line(`return ${made}`);
        return;
      }
      this.used.add('_settle');
      if (name === 'jax') {
        this.used.add('_single');
        const budgets = this.program.budgets.length > 0 ? '_budgets(lip)' : '()';
        code.comment('Accelerators would multiply with fewer digits.');
        code.verbatim([
          'with jax.default_matmul_precision("highest"):',
          `    results, checks = _constrain(free, tuple(d), pairs, lip, ${budgets})`,
        ]);
        code.line(`${results} = _settle(checks, results)`);
      } else this.doubled(results, message);
      code.line(`return ${made}`);
    });
  }

  /** PyTorch: the program in double precision, and its results rounded. */
  private doubled(results: string, message: (text: string) => string): void {
    const { code } = this;
    this.used.add('_double');
    code.verbatim([
      'wide = {name: _double(free[name]) for name in _shapes(d)}',
      'like = {"dtype": torch.float64, "device": next((value.device for value in wide.values()), None)}',
      'bound = torch.as_tensor(lip, **like).reshape(())',
      'checks = [',
      `    (torch.isfinite(value).all(), ${message('holds a number that is not finite')})`,
      '    for name, value in wide.items()',
      ']',
      'if torch.is_tensor(lip):',
      '    within = (bound >= 2.0**-60) & (bound <= 2.0**60)',
      '    checks.append((within, "LW306 the Lipschitz bound must be positive and finite"))',
    ]);
    const hasBudgets = this.program.budgets.length > 0;
    if (hasBudgets)
      code.verbatim([
        'shares = _budgets(bound if torch.is_tensor(lip) else lip, checks)',
        'shares = [torch.as_tensor(share, **like) for share in shares]',
      ]);
    code.verbatim([
      'kind, place = torch.float32, None',
      'for value in free.values():',
      '    kind, place = torch.promote_types(kind, value.dtype), value.device',
      `tables = _constrain(wide, like, d, pairs, bound, ${hasBudgets ? 'shares' : '()'}, checks, ` +
        'torch.finfo(kind).bits)',
      'checks += [',
      `    (_fits(value, kind), ${message('is out of range for the precision')})`,
      '    for name, value in tables[2].items()',
      ']',
      'rounded = [{name: value.to(place, kind) for name, value in table.items()} for table in tables]',
      `${results} = _settle(checks, rounded)`,
    ]);
    this.used.add('_fits');
  }

  private forward(): void {
    const { code, dialect } = this;
    const { array } = dialect;
    code.declare(
      `def ${dialect.forward}(constrained: Constrained, x: ${array}, activation: Callable | ` +
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
      () => this.network.forward(),
    );
  }

  private lmi(): void {
    const { code, dialect, program } = this;
    const names = program.signals.map(({ name }) => name).join(', ');
    const { array, name } = dialect;
    const doc = [
      'The LMI, N x N, over the signals in their order ' +
        `(${names.length > 80 ? `${program.signals.length} of them` : names}): it is negative ` +
        'semidefinite.',
    ];
    const first = 'next(iter([*w.values(), *multipliers.values()]))';
    const tables = [
      'w, multipliers = constrained.weights, constrained.multipliers',
      `like = {"dtype": ${first}.dtype}`,
    ];
    const parts = (given: readonly string[]): void => {
      const sizes = `w = {name: ${name === 'torch' ? 'value.abs()' : 'np.abs(value)'} for name, value in w.items()}`;
      code.declare(
        'def _parts(constrained):',
        ['The sizes of what the diagonal of the LMI is the sum of, on the diagonal of a matrix.'],
        () => this.network.parts([...(name === 'jax' ? ['xp = np'] : []), ...given, sizes]),
      );
    };
    if (name === 'torch') {
      code.declare(
        'def lmi(constrained: Constrained) -> torch.Tensor:',
        [...doc, '', 'It is computed in double precision and rounded to that of the weights.'],
        () =>
          code.verbatim([
            'first = next(iter([*constrained.weights.values(), *constrained.multipliers.values()]))',
            'return _lmi(constrained).to(first.device, first.dtype)',
          ]),
      );
      this.check();
      const wide = [
        'w, b, multipliers = ({name: _double(value) for name, value in table.items()} for table in constrained[:3])',
        `first = ${first}`,
        'like = {"dtype": first.dtype, "device": first.device}',
      ];
      code.declare('def _lmi(constrained):', ['`lmi` in double precision.'], () => this.network.lmi(wide));
      parts(wide);
    } else if (name === 'jax') {
      code.declare(`def lmi(constrained: Constrained) -> ${array}:`, doc, () =>
        code.verbatim(['with jax.default_matmul_precision("highest"):', '    return _lmi(jnp, constrained)']),
      );
      this.check();
      code.declare('def _lmi(xp, constrained):', ['`lmi` by jax.numpy or numpy.'], () => this.network.lmi(tables));
      parts(tables);
    } else {
      code.declare(`def lmi(constrained: Constrained) -> ${array}:`, doc, () => this.network.lmi(tables));
      this.check();
      parts(tables);
    }
  }

  private check(): void {
    const { code, dialect } = this;
    const doc = [
      'The largest eigenvalue of the LMI M relative to its diagonal, of D^(-1/2) M D^(-1/2). D has ' +
        'the sizes of what the diagonal of M is the sum of: of the bound squared, multiples of ' +
        'multipliers, squares of weights. It is computed in double precision from the weights as ' +
        'they are: an estimate, since it is rounded.',
      '',
      'At most 0, up to rounding, where the bound holds; sizes of parameters and multipliers do ' +
        'not change what it says. `lipwright check` decides rigorously.',
    ];
    this.used.add('_relative');
    code.declare('def check(constrained: Constrained) -> float:', doc, () => {
      if (dialect.name === 'torch') {
        code.line(
          'return float(torch.linalg.eigvalsh(_relative(_lmi(constrained).detach(), ' +
            '_parts(constrained).detach()))[-1])',
        );
        return;
      }
      code.line(
        'tables = [{name: np.asarray(value, dtype=np.float64) for name, value in table.items()} for ' +
          'table in constrained[:3]]',
      );
      if (dialect.name === 'jax')
        code.verbatim([
          'constrained = Constrained(*tables, constrained.slopes, float(constrained.lipschitz))',
          'M = _lmi(np, constrained)',
        ]);
      else code.verbatim(['constrained = Constrained(*tables, *constrained[3:])', 'M = lmi(constrained)']);
      code.line('return float(np.linalg.eigvalsh(_relative(M, _parts(constrained)))[-1])');
    });
  }

  private exports(): void {
    const { code, dialect, program } = this;
    const taken = new Set([...program.weights, ...program.biases].map(({ name }) => name));
    const clash = program.multipliers.some(({ name }) => taken.has(name));
    const copied = {
      numpy: 'np.ascontiguousarray(value)',
      jax: 'np.ascontiguousarray(value)',
      torch: 'value.detach().clone(memory_format=torch.contiguous_format)',
    }[dialect.name];
    const array = dialect.name === 'jax' ? 'np.ndarray' : dialect.array;
    const doc = [
      "Weights, biases and multipliers in one flat dict by the author's names, for safetensors for example.",
      ...(clash ? ['', 'A multiplier whose name a weight or bias has is called `multiplier` and its name.'] : []),
    ];
    code.declare(`def export(constrained: Constrained) -> dict[str, ${array}]:`, doc, () => {
      code.line('values = {**constrained.weights, **constrained.biases}');
      if (clash)
        code.verbatim([
          'for name, value in constrained.multipliers.items():',
          '    values[f"multiplier {name}" if name in values else name] = value',
        ]);
      else code.line('values.update(constrained.multipliers)');
      code.line(`return {name: ${copied} for name, value in values.items()}`);
    });
    if (dialect.name === 'torch') this.used.add('_number');
    const about = ['What the exported numbers mean, as strings: the metadata of a safetensors file.'];
    code.declare('def metadata(constrained: Constrained) -> dict[str, str]:', about, () =>
      code.table(
        'return {',
        [
          '"architecture": ARCHITECTURE',
          '"depth": str(DEPTH)',
          '"strategy": STRATEGY',
          ...(program.variant === null ? [] : ['"variant": VARIANT']),
          `"lipschitz": repr(${dialect.name === 'torch' ? '_number' : 'float'}(constrained.lipschitz))`,
          '"slopes": json.dumps([[float(slope) for slope in pair] for pair in constrained.slopes])',
          this.open ? '"activation": json.dumps(_names(constrained))' : '"activation": "[]"',
          '"tensors": "weights"',
          '"definition": DEFINITION',
          '"generator": f"Lipwright {VERSION}"',
        ],
        '}',
      ),
    );
    if (!this.open) return;
    code.declare(
      'def _names(constrained):',
      [
        "Lipwright's names of the activations that the equations leave open; None where the slopes " +
          'are all that is known.',
      ],
      () =>
        code.verbatim([
          'made = constrained.activations or [None] * len(_DECLARED)',
          'return [None if one is None else one.name for own, one in zip(_DECLARED, made, strict=True) if own is None]',
        ]),
    );
  }

  private activation(): void {
    const { code } = this;
    const doc = [
      'An activation with its slopes: (f(a) - f(b)) / (a - b) lies in [m, L] for all a and b.',
      '',
      'name: as Lipwright writes it, such as elu(alpha=1.5); None where it has no name for it. ' +
        'stated: the slopes were given, not derived.',
    ];
    code.declare('class Activation(NamedTuple):', doc, () => {
      code.line();
      code.verbatim([
        'name: str | None',
        'slopes: tuple[float, float]',
        'function: Callable | None',
        'arguments: tuple[tuple[str, Any], ...] = ()',
        'stated: bool = False',
        '',
      ]);
      code.block('def __call__(self, v):', () => code.line('return self.function(v, **dict(self.arguments))'));
    });
  }

  /** The program itself. */
  private operations(): void {
    const { code, dialect, program } = this;
    const body = new PythonCode(1);
    const printer = new OperationPrinter(program, body, dialect);
    const notes = new Map<number, string[]>();
    for (const { at, text } of program.notes) notes.set(at, [...(notes.get(at) ?? []), text]);
    program.operations.forEach((operation, at) => {
      for (const text of notes.get(at) ?? []) body.comment(text);
      printer.print(operation);
    });
    for (const text of notes.get(program.operations.length) ?? []) body.comment(text);
    for (const name of printer.used) this.used.add(name);
    const isJax = dialect.name === 'jax';
    const doc =
      'The program: free parameters to tables of weights, biases and ' +
      `multipliers${isJax ? ', and whether each demand holds' : ''}.`;
    const print = (): void => {
      const text = body.toString();
      const reads = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);
      const widths = [...printer.widths].sort((a, b) => a - b);
      for (const width of widths) code.line(`d${width} = d[${width}]`);
      const isTorch = dialect.name === 'torch';
      if (!isTorch && (reads('like') || (isJax && (reads('roundoff') || printer.expressions.floors.size > 0))))
        this.like();
      const bits = isJax ? 'jnp.finfo(like["dtype"]).bits' : 'bits';
      if (reads('roundoff')) {
        code.comment('The relative error of one operation in the precision that weights are kept in.');
        code.line(`roundoff = 2.0**-24 if ${bits} == 32 else 2.0**-53`);
      }
      const { floors } = printer.expressions;
      if (floors.size > 0)
        code.comment(
          'Numbers are kept further away from 0 in single precision: squares and inverses must have room there.',
        );
      for (const [name, { double, single }] of floors)
        code.line(`${name} = ${pyNumber(single)} if ${bits} == 32 else ${pyNumber(double)}`);
      const { slopes } = printer.expressions;
      if (slopes.has('m')) code.line('m = [lower for lower, _ in pairs]');
      if (slopes.has('L')) code.line('L = [upper for _, upper in pairs]');
      if (slopes.has('S')) code.line('S = [upper + lower for lower, upper in pairs]');
      if (slopes.has('P')) code.line('P = [upper * lower for lower, upper in pairs]');
      if (/\bk\[\d/.test(text) && dialect.name === 'numpy') code.line('k = _budgets(lip)');
      if (isJax)
        code.verbatim([
          'checks = {}',
          'for name in _shapes(d):',
          '    _note(checks, jnp.isfinite(free[name]), f"LW307 {name} holds a number that is not finite")',
        ]);
      for (const slot of program.free) code.line(`t${slot.buffer} = free[${pyString(slot.name)}]`);
      code.append(body);
      for (const table of ['weights', 'biases', 'multipliers'] as const) {
        const rows = program[table].map((slot) => `${pyString(slot.name)}: t${slot.buffer}`);
        if (rows.length === 0) code.line(`${table} = {}`);
        else code.table(`${table} = {`, rows, '}');
      }
      if (isJax)
        code.verbatim([
          'for name, value in multipliers.items():',
          '    _note(checks, jnp.isfinite(value), f"LW307 {name} is out of range for the precision")',
          'return (weights, biases, multipliers), checks',
        ]);
      else code.line('return weights, biases, multipliers');
    };
    if (isJax) this.used.add('_note');
    const header = {
      numpy: 'def _constrain(free, d, pairs, lip, bits):',
      jax: 'def _constrain(free, d, pairs, lip, k):',
      torch: 'def _constrain(free, like, d, pairs, lip, k, checks, bits):',
    }[dialect.name];
    code.declare(header, [doc], print, isJax ? '@partial(jax.jit, static_argnums=(1, 2))' : null);
  }

  private like(): void {
    const [first] = this.program.free;
    const { name } = this.dialect;
    const place = `free[${pyString(first?.name ?? '')}]`;
    if (name === 'numpy') this.code.line('like = {"dtype": np.float64}');
    else this.code.line(first === undefined ? 'like = {}' : `like = {"dtype": ${place}.dtype}`);
  }
}
