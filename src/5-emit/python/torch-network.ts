import type { Program } from '../../model/program.js';
import { className, identifiers } from './identifiers.js';
import { docText, pyString } from './literal.js';
import type { PythonCode } from './python-code.js';

/** Prints the class `Network` of the torch target: the functions of the module over registered parameters. */
export function printTorchNetwork(program: Program, code: PythonCode): void {
  const names = identifiers(program);
  code.line().line();
  code.comment("The attribute, and the key in a state_dict, of each free parameter, by the author's name.");
  if (names.size === 0) code.line('_ATTRIBUTES = {}');
  else code.table('_ATTRIBUTES = {', [...names].map(([name, identifier]) => `${pyString(name)}: "${identifier}"`), '}');
  const initial = ['self', 'widths: Mapping[str, int]', '*', 'slopes: Sequence | None = None', 'lipschitz: float = LIPSCHITZ', 'activation: Callable | Sequence[Callable] | None = None', 'domain: torch.Tensor | None = None', 'generator: torch.Generator | None = None', 'dtype: torch.dtype | None = None', 'device: torch.device | str | None = None'];
  code.declare(
    'class Network(torch.nn.Module):',
    [
      docText(`${program.title}: a network with a certified Lipschitz bound, whatever its parameters.`),
      '',
      'Parameters are the free ones, under the names of _ATTRIBUTES. Arguments are those of `init`, `constrain` and `forward`.',
      '',
      'Where nothing is to be differentiated (eval mode, and no_grad or no parameter that requires a gradient) the weights are computed once and kept until a parameter, the bound or the mode changes. Changes through `.data` go unnoticed in eval mode.',
    ],
    () => {
      code.line();
      code.block(`def __init__(${initial.join(', ')}) -> None:`, () =>
        code
          .line('super().__init__()')
          .line('self.widths = dict(widths)')
          .line('self.slopes = _slopes(slopes)')
          .line('self.activation = activation')
          .line('self._lipschitz = _bound(lipschitz)')
          .line('self._kept = None')
          .line('options = {"slopes": slopes, "lipschitz": lipschitz, "activation": activation, "domain": domain}')
          .block('for name, value in init(generator, widths, **options, dtype=dtype, device=device).items():', () => code.line('self.register_parameter(_ATTRIBUTES[name], torch.nn.Parameter(value))')),
      );
      method(code, 'free(self) -> dict[str, torch.Tensor]', ["The parameters by the author's names."], ['return {name: getattr(self, attribute) for name, attribute in _ATTRIBUTES.items()}']);
      code.line().line('@property');
      code.block('def lipschitz(self) -> float:', () => code.doc(['The certified bound; setting it changes the weights.']).line('return self._lipschitz'));
      code.line().line('@lipschitz.setter');
      code.block('def lipschitz(self, value: float) -> None:', () => code.line('self._lipschitz = _bound(value)').line('self._kept = None'));
      method(code, 'constrained(self) -> Constrained', ['The weights, differentiable in the parameters; see `constrain`.'], [
        'free = self.free()',
        'fixed = not (torch.is_grad_enabled() and any(value.requires_grad for value in free.values()))',
        'if self.training or not fixed or torch.compiler.is_compiling():',
        '    return self._constrained(free)',
        'state = (self.slopes, self._lipschitz, [(value, value._version) for value in free.values()])',
        'if self._kept is None or not _is_same(self._kept[0], state):',
        '    with torch.inference_mode(False), torch.no_grad():',
        '        self._kept = (state, self._constrained(free))',
        'return self._kept[1]',
      ]);
      method(code, '_constrained(self, free: dict[str, torch.Tensor]) -> Constrained', [], [
        '# Lower precision would leave the bound behind.',
        'with torch.autocast(next(iter(free.values())).device.type, enabled=False):',
        '    return constrain(free, slopes=self.slopes, lipschitz=self._lipschitz)',
      ]);
      method(code, 'forward(self, x: torch.Tensor) -> torch.Tensor', ['x of shape (..., d_x) to y of shape (..., d_y).'], ['return forward(self.constrained(), x, self.activation)']);
      method(code, 'lmi(self) -> torch.Tensor', ['The LMI of the current weights, N x N.'], ['return lmi(self.constrained())']);
      method(code, 'check(self) -> float', ['The largest eigenvalue of the LMI of the current weights, in double precision: an estimate; see `check`.'], ['with torch.no_grad():', '    return check(self.constrained())']);
      method(code, 'export(self) -> dict[str, torch.Tensor]', ["The current weights, biases and multipliers by the author's names; see `export`."], ['with torch.no_grad():', '    return export(self.constrained())']);
      method(code, 'metadata(self) -> dict[str, str]', ['What the exported tensors mean; see `metadata`.'], ['return metadata(Constrained({}, {}, {}, self.slopes, self._lipschitz))']);
      method(code, 'train(self, mode: bool = True) -> Network', [], ['self._kept = None', 'return super().train(mode)']);
      method(code, '_apply(self, *arguments, **options)', [], ['self._kept = None', 'return super()._apply(*arguments, **options)']);
      method(code, '__getstate__(self) -> dict', [], ['return {**self.__dict__, "_kept": None}']);
      method(code, 'extra_repr(self) -> str', [], ['return f"{self.widths}, lipschitz={self._lipschitz}, slopes={self.slopes}"']);
    },
  );
  const alias = className(program.architecture);
  if (alias !== null) code.line().line().line(`${alias} = Network`);
  code.declare('def _is_same(a, b):', ['Whether two states hold the same parameters, unchanged.'], () =>
    code.line('return a[:2] == b[:2] and all(x is y and v == w for (x, v), (y, w) in zip(a[2], b[2], strict=True))'),
  );
}

function method(code: PythonCode, signature: string, doc: readonly string[], body: readonly string[]): void {
  code.line();
  code.block(`def ${signature}:`, () => {
    if (doc.length > 0) code.doc(doc);
    code.verbatim(body);
  });
}
