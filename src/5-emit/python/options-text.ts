import type { Budget, Program, Size } from '../../model/program.js';
import { leastLeft, leastTotal, shareMargin } from '../../network/budgets.js';
import { LARGEST_SLOPE } from '../run/options.js';
import type { Dialect } from './dialect.js';
import { widthsIn } from './operation-text.js';
import { pyFloat, pyNumber, pyString, pyTuple } from './literal.js';
import type { PythonCode } from './python-code.js';
import { SizeSource } from './size-source.js';

/** Prints what reads the options of a run: widths, shapes, slopes and bounds, with their checks. */
export class OptionsPrinter {
  private readonly program: Program;
  private readonly code: PythonCode;
  private readonly dialect: Dialect;

  constructor(program: Program, code: PythonCode, dialect: Dialect) {
    this.program = program;
    this.code = code;
    this.dialect = dialect;
  }

  print(): void {
    this.shapes();
    this.resolve();
    this.told();
    if (this.program.sums.length > 0) this.sums();
    this.slopes();
    this.bound();
    if (this.program.budgets.length > 0) this.budgets();
  }

  /** Signals that share a width, and what the equations say of the activations. */
  tables(code: PythonCode): void {
    const { program } = this;
    code.comment('Signals that share a width; widths are numbered by these lines.');
    code.table(
      '_WIDTHS = (',
      program.widths.map((names) => pyTuple(names.map(pyString))),
      ')',
    );
    if (program.sums.length > 0) {
      code.comment('Widths that are sums of others.');
      code.line(`_SUMS = ${pyTuple(program.sums.map(({ width, of }) => `(${width}, ${pyTuple(of.map(String))})`))}`);
    }
    code.comment(
      'What the equations say of the activation of each hidden signal: None where it is left open, ' +
        'else what it is, its name and (m, L).',
    );
    const own = program.layers.map(({ activation }) =>
      activation.kind === 'open'
        ? 'None'
        : `("${activation.kind}", ${pyString(activation.name)}, (${activation.slopes.map(pyFloat).join(', ')}))`,
    );
    if (own.length === 0) code.line('_DECLARED = ()');
    else code.table('_DECLARED = (', own, ')');
  }

  private size(size: Size): string {
    if (size === null) return '1';
    if (typeof size === 'object' && 'fixed' in size) return String(size.fixed);
    return widthsIn(size)
      .map((at) => `d[${at}]`)
      .join(' + ');
  }

  private shapes(): void {
    const { code, program } = this;
    code.declare(
      'def _shapes(d):',
      ['The shapes of the free parameters at the widths d, numbered as in _WIDTHS.'],
      () => {
        const rows = program.free.map(
          ({ name, rows: r, columns, structure }) =>
            `${pyString(name)}: ` +
            pyTuple(structure === 'dense' ? [this.size(r), this.size(columns)] : [this.size(r)]),
        );
        if (rows.length === 0) code.line('return {}');
        else code.table('return {', rows, '}');
      },
    );
  }

  private resolve(): void {
    const { code, program } = this;
    const derived = program.sums.length > 0;
    code.declare('def _resolve(given):', ['The widths, numbered as in _WIDTHS, from widths by signal or family.'], () =>
      code.verbatim([
        'known = {name for names in _WIDTHS for signal in names for name in (signal, signal.split("[")[0])}',
        'for name, width in given.items():',
        '    if name not in known:',
        '        raise ValueError(f"LW304 there is no signal {name} to give a width")',
        '    if not isinstance(width, Integral) or not 1 <= width <= 65536:',
        '        raise ValueError(f"LW304 the width of {name} must be an integer from 1 to 65536, found {width}")',
        'd = []',
        'for names in _WIDTHS:',
        '    found = [given.get(name, given.get(name.split("[")[0])) for name in names]',
        '    found = sorted({int(width) for width in found if width is not None})',
        '    if len(found) > 1:',
        '        raise ValueError(f"LW303 {\', \'.join(names)} must have one width, found {found}")',
        ...(derived ? [] : ['    if not found:', '        raise ValueError(f"LW304 no width for {names[0]}")']),
        derived ? '    d.append(found[0] if found else None)' : '    d.append(found[0])',
        derived ? 'return _with_sums(d)' : 'return d',
      ]),
    );
  }

