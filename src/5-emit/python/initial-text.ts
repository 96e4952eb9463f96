import type { Program } from '../../model/program.js';
import type { Dialect } from './dialect.js';
import { initialOf } from './initial.js';
import { pyNumber, pyString } from './literal.js';
import type { NetworkPrinter } from './network-text.js';
import type { PythonCode } from './python-code.js';

/** Points of the sample over which kinks are spread where none is given. */
const SAMPLE = 256;

/** Prints `init` from the recipe of `initialOf`. */
export class InitialPrinter {
  private readonly program: Program;
  private readonly code: PythonCode;
  private readonly dialect: Dialect;
  private readonly network: NetworkPrinter;
  private readonly recipe: ReturnType<typeof initialOf>;
  private readonly kinks: ReadonlySet<number>;

  constructor(program: Program, code: PythonCode, dialect: Dialect, network: NetworkPrinter) {
    this.program = program;
    this.code = code;
    this.dialect = dialect;
    this.network = network;
    this.recipe = initialOf(program);
    this.kinks = new Set(program.free.filter(({ name }) => this.recipe.get(name)?.kind === 'kinks').map(({ buffer }) => buffer));
  }

  private get splines(): readonly string[] {
    return [...this.recipe].flatMap(([name, initial]) => (initial.kind === 'spline' ? [`${pyString(name)}: (${initial.layer}, ${pyNumber(initial.step)})`] : []));
  }

  tables(code: PythonCode): void {
    code.comment('How each free parameter begins: fan-in, normal with standard deviation 1 / sqrt(columns); normal, with 1; zero; kinks, a bias that puts the kink of its unit somewhere into the range of its pre-activation; spline, max(m v, L v) at the knots.');
    const rows = [...this.recipe].map(([name, { kind }]) => `${pyString(name)}: "${kind}"`);
    if (rows.length === 0) code.line('_INITIAL = {}');
    else code.table('_INITIAL = {', rows, '}');
    if (this.splines.length > 0) {
      code.comment('Hidden signal and knot step of each spline.');
      code.table('_SPLINES = {', this.splines, '}');
    }
  }

