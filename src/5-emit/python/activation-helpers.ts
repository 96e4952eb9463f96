import type { Dialect } from './dialect.js';
import type { Helper } from './helper.js';

/**
 * How the activation of an open layer is found, with its slopes; the tables that these read are printed by
 * `activation-tables`.
 */

const isTorch = ({ name }: Dialect): boolean => name === 'torch';
/** Lines that only modules of PyTorch need. */
const torchOnly = (dialect: Dialect, ...lines: readonly string[]): readonly string[] => (isTorch(dialect) ? lines : []);

export const activationHelpers: Readonly<Record<string, Helper>> = {
  _open: {
    signature: 'v, k, slopes, chosen',
    about: () => [
      'Hidden signal k where the equations leave its activation open: the chosen one, or else m v ' +
        'for v < 0 and L v for v >= 0.',
    ],
    body: ({ xp }) => [
      'if chosen and chosen[k] is not None and chosen[k].function is not None:',
      '    return chosen[k](v)',
      'm, L = slopes[k]',
      `return ${xp}.where(v >= 0, L * v, m * v)`,
    ],
  },
  _chosen: {
    signature: 'slopes, activation',
    about: () => [
      '(m, L) of each hidden signal, and what is known of its activation where the equations leave it open.',
    ],
    uses: () => ['_each', '_known', '_contained', '_called'],
    body: () => [
      'given = [f if own is None else None for own, f in zip(_DECLARED, _each(activation), strict=True)]',
      'known = [None if f is None else _known(f) for f in given]',
      'if slopes is None:',
      '    for f, found in zip(given, known, strict=True):',
      '        if f is not None and found is None:',
      '            raise ValueError(f"LW305 the slopes of {_called(f)} are not known: give ' +
        'slopes=(m, L) that hold for it")',
      '    ordinary = [(0.0, 1.0) if own is None else own[2] for own in _DECLARED]',
      '    pairs = [pair if found is None else found.slopes for pair, found in zip(ordinary, known, strict=True)]',
      '    return _slopes(pairs), tuple(known)',
      'pairs, chosen = [], []',
      'for own, f, found, pair in zip(_DECLARED, given, known, _slopes(slopes), strict=True):',
      '    if found is not None:',
      '        # 0.01 is rounded as a slope: what was derived may be one double wider.',
      '        (m, L), (least, most) = pair, found.slopes',
      '        low = least if least == math.nextafter(m, -math.inf) else m',
      '        pair = low, most if most == math.nextafter(L, math.inf) else L',
      '        _contained(found, pair)',
      '    elif own is None:',
      '        found = Activation(None, pair, f, stated=True)',
      '    pairs.append(pair)',
      '    chosen.append(found)',
      'return tuple(pairs), tuple(chosen)',
    ],
  },
  _admitted: {
    signature: 'activation, constrained',
    about: () => [
      'What is applied to weights that are there already: only what has its slopes in those that they were made for.',
    ],
    uses: () => ['_each', '_known', '_contained', '_called'],
    body: () => [
      'made = constrained.activations or [None] * len(_DECLARED)',
      'chosen = []',
      'for own, f, pair, one in zip(_DECLARED, _each(activation), constrained.slopes, made, strict=True):',
      '    found = None if own is not None or f is None else _known(f)',
      '    if own is None and f is not None and found is None:',
      '        if one is None or not one.stated:',
      '            raise ValueError(f"LW305 the slopes of {_called(f)} are not known: constrain ' +
        'with slopes=(m, L) for it")',
      '        found = Activation(None, pair, f, stated=True)',
      '    _contained(found, pair)',
      '    chosen.append(found)',
      'return chosen',
    ],
  },
  _each: {
    signature: 'activation',
    about: () => ['One activation for each hidden signal; None where none is given.'],
    body: (dialect) => [
      'if isinstance(activation, Activation) or not isinstance(activation, (list, ' +
        `tuple${isTorch(dialect) ? ', torch.nn.ModuleList' : ''})):`,
      '    return [activation] * len(_DECLARED)',
      'if len(activation) != len(_DECLARED):',
      '    raise ValueError(f"LW305 {len(_DECLARED)} activations expected, one a hidden signal, ' +
        'found {len(activation)}")',
      'return list(activation)',
    ],
  },
  _contained: {
    signature: 'found, pair',
    about: () => ['Raises ValueError where (m, L) does not contain the slopes of an activation.'],
    body: () => [
      'if found is not None and not (pair[0] <= found.slopes[0] and found.slopes[1] <= pair[1]):',
      '    called = found.name or "the activation"',
      '    raise ValueError(f"LW305 the slopes of {called} are {list(found.slopes)}, which ' +
        '{list(pair)} does not contain")',
    ],
  },
  _called: {
    signature: 'f',
    about: () => ['What a message calls an activation.'],
    body: () => [
      'name = getattr(f, "__name__", None) or type(f).__name__',
      'return "a lambda" if name == "<lambda>" else name',
    ],
  },
  _known: {
    signature: 'f',
    about: () => [
      'The activation as _KNOWN has it, fixed as it is now, or None. Raises ValueError LW305 where it has no slopes.',
    ],
    uses: (dialect) => ['_at', '_called', '_outward', ...(isTorch(dialect) ? ['_chained'] : [])],
    body: (dialect) => [
      'if isinstance(f, Activation):',
      '    return f',
      'if not callable(f):',
      '    paths = [functions.split()[0] for name, functions, *_ in _KNOWN if name is not None and name == f]',
      '    hint = f", pass ' +
        `${dialect.name === 'jax' ? 'jax' : dialect.name === 'torch' ? 'torch' : 'np'}.{paths[0]}" ` +
        'if paths and paths[0] else ""',
      '    raise ValueError(f"LW305 {f!r} is no function{hint}")',
      'given = {}',
      'while True:',
      '    if isinstance(f, partial) and not f.args:',
      '        f, given = f.func, {**f.keywords, **given}',
      ...torchOnly(
        dialect,
        '    elif isinstance(getattr(f, "__self__", None), torch.nn.Module):',
        '        f = f.__self__',
      ),
      '    else:',
      '        break',
      'called = _called(f)',
      ...torchOnly(
        dialect,
        'module = isinstance(f, torch.nn.Module)',
        'if type(f) is torch.nn.Sequential:',
        '    return _chained(f)',
      ),
      'for name, functions, classes, arguments, settings, what in _KNOWN:',
      ...(isTorch(dialect)
        ? [
            '    names, what_it_is = (classes, type(f)) if module else (functions, f)',
            '    if not any(what_it_is is _at(path) for path in names.split()):',
            '        continue',
          ]
        : ['    if not any(f is _at(path) for path in functions.split()):', '        continue']),
      `    if given.keys() - arguments.keys() - settings.keys()${isTorch(dialect) ? ' - {"inplace"}' : ''}:`,
      '        return None',
      '    values = {key: given.get(key, otherwise) for key, (_, otherwise) in {**arguments, **settings}.items()}',
      ...torchOnly(dialect, '    if module:', '        values = {key: getattr(f, key) for key in values}'),
      '    if not all(holds(values[key]) for key, (holds, _) in settings.items()):',
      '        continue',
      '    if name is None:',
      '        raise ValueError(f"LW305 {called} {what}")',
      '    numbers = {}',
      '    for key, (ours, _) in arguments.items():',
      '        if not isinstance(values[key], Real) or not abs(values[key]) <= 2.0**40:',
      '            raise ValueError(f"LW305 {key} of {called} must be a number, found {values[key]}")',
      '        numbers[ours] = float(values[key])',
      '    bounds = _BOUNDS[name]',
      '    if callable(bounds):',
      '        bounds = bounds({key: Fraction(repr(value)) for key, value in numbers.items()})',
      '    if isinstance(bounds, str):',
      '        raise ValueError(f"LW305 {called} has no slope bounds: {bounds}")',
      '    text = ", ".join(f"{key}={repr(value).removesuffix(\'.0\')}" for key, value in numbers.items())',
      '    kept = tuple((key, values[key]) for key in (arguments if what is not None else values))',
      '    name = f"{name}({text})" if text else name',
      '    return Activation(name, _outward(*bounds), what or _at(functions.split()[0]), kept)',
      ...torchOnly(
        dialect,
        'if module and any(True for _ in f.parameters()):',
        '    raise ValueError(f"LW305 {called} holds parameters of its own, which training may take ' +
          'out of any slopes")',
      ),
      'return None',
    ],
  },
  _chained: {
    signature: 'chain',
    about: () => [
      'A Sequential of known activations, fixed as it is now: slopes of a composition lie in the ' +
        'product of the intervals.',
    ],
    body: () => [
      'parts = tuple(_known(part) for part in chain)',
      'if len(parts) == 1:',
      '    return parts[0]',
      'if None in parts:',
      '    if any(True for _ in chain.parameters()):',
      '        raise ValueError("LW305 Sequential holds parameters of its own, which training may ' +
        'take out of any slopes")',
      '    return None',
      'm, L = Fraction(1), Fraction(1)',
      'for part in parts:',
      '    ends = [a * Fraction(b) for a in (m, L) for b in part.slopes]',
      '    m, L = min(ends), max(ends)',
      'return Activation(None, _outward(m, L), _run_chain, (("parts", parts),))',
    ],
    uses: () => ['_run_chain', '_outward'],
  },
  _run_chain: {
    signature: 'v, parts',
    about: () => ['Activations, one after another.'],
    body: () => ['for part in parts:', '    v = part(v)', 'return v'],
  },
  _at: {
    signature: 'path',
    about: ({ name }) => [`What ${name} has under this name; None in versions without it.`],
    body: ({ name, xp }) => [
      `found = ${name === 'jax' ? 'jax' : xp}`,
      'for part in path.split("."):',
      '    found = getattr(found, part, None)',
      'return found',
    ],
  },
  _outward: {
    signature: 'low, high',
    about: () => ['The least interval of doubles around an exact one.'],
    body: () => [
      'm, L = float(low), float(high)',
      'return m if m <= low else math.nextafter(m, -math.inf), L if L >= high else math.nextafter(L, math.inf)',
    ],
  },
  _smooth_softplus: {
    signature: 'v, beta',
    about: () => ['log(1 + exp(beta v)) / beta, without the jump that the framework has at its threshold.'],
    uses: () => ['_softplus'],
    body: () => ['return _softplus(beta * v) / beta'],
  },
};