  /** Widths from the shapes of the free parameters. */
  private told(): void {
    const { code, program } = this;
    const source = new SizeSource({ sums: [] }, [['free', program.free]]);
    const sides = program.widths.map(
      (_names, at) => source.width(at)?.replace(/^free\[(.*)\]\.shape\[(\d)\]$/, 'side($1, $2)') ?? 'None',
    );
    code.declare(
      'def _told(free):',
      ['The widths, numbered as in _WIDTHS, that the shapes of the free parameters tell.'],
      () => {
        if (sides.some((text) => text !== 'None')) {
          code
            .line()
            .block('def side(name, axis):', () =>
              code.verbatim([
                'if name not in free:',
                '    raise ValueError(f"LW312 {name} is missing")',
                'if len(free[name].shape) <= axis:',
                '    raise ValueError(f"LW312 {name} has the shape {tuple(free[name].shape)}")',
                'return int(free[name].shape[axis])',
              ]),
            );
          code.line();
        }
        code.line(`d = [${sides.join(', ')}]`);
        if (program.sums.length > 0) code.line('d = _with_sums(d)');
        else if (sides.includes('None'))
          code.verbatim([
            'if None in d:',
            '    raise ValueError(f"LW304 no free parameter tells the width of {_WIDTHS[d.index(None)][0]}")',
          ]);
        code.verbatim([
          'for name, shape in _shapes(d).items():',
          '    if name not in free or tuple(free[name].shape) != shape:',
          '        found = tuple(free[name].shape) if name in free else "none"',
          '        raise ValueError(f"LW312 {name} needs the shape {shape}, found {found}")',
          'return d',
        ]);
      },
    );
  }

  private sums(): void {
    this.code.declare(
      'def _with_sums(d):',
      ['The widths with those that are sums of others; sums of sums take as many rounds.'],
      () =>
        this.code.verbatim([
          'for _ in range(len(_SUMS) + 1):',
          '    for k, parts in _SUMS:',
          '        if any(d[part] is None for part in parts):',
          '            continue',
          '        total = sum(d[part] for part in parts)',
          '        if d[k] is not None and d[k] != total:',
          '            raise ValueError(f"LW303 the width of {_WIDTHS[k][0]} is {total}, a sum, found {d[k]}")',
          '        d[k] = total',
          'if None in d:',
          '    raise ValueError(f"LW304 no width for {_WIDTHS[d.index(None)][0]}")',
          'return d',
        ]),
    );
  }

  private slopes(): void {
    const count = this.program.layers.length;
    this.code.declare(
      'def _slopes(given):',
      ['(m, L) of each hidden signal. One pair is for the activations that are left open, or for all if none is.'],
      () =>
        this.code.verbatim([
          'single = given is None or (len(given) == 2 and not hasattr(given[0], "__len__"))',
          `if not single and len(given) != ${count}:`,
          `    raise ValueError(f"LW305 ${count} pairs of slopes expected, found {len(given)}")`,
          'some_open = any(own is None for own in _DECLARED)',
          'pairs = []',
          'for k, own in enumerate(_DECLARED):',
          '    kind, name, least = ("open", "", (0.0, 1.0)) if own is None else own',
          '    if single:',
          '        pair = given if kind == "open" or not (some_open or kind == "block") else None',
          '    else:',
          '        pair = given[k]',
          '    m, L = (float(slope) for slope in (least if pair is None else pair))',
          `    if not (m <= L and max(abs(m), abs(L)) <= ${pyNumber(LARGEST_SLOPE)}):`,
          '        raise ValueError(f"LW305 slopes must be finite with m <= L, found [{m}, {L}]")',
          '    if kind == "scalar" and not (m <= least[0] and L >= least[1]):',
          '        raise ValueError(f"LW305 the slopes of {name} are {list(least)}, which [{m}, {L}] ' +
            'does not contain")',
          '    if kind == "block" and (m, L) != least:',
          '        raise ValueError(f"LW305 the block {name} is held to {list(least)}, found [{m}, {L}]")',
          '    pairs.append((m, L))',
          'return tuple(pairs)',
        ]),
    );
  }