  printInit(): void {
    const { code, dialect } = this;
    const { array, name } = dialect;
    const first = { numpy: 'rng: np.random.Generator', jax: 'key: jax.Array', torch: 'generator: torch.Generator | None' }[name];
    const last = { numpy: ['dtype: np.dtype | type = np.float64'], jax: ['dtype: Any = None'], torch: ['dtype: torch.dtype | None = None', 'device: torch.device | str | None = None'] }[name];
    const parameters = [first, 'widths: Mapping[str, int]', '*', 'slopes: Sequence | None = None', 'lipschitz: float = LIPSCHITZ', 'activation: Callable | Sequence[Callable] | None = None', `domain: ${array} | None = None`, ...last];
    const { xp } = dialect;
    const type = name === 'numpy' ? [] : [name === 'jax' ? 'dtype: default float32, or float64 where JAX has it enabled.' : 'dtype, device: default those of torch.'];
    const source = { numpy: 'rng', jax: 'key', torch: 'generator' }[name];
    const doc = [
      'Free parameters to begin with, as _INITIAL says.',
      '',
      `${source}: what is random comes from it${name === 'torch' ? '; None: from the global generator' : ''}.`,
      'widths: by signal or family, as for `dims`.',
      `domain: a sample of inputs, (points, d_x), over which kinks are spread; default ${SAMPLE} points of [-1, 1]^d_x, always the same.`,
      ...type,
    ];
    code.declare(`def init(${parameters.join(', ')}) -> dict[str, ${array}]:`, doc, () => {
      code.line('d = _resolve(widths)');
      if (name === 'jax') code.line('dtype = jnp.zeros((), dtype=dtype).dtype');
      if (name === 'torch') code.verbatim(['dtype = torch.get_default_dtype() if dtype is None else dtype', 'like = {"dtype": dtype, "device": torch.empty(0, device=device).device}']);
      code.line('free = {}');
      code.block(name === 'jax' ? 'for k, (name, shape) in enumerate(_shapes(d).items()):' : 'for name, shape in _shapes(d).items():', () => {
        code.line('kind = _INITIAL[name]');
        code.block('if kind in ("fan-in", "normal"):', () => {
          code.line(
            { numpy: 'value = rng.standard_normal(shape)', jax: 'value = jax.random.normal(jax.random.fold_in(key, k), shape, dtype)', torch: 'value = _random(torch.randn, shape, generator, like)' }[name],
          );
          code.line('free[name] = value / shape[1] ** 0.5 if kind == "fan-in" else value');
        });
        if (this.splines.length > 0) {
          code.block('elif kind == "spline":', () => {
            code.verbatim(['layer, step = _SPLINES[name]', 'm, L = _slopes(slopes)[layer]']);
            code.line(`knots = (${name === 'torch' ? 'torch.arange(shape[1], **like)' : `${xp}.arange(shape[1])`} - (shape[1] - 1) / 2) * step`);
            code.line(`free[name] = ${name === 'torch' ? 'torch.where(knots < 0, m * knots, L * knots).repeat(shape[0], 1)' : `${xp}.tile(${xp}.where(knots < 0, m * knots, L * knots), (shape[0], 1))`}`);
          });
        }
        code.block('else:', () => code.line(`free[name] = ${name === 'torch' ? 'torch.zeros(shape, **like)' : `${xp}.zeros(shape)`}`));
      });
      if (name !== 'torch') code.line(`free = {name: ${name === 'numpy' ? 'value.astype(dtype)' : 'value.astype(dtype)'} for name, value in free.items()}`);
      if (this.kinks.size === 0) {
        code.line('return free');
        return;
      }
      const input = this.inputSize();
      code.block('if domain is None:', () => {
        if (name === 'numpy') code.line(`domain = np.random.default_rng(0).uniform(-1.0, 1.0, (${SAMPLE}, ${input})).astype(dtype)`);
        else if (name === 'jax') code.line(`domain = jax.random.uniform(jax.random.key(0), (${SAMPLE}, ${input}), dtype, -1.0, 1.0)`);
        else code.verbatim(['same = torch.Generator().manual_seed(0)', `domain = 2 * _random(torch.rand, (${SAMPLE}, ${input}), same, like) - 1`]);
      });
      const draw = { numpy: 'rng.random(shape).astype(dtype)', jax: 'jax.random.uniform(jax.random.fold_in(key, len(free) + k), shape, dtype)', torch: '_random(torch.rand, shape, generator, like)' }[name];
      code.line().block('def draw(k, shape):', () => code.line(`return ${draw}`));
      code.line();
      if (name === 'torch') {
        code.block('with torch.no_grad():', () => {
          code.line('constrained = constrain(free, slopes=slopes, lipschitz=lipschitz)');
          code.line(`biases = _spread(draw, constrained, domain.to(**like), activation)`);
        });
      } else {
        code.line('constrained = constrain(free, slopes=slopes, lipschitz=lipschitz)');
        code.line(`biases = _spread(draw, constrained, ${xp}.asarray(domain, dtype=dtype), activation)`);
      }
      code.line('return {name: biases[name] if kind == "kinks" else free[name] for name, kind in _INITIAL.items()}');
    });
  }

  private inputSize(): string {
    const { signals, output, locals, input } = this.program;
    const size = [...signals, output, ...locals][input]?.size ?? null;
    return typeof size === 'number' ? `d[${size}]` : '1';
  }

  printParts(): void {
    const { code, dialect } = this;
    if (dialect.name === 'torch') {
      code.declare('def _random(make, shape, generator, like):', ['Random numbers, made where the generator lives: the same on every device.'], () =>
        code.verbatim(['place = generator.device if generator is not None else "cpu"', 'return make(shape, generator=generator, dtype=like["dtype"], device=place).to(like["device"])']),
      );
    }
    if (this.kinks.size === 0) return;
    code.declare('def _spread(draw, constrained, x, activation):', ['Biases of the hidden signals, drawn layer by layer: each puts its kink where the sample x takes its unit.'], () => this.network.spread(this.kinks));
    const [low, high] = dialect.name === 'torch' ? ['v.amin(0)', 'v.amax(0)'] : ['v.min(0)', 'v.max(0)'];
    code.declare('def _kinks(v, u):', ['-(low + u (high - low)) over the range of each unit, u in [0, 1).'], () => code.verbatim([`low, high = ${low}, ${high}`, 'return -(low + u * (high - low))']));
  }
}
