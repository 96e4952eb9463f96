import type { Initial } from '../../model/initial.js';
import type { Program } from '../../model/program.js';
import { LEAST_SLOPE_SUM } from '../run/initialize.js';
import type { Dialect } from './dialect.js';
import { pyNumber, pyString } from './literal.js';
import type { KinkRange, NetworkPrinter } from './network-text.js';
import type { PythonCode } from './python-code.js';

/** Points of the sample over which biases are placed where none is given. */
const SAMPLE = 256;

/** What the start of a free parameter is called in the table of the module, and what that means. */
const meanings: Readonly<Record<Initial['kind'], string>> = {
  zero: 'zero, also of logarithms of multipliers and scales',
  constant: 'constant, a number at every entry (times the bound, if so marked)',
  sphere:
    'sphere, rows of Euclidean norm 1 in random directions, times sqrt(columns / rows) in a tall matrix if so marked',
  dominant: 'dominant, rows of absolute sum 1 / |m + L|, three quarters of it in one entry',
  share: 'share, random rows of absolute sum lipschitz / sqrt(rows)',
  kinks:
    'kinks, the biases that spread the kinks of a layer evenly over that part of the ranges of its pre-activations',
  centre: 'centre, the bias that takes the mean off the output',
  spline: 'spline, max(m v, L v) at knots so far apart',
};

/** Prints `init` from what the program's slots say. */
export class InitialPrinter {
  private readonly program: Program;
  private readonly code: PythonCode;
  private readonly dialect: Dialect;
  private readonly network: NetworkPrinter;
  private readonly starts: ReadonlyMap<string, Initial>;
  /**
   * The biases that depend on the domain: the part of its range in which a kink stands, or null where the mean is taken
   * off.
   */
  private readonly placed: ReadonlyMap<number, KinkRange | null>;

  constructor(program: Program, code: PythonCode, dialect: Dialect, network: NetworkPrinter) {
    this.program = program;
    this.code = code;
    this.dialect = dialect;
    this.network = network;
    this.starts = new Map(program.free.map(({ name, initial }) => [name, initial ?? { kind: 'zero' }]));
    this.placed = new Map(
      program.free.flatMap(({ buffer, initial }): (readonly [number, KinkRange | null])[] =>
        initial?.kind === 'kinks'
          ? [[buffer, initial] as const]
          : initial?.kind === 'centre'
            ? [[buffer, null] as const]
            : [],
      ),
    );
  }

  private get isOpen(): boolean {
    return this.program.layers.some(({ activation }) => activation.kind === 'open');
  }

  private has(kind: Initial['kind']): boolean {
    return [...this.starts.values()].some((initial) => initial.kind === kind);
  }

  tables(code: PythonCode): void {
    const kinds = [...new Set([...this.starts.values()].map(({ kind }) => kind))];
    code.comment(`How each free parameter begins: ${kinds.map((kind) => meanings[kind]).join('; ')}.`);
    const rows = [...this.starts].map(([name, initial]) => `${pyString(name)}: ${startText(initial)}`);
    if (rows.length === 0) code.line('_INITIAL = {}');
    else code.table('_INITIAL = {', rows, '}');
  }

  printInit(): void {
    const { code, dialect } = this;
    const { array, name, xp } = dialect;
    const first = {
      numpy: 'rng: np.random.Generator',
      jax: 'key: jax.Array',
      torch: 'generator: torch.Generator | None',
    }[name];
    const last = {
      numpy: ['dtype: np.dtype | type = np.float64'],
      jax: ['dtype: Any = None'],
      torch: ['dtype: torch.dtype | None = None', 'device: torch.device | str | None = None'],
    }[name];
    const parameters = [
      first,
      'widths: Mapping[str, int]',
      '*',
      'slopes: Sequence | None = None',
      'lipschitz: float = LIPSCHITZ',
      'activation: Callable | Sequence[Callable] | None = None',
      `domain: ${array} | None = None`,
      ...last,
    ];
    const type =
      name === 'numpy'
        ? []
        : [
            name === 'jax'
              ? 'dtype: default float32, or float64 where JAX has it enabled.'
              : 'dtype, device: default those of torch.',
          ];
    const source = { numpy: 'rng', jax: 'key', torch: 'generator' }[name];
    const doc = [
      'Free parameters to begin with, as _INITIAL says.',
      '',
      `${source}: what is random comes from it${name === 'torch' ? '; None: from the global generator' : ''}.`,
      'widths: by signal or family, as for `dims`.',
      `domain: a sample of inputs, (points, d_x), over which biases are placed; default ${SAMPLE} ` +
        'points of [-1, 1]^d_x, always the same.',
      ...type,
    ];
    code.declare(`def init(${parameters.join(', ')}) -> dict[str, ${array}]:`, doc, () => {
      code.line('d = _resolve(widths)');
      if (name === 'torch') code.line('lipschitz = _number(lipschitz)');
      if (name === 'jax') code.line('dtype = jnp.zeros((), dtype=dtype).dtype');
      if (name === 'torch')
        code.verbatim([
          'dtype = torch.get_default_dtype() if dtype is None else dtype',
          'like = {"dtype": dtype, "device": torch.empty(0, device=device).device}',
        ]);
      if (this.has('dominant') || this.has('spline'))
        code.line(this.isOpen ? 'pairs, _ = _chosen(slopes, activation)' : 'pairs = _slopes(slopes)');
      this.sources();
      code.line('free = {}');
      code.block(
        name === 'jax'
          ? 'for k, (name, shape) in enumerate(_shapes(d).items()):'
          : 'for name, shape in _shapes(d).items():',
        () => {
          code.line('kind, *how = _INITIAL[name]');
          this.drawn();
        },
      );
      if (this.placed.size === 0) {
        code.line('return free');
        return;
      }
      this.domain();
      if (name === 'torch') {
        code.block('with torch.no_grad():', () => {
          code.line(
            'constrained = constrain(free, slopes=slopes, ' +
              `lipschitz=lipschitz${this.isOpen ? ', activation=activation' : ''})`,
          );
          code.line(
            `biases = _place(${this.order()}constrained, domain.to(device=like["device"], ` +
              'dtype=torch.promote_types(dtype, torch.float32)))',
          );
        });
      } else {
        code.line(
          'constrained = constrain(free, slopes=slopes, ' +
            `lipschitz=lipschitz${this.isOpen ? ', activation=activation' : ''})`,
        );
        code.line(`biases = _place(${this.order()}constrained, ${xp}.asarray(domain, dtype=dtype))`);
      }
      code.line(
        `return {name: biases.get(name, value).${name === 'torch' ? 'to' : 'astype'}(dtype) for ` +
          'name, value in free.items()}',
      );
    });
  }