  private bound(): void {
    const { name } = this.dialect;
    const about = {
      numpy: 'The Lipschitz bound as a float.',
      jax: 'The Lipschitz bound as a float, or as it is under a trace.',
      torch: 'The Lipschitz bound as a float, or the tensor of one number that it is.',
    }[name];
    const other = {
      numpy: [],
      jax: ['if isinstance(lipschitz, jax.core.Tracer):', '    return lipschitz'],
      torch: [
        'if torch.is_tensor(lipschitz):',
        '    if lipschitz.numel() != 1:',
        '        raise ValueError(f"LW306 the Lipschitz bound must be one number, found {tuple(lipschitz.shape)}")',
        '    return lipschitz',
      ],
    }[name];
    this.code.declare('def _bound(lipschitz):', [about], () =>
      this.code.verbatim([
        ...other,
        'if not 2.0**-60 <= lipschitz <= 2.0**60:',
        '    raise ValueError(f"LW306 the Lipschitz bound must be positive and finite, found {lipschitz}")',
        'return float(lipschitz)',
      ]),
    );
  }

  /** The bounds of blocks that share what others leave of the bound of a run. */
  private budgets(): void {
    const { code, program } = this;
    const { name } = this.dialect;
    code.declare(
      `def _budgets(lip${name === 'torch' ? ', checks' : ''}):`,
      ['Bounds of the blocks that state none: equal shares of what the others leave, rounded down.'],
      () => {
        code.line('k = []');
        for (const budget of program.budgets) {
          const { of, kind, fixed, parts } = budget;
          const { left, fits, share } = budgetText(budget);
          const problem =
            'LW316 infeasible: blocks held to ' +
            `${fixed.join(', ')}${parts === 0 ? '' : ` and ${parts} more`} in a ${kind} of bound ` +
            '{total}';
          code.line(`total = ${of === null ? 'lip' : `k[${of}]`}`);
          if (left !== null) code.line(`left = ${left}`);
          code.line(`share = ${share}`);
          if (name === 'jax')
            code.block('if isinstance(total, jax.core.Tracer):', () =>
              code.line(`share = jnp.where(${fits}, share, jnp.nan)`),
            );
          if (name === 'torch')
            code.block('if torch.is_tensor(total):', () =>
              code.line(`checks.append((${fits}, ${pyString(problem.replace('{total}', 'that is a tensor'))}))`),
            );
          code.block(`${name === 'numpy' ? 'if' : 'elif'} not ${fits}:`, () =>
            code.line(`raise ValueError(f${pyString(problem)})`),
          );
          code.line('k.append(share)');
        }
        code.line('return k');
      },
    );
  }
}

/**
 * `shareOf` and the condition on it as Python over `total`; `left` is what is left for the blocks that state no bound,
 * squared in a concatenation. Without such blocks the whole is compared with the least that is enough, exactly.
 */
function budgetText({ kind, fixed, parts }: Budget): {
  readonly left: string | null;
  readonly fits: string;
  readonly share: string;
} {
  if (parts === 0) return { left: null, fits: `(total >= ${pyNumber(leastTotal(kind, fixed))})`, share: '1.0' };
  const square = kind === 'concatenate';
  const whole = square ? 'total**2' : 'total';
  const left = [whole, ...fixed.map((each) => pyNumber(square ? each * each : each))].join(
    kind === 'sequence' ? ' / ' : ' - ',
  );
  const root =
    kind === 'sequence' ? `left ** ${pyNumber(1 / parts)}` : square ? `(left / ${parts}) ** 0.5` : `left / ${parts}`;
  return {
    left,
    fits: kind === 'sequence' ? '(left > 0)' : `(left >= ${pyNumber(leastLeft)} * ${whole})`,
    share: `${root} * ${pyNumber(shareMargin)}`,
  };
}
