import { activationHelpers } from './activation-helpers.js';
import type { Dialect } from './dialect.js';
import { linearHelpers } from './linear-helpers.js';
import type { Helper } from './helper.js';
import { noteHelpers } from './note-helpers.js';
import { splineHelpers } from './spline-helpers.js';
import type { PythonCode } from './python-code.js';

const elementary: Readonly<Record<string, Helper>> = {
  _ratio: {
    signature: 'a, b',
    about: () => ['a / b for floats, infinite where b is 0.'],
    body: () => ['return a / b if b != 0 else math.copysign(math.inf, a) if a != 0 else math.nan'],
  },
  _capped: {
    signature: 'limit, above, below',
    about: () => [
      'min(limit, above / below) for below >= 0; a quotient that is not taken is not formed: gradients stay finite.',
    ],
    body: ({ xp }) => [
      'kept = above >= limit * below',
      `return ${xp}.where(kept, limit, above / ${xp}.where(kept, 1.0, below))`,
    ],
  },
  _minimum: {
    signature: 'a, b',
    about: () => [
      'min(a, b) elementwise, b a number or a tensor; where both are equal each takes half of the gradient.',
    ],
    body: () => ['return torch.minimum(a, b if torch.is_tensor(b) else torch.full_like(a, b))'],
  },
  _maximum: {
    signature: 'a, b',
    about: () => [
      'max(a, b) elementwise, b a number or a tensor; where both are equal each takes half of the gradient.',
    ],
    body: () => ['return torch.maximum(a, b if torch.is_tensor(b) else torch.full_like(a, b))'],
  },
  _sech: {
    signature: 'u',
    about: () => ['1 / cosh(u) without overflow.'],
    body: ({ xp }) => [`e = ${xp}.exp(-${xp}.abs(u))`, 'return 2 * e / (1 + e * e)'],
  },
  _sigmoid: {
    signature: 'u',
    about: () => ['1 / (1 + exp(-u)) without overflow.'],
    body: ({ xp }) => [`e = ${xp}.exp(-${xp}.abs(u))`, `return ${xp}.where(u >= 0, 1.0, e) / (1 + e)`],
  },
  _softplus: {
    signature: 'u',
    about: () => ['log(1 + exp(u)) without overflow.'],
    body: ({ xp, name }) => [`return ${xp}.logaddexp(u, ${name === 'torch' ? 'torch.zeros_like(u)' : '0.0'})`],
  },
  _erf: {
    signature: 'u',
    about: () => ['The error function, which NumPy does not have.'],
    body: () => ['return np.vectorize(math.erf, otypes=[float])(u).astype(u.dtype)'],
  },
};

/** The functions behind those that a module offers, in the order in which they are printed. */
const helpers: Readonly<Record<string, Helper>> = {
  ...noteHelpers,
  ...activationHelpers,
  ...elementary,
  ...linearHelpers,
  ...splineHelpers,
};

/** These and those that they call, in order. */
export function withCalled(names: Iterable<string>, dialect: Dialect): readonly string[] {
  const all = new Set(names);
  for (const name of all) for (const called of helpers[name]?.uses?.(dialect) ?? []) all.add(called); // a set hands out what it gains on the way
  const unknown = [...all].find((name) => helpers[name] === undefined);
  if (unknown !== undefined) throw new Error(`no helper ${unknown}`);
  return Object.keys(helpers).filter((name) => all.has(name));
}

export function printHelper(code: PythonCode, name: string, dialect: Dialect): void {
  const helper = helpers[name];
  if (helper === undefined) return;
  const signature = typeof helper.signature === 'string' ? helper.signature : helper.signature(dialect);
  code.declare(`def ${name}(${signature}):`, [helper.about(dialect).join(' ')], () =>
    code.verbatim(helper.body(dialect)),
  );
}