  /** Kinks stand in random order; a network without hidden layers has none. */
  private order(): string {
    return this.has('kinks') ? 'shuffled, ' : '';
  }

  /** Where random numbers come from: in JAX the k-th ones of a kind from a key of their own. */
  private sources(): void {
    const { code, dialect } = this;
    const { name } = dialect;
    const ordered = this.has('kinks') || this.has('dominant');
    const normals = this.has('sphere') || this.has('dominant') || this.has('share');
    if (normals) {
      code.line().block('def normal(k, shape):', () =>
        code.line(
          {
            numpy: 'return rng.standard_normal(shape).astype(dtype)',
            jax: 'return jax.random.normal(jax.random.fold_in(jax.random.fold_in(key, 0), k), shape, dtype)',
            torch: 'return _random(torch.randn, shape, generator, like)',
          }[name],
        ),
      );
    }
    if (ordered) {
      code.line().block('def shuffled(k, count):', () =>
        code.line(
          {
            numpy: 'return rng.permutation(count)',
            jax: 'return jax.random.permutation(jax.random.fold_in(jax.random.fold_in(key, 1), k), count)',
            torch:
              'return torch.randperm(count, generator=generator, device="cpu" if generator is None else ' +
              'generator.device).to(like["device"])',
          }[name],
        ),
      );
    }
    if (normals || ordered) code.line();
  }

  private drawn(): void {
    const { code, dialect } = this;
    const { name, xp } = dialect;
    const k = name === 'jax' ? 'k' : '0';
    const norm = (value: string, order: 1 | 2): string =>
      name === 'torch'
        ? `torch.linalg.vector_norm(${value}, ord=${order}, dim=1, keepdim=True)`
        : `${xp}.linalg.norm(${value}, ord=${order}, axis=1, keepdims=True)`;
    const branches: (readonly [string, () => void])[] = [];
    if (this.has('sphere')) {
      branches.push([
        'kind == "sphere"',
        () => {
          code.line(`value = normal(${k}, shape)`);
          code.line('length = min(1.0, shape[1] / shape[0]) ** 0.5 if how[0] else 1.0');
          code.line(`free[name] = length * value / ${norm('value', 2)}`);
        },
      ]);
    }
    if (this.has('share')) {
      branches.push([
        'kind == "share"',
        () => {
          code.line(`value = normal(${k}, shape)`);
          code.line(`free[name] = lipschitz / shape[0] ** 0.5 * value / ${norm('value', 1)}`);
        },
      ]);
    }
    if (this.has('dominant')) {
      branches.push([
        'kind == "dominant"',
        () => {
          code.verbatim([
            'm, L = pairs[how[0]]',
            `size = 1.0 / abs(m + L) if abs(m + L) > ${pyNumber(LEAST_SLOPE_SUM)} else 1.0`,
          ]);
          code.line(`value = normal(${k}, shape)`);
          // Which column is large, and the sign there: the noise has one already.
          const rows = name === 'torch' ? 'torch.arange(shape[0], device=like["device"])' : `${xp}.arange(shape[0])`;
          code.line(`column = shuffled(${name === 'jax' ? 'len(_INITIAL) + k' : '0'}, shape[1])[${rows} % shape[1]]`);
          code.line(
            'here = column[:, None] == ' +
              `${name === 'torch' ? 'torch.arange(shape[1], device=like["device"])' : `${xp}.arange(shape[1])`}[None, ` +
              ':]',
          );
          code.line(
            `free[name] = size * (${xp}.where(here, 0.75 * ${xp}.sign(value), 0.0) + 0.25 * value / ` +
              `${norm('value', 1)})`,
          );
        },
      ]);
    }
    if (this.has('constant')) {
      const full = name === 'torch' ? 'torch.full(shape, value, **like)' : `${xp}.full(shape, value, dtype)`;
      branches.push([
        'kind == "constant"',
        () => {
          code.line('value = how[0] * lipschitz if how[1] else how[0]');
          code.line(`free[name] = ${full}`);
        },
      ]);
    }
    if (this.has('spline')) {
      branches.push([
        'kind == "spline"',
        () => {
          code.line('m, L = pairs[how[0]]');
          code.line(
            'knots = ' +
              `(${name === 'torch' ? 'torch.arange(shape[1], **like)' : `${xp}.arange(shape[1], dtype=dtype)`} ` +
              '- (shape[1] - 1) / 2) * how[1]',
          );
          code.line(
            'free[name] = ' +
              (name === 'torch'
                ? 'torch.where(knots < 0, m * knots, L * knots).repeat(shape[0], 1)'
                : `${xp}.tile(${xp}.where(knots < 0, m * knots, L * knots), (shape[0], 1))`),
          );
        },
      ]);
    }
    const zeros = (): void =>
      void code.line(`free[name] = ${name === 'torch' ? 'torch.zeros(shape, **like)' : `${xp}.zeros(shape, dtype)`}`);
    if (branches.length === 0) zeros();
    else {
      branches.forEach(([condition, body], at) => code.block(`${at === 0 ? 'if' : 'elif'} ${condition}:`, body));
      code.block('else:', zeros);
    }
  }

