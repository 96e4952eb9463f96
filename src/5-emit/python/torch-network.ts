import type { Program } from '../../model/program.js';
import { className, identifiers } from './identifiers.js';
import { docText, pyString } from './literal.js';
import type { PythonCode } from './python-code.js';
import { stateFunctions, stateMethods } from './torch-state.js';

/** Prints the class `Network` of the torch target: the functions of the module over registered parameters. */
export function printTorchNetwork(program: Program, code: PythonCode): void {
  const names = identifiers(program);
  const open = program.layers.some(({ activation }) => activation.kind === 'open');
  const made =
    'constrain(free, slopes=self.slopes, ' + `lipschitz=self.lipschitz${open ? ', activation=self._activations' : ''})`;
  code.line().line();
  code.comment("The attribute, and the key in a state_dict, of each free parameter, by the author's name.");
  if (names.size === 0) code.line('_ATTRIBUTES = {}');
  else
    code.table(
      '_ATTRIBUTES = {',
      [...names].map(([name, identifier]) => `${pyString(name)}: "${identifier}"`),
      '}',
    );
  const initial = [
    'self',
    'widths: Mapping[str, int]',
    '*',
    'slopes: Sequence | None = None',
    'lipschitz: float | torch.Tensor = LIPSCHITZ',
    'activation: Callable | Sequence[Callable] | None = None',
    'domain: torch.Tensor | None = None',
    'generator: torch.Generator | None = None',
    'dtype: torch.dtype | None = None',
    'device: torch.device | str | None = None',
  ];
  code.declare(
    'class Network(torch.nn.Module):',
    [
      docText(`${program.title}: a network with a certified Lipschitz bound, whatever its parameters.`),
      '',
      'Parameters are the free ones, under the names of _ATTRIBUTES. Arguments are those of ' +
        '`init`, `constrain` and `forward`.',
      '',
      'lipschitz: the certified bound; setting it changes the weights. A torch.nn.Parameter is one ' +
        'of the parameters and learned with them.',
      '',
      'Where nothing is to be differentiated (eval mode, and no_grad or no parameter that requires ' +
        'a gradient) the weights are computed once and kept until a parameter, the bound or the mode ' +
        'changes. Changes through `.data` go unnoticed in eval mode.',
    ],
    () => {
      code.line();
      code.block(`def __init__(${initial.join(', ')}) -> None:`, () =>
        code
          .line('super().__init__()')
          .line('self.widths = dict(widths)')
          .line('self._stated = slopes')
          .line('self.activation = activation')
          .line('self.lipschitz = lipschitz')
          .line('options = {"slopes": slopes, "lipschitz": lipschitz, "activation": activation, "domain": domain}')
          .block('with torch.inference_mode(False):', () =>
            code
              .line('free = init(generator, widths, **options, dtype=dtype, device=device)')
              .block('for name, value in free.items():', () =>
                code.line('self.register_parameter(_ATTRIBUTES[name], torch.nn.Parameter(value))'),
              ),
          ),
      );
      method(
        code,
        'free(self) -> dict[str, torch.Tensor]',
        ["The parameters by the author's names."],
        ['return {name: getattr(self, attribute) for name, attribute in _ATTRIBUTES.items()}'],
      );
      printChoice(code, open);
      method(
        code,
        'constrained(self) -> Constrained',
        ['The weights, differentiable in the parameters; see `constrain`.'],
        [
          'free = self.free()',
          'values = [value for value in (*free.values(), self.lipschitz) if torch.is_tensor(value)]',
          'fixed = not (torch.is_grad_enabled() and any(value.requires_grad for value in values))',
          'traced = torch.compiler.is_compiling() or torch.jit.is_tracing()',
          '# Tensors of inference mode do not tell whether they were changed.',
          'if self.training or not fixed or traced or any(value.is_inference() for value in values):',
          `    return ${made}`,
          'bound = None if torch.is_tensor(self.lipschitz) else self.lipschitz',
          'state = (self.slopes, bound, [(value, value._version) for value in values])',
          'if self._kept is None or not _is_same(self._kept[0], state):',
          '    with torch.inference_mode(False), torch.no_grad():',
          `        made = ${made}`,
          '        self._kept = (state, made)',
          'return self._kept[1]',
        ],
      );
      method(
        code,
        'forward(self, x: torch.Tensor) -> torch.Tensor',
        ['x of shape (..., d_x) to y of shape (..., d_y).'],
        ['return forward(self.constrained(), x)'],
      );
      method(
        code,
        'lmi(self) -> torch.Tensor',
        ['The LMI of the current weights, N x N.'],
        ['return lmi(self.constrained())'],
      );
      method(
        code,
        'check(self) -> float',
        ['The largest eigenvalue of the LMI of the current weights, in double precision: an estimate; see `check`.'],
        ['with torch.no_grad():', '    return check(self.constrained())'],
      );
      method(
        code,
        'export(self) -> dict[str, torch.Tensor]',
        ["The current weights, biases and multipliers by the author's names; see `export`."],
        ['with torch.no_grad():', '    return export(self.constrained())'],
      );
      method(
        code,
        'metadata(self) -> dict[str, str]',
        ['What the exported tensors mean; see `metadata`.'],
        [
          'return metadata(Constrained({}, {}, {}, self.slopes, ' +
            `self.lipschitz${open ? ', _run(self._activations, self.slopes)' : ''}))`,
        ],
      );
      method(
        code,
        'train(self, mode: bool = True) -> Network',
        [],
        ['self._kept = None', 'return super().train(mode)'],
      );
      method(
        code,
        '_apply(self, *arguments, **options)',
        [],
        ['self._kept = None', 'return super()._apply(*arguments, **options)'],
      );
      for (const [signature, body, lines] of stateMethods) method(code, signature, body, lines);
      method(code, '__getstate__(self) -> dict', [], ['return {**self.__dict__, "_kept": None}']);
      method(
        code,
        'extra_repr(self) -> str',
        [],
        ['return f"{self.widths}, lipschitz={_number(self.lipschitz)}, slopes={self.slopes}"'],
      );
    },
  );
  stateFunctions(code);
  if (open) {
    code.declare(
      'def _run(chosen, slopes):',
      ['The activations that run: m v below 0 and L v above is ReLU where m = 0 and L = 1.'],
      () =>
        code.verbatim([
          'relu = Activation("relu", (0.0, 1.0), None)',
          'pairs = zip(chosen, slopes, strict=True)',
          'return tuple(relu if pair == (0.0, 1.0) and (one is None or one.function is None) else one ' +
            'for one, pair in pairs)',
        ]),
    );
  }
  const alias = className(program.architecture);
  if (alias !== null) code.line().line().line(`${alias} = Network`);
  code.declare('def _is_same(a, b):', ['Whether two states hold the same parameters, unchanged.'], () =>
    code.line('return a[:2] == b[:2] and all(x is y and v == w for (x, v), (y, w) in zip(a[2], b[2], strict=True))'),
  );
}

/**
 * The bound, slopes and activation, which are looked at whenever they are set; slopes and activation are one choice.
 */
function printChoice(code: PythonCode, open: boolean): void {
  code.line().line('@property');
  code.block('def slopes(self) -> tuple[tuple[float, float], ...]:', () =>
    code
      .doc(['(m, L) of each hidden signal; setting them changes the weights. None: those of the activations.'])
      .line('return self._slopes'),
  );
  code.line().line('@property');
  code.block('def activation(self) -> Callable | Sequence[Callable] | None:', () =>
    code
      .doc([
        'The activation, as it was given. Setting another one derives its slopes anew, unless slopes ' +
          'were given: then these must contain them.',
      ])
      .line('return self._activation'),
  );
  method(
    code,
    '__setattr__(self, name: str, value: object) -> None',
    [],
    [
      '# Not by property setters: torch.nn.Module would register a module past them.',
      'if name == "lipschitz":',
      '    value = _bound(value)',
      '    # It may have been a number and become a parameter, or the other way.',
      '    self.__dict__.pop(name, None)',
      '    self._parameters.pop(name, None)',
      '    self._kept = None',
      'if name not in ("slopes", "activation"):',
      '    super().__setattr__(name, value)',
      '    return',
      'stated = value if name == "slopes" else self._stated',
      'activation = value if name == "activation" else self._activation',
      ...(open ? ['pairs, activations = _chosen(stated, activation)'] : ['pairs = _slopes(stated)']),
      'self._modules.pop("_activation", None)',
      'self._stated, self._slopes, self._activation, self._kept = stated, pairs, activation, None',
      ...(open ? ['self._activations = activations'] : []),
    ],
  );
}

function method(code: PythonCode, signature: string, doc: readonly string[], body: readonly string[]): void {
  code.line();
  code.block(`def ${signature}:`, () => {
    if (doc.length > 0) code.doc(doc);
    code.verbatim(body);
  });
}