  private domain(): void {
    const { code, dialect } = this;
    const input = this.inputSize();
    code.block('if domain is None:', () => {
      if (dialect.name === 'numpy')
        code.line(`domain = np.random.default_rng(0).uniform(-1.0, 1.0, (${SAMPLE}, ${input})).astype(dtype)`);
      else if (dialect.name === 'jax')
        code.line(`domain = jax.random.uniform(jax.random.key(0), (${SAMPLE}, ${input}), dtype, -1.0, 1.0)`);
      else
        code.verbatim([
          'same = torch.Generator().manual_seed(0)',
          `domain = 2 * _random(torch.rand, (${SAMPLE}, ${input}), same, like) - 1`,
        ]);
    });
    const shape =
      dialect.name === 'torch'
        ? 'torch.as_tensor(domain).shape'
        : `${dialect.name === 'numpy' ? 'np' : 'jnp'}.shape(domain)`;
    code.block(`elif len(${shape}) != 2 or ${shape}[1] != ${input}:`, () =>
      code.line(`raise ValueError(f"LW303 a domain of shape {tuple(${shape})}, (points, {${input}}) expected")`),
    );
  }

  private inputSize(): string {
    const { signals, output, locals, input } = this.program;
    const size = [...signals, output, ...locals][input]?.size ?? null;
    return typeof size === 'number' ? `d[${size}]` : '1';
  }

  printParts(): void {
    const { code, dialect } = this;
    if (dialect.name === 'torch') {
      code.declare(
        'def _random(make, shape, generator, like):',
        ['Random numbers, made where the generator lives: the same on every device.'],
        () =>
          code.verbatim([
            'place = generator.device if generator is not None else "cpu"',
            'return make(shape, generator=generator, dtype=like["dtype"], device=place).to(like["device"])',
          ]),
      );
    }
    if (this.placed.size === 0) return;
    code.declare(
      `def _place(${this.order()}constrained, x):`,
      ['Biases, layer by layer over the sample x: see _INITIAL.'],
      () => this.network.place(this.placed),
    );
    if ([...this.placed.values()].every((range) => range === null)) return;
    const [low, high] = dialect.name === 'torch' ? ['v.amin(0)', 'v.amax(0)'] : ['v.min(0)', 'v.max(0)'];
    const order = dialect.name === 'torch' ? 'order.to(v.dtype)' : 'order.astype(v.dtype)';
    code.declare(
      'def _kinks(v, order, first, last):',
      ['Biases that put the kinks evenly, in that order, between the parts first and last of the range of each unit.'],
      () =>
        code.verbatim([
          `low, high = ${low}, ${high}`,
          `place = first + (last - first) * (${order} + 0.5) / v.shape[1]`,
          'return -(low + place * (high - low))',
        ]),
    );
  }
}

/** A tuple: the kind, and what it needs. */
function startText(initial: Initial): string {
  const kind = `"${initial.kind}"`;
  switch (initial.kind) {
    case 'constant':
      return `(${kind}, ${pyNumber(initial.value)}, ${initial.timesLipschitz ? 'True' : 'False'})`;
    case 'sphere':
      return `(${kind}, ${initial.spread ? 'True' : 'False'})`;
    case 'dominant':
      return `(${kind}, ${initial.layer})`;
    case 'kinks':
      return `(${kind}, ${pyNumber(initial.from)}, ${pyNumber(initial.to)})`;
    case 'spline':
      return `(${kind}, ${initial.layer}, ${pyNumber(initial.step)})`;
    default:
      return `(${kind},)`;
  }
}
