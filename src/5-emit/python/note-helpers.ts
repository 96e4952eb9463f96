import type { Helper } from './helper.js';

/**
 * Demands that may fail. NumPy raises at once; the others note whether a demand holds and settle all of them at the
 * end: that looks at one number, and where values cannot be looked at, as under a trace, it makes everything NaN.
 */
export const noteHelpers: Readonly<Record<string, Helper>> = {
  _demand: {
    signature: ({ notes }) => (notes ? 'value, checks, message' : 'value, message'),
    about: ({ notes }) => [notes ? 'Notes whether every entry is above 0.' : 'Raises unless every entry is above 0.'],
    body: ({ name }) => {
      if (name === 'numpy') return ['if not np.all(value > 0):', '    raise ValueError(message)'];
      if (name === 'jax') return ['_note(checks, value > 0, message)'];
      return [
        'if isinstance(value, (int, float)):',
        '    if not value > 0:',
        '        raise ValueError(message)',
        '    return',
        'checks.append(((value > 0).all(), message))',
      ];
    },
  },
  _note: {
    signature: 'checks, holds, message',
    about: () => ['Notes whether all of it holds; checks are by message.'],
    body: () => ['checks[message] = jnp.all(holds) & checks.get(message, True)'],
  },
  _settle: {
    signature: 'checks, results',
    about: ({ name }) => [
      'Raises ValueError for a check that fails. Where values cannot be looked at, under ' +
        `${name === 'jax' ? 'jit and vmap' : 'torch.compile and torch.func.vmap'}, all results ` +
        'become NaN instead.',
    ],
    body: ({ name }) =>
      name === 'jax'
        ? [
            'fine = jnp.all(jnp.stack(list(checks.values())))',
            'if isinstance(fine, jax.core.Tracer):',
            '    return jax.tree.map(lambda value: jnp.where(fine, value, jnp.nan), results)',
            'if not fine:',
            '    raise ValueError(next(message for message, ok in checks.items() if not ok))',
            'return results',
          ]
        : [
            'fine = torch.stack([ok for ok, _ in checks]).all()',
            'if not torch.compiler.is_compiling():',
            '    try:',
            '        raised = not bool(fine)',
            '    except RuntimeError:',
            '        pass  # a batch of values, or none yet',
            '    else:',
            '        if raised:',
            '            raise ValueError(next(message for ok, message in checks if not ok))',
            '        return results',
            'poison = torch.where(fine, 0.0, math.nan)',
            'return [{name: value + poison.to(value.dtype) for name, value in table.items()} for table in results]',
          ],
  },
  _fits: {
    signature: 'value, kind',
    about: () => ['Whether all of it are normal numbers of that precision, or 0.'],
    body: ({ name }) => [
      name === 'torch'
        ? 'size, range = value.detach().abs(), torch.finfo(kind)'
        : 'size, range = np.abs(value), np.finfo(kind)',
      'return ((size <= range.max) & ((size >= range.tiny) | (size == 0))).all()',
    ],
  },
  _cholesky: {
    signature: ({ notes }) => (notes ? 'matrix, checks, message' : 'matrix, message'),
    about: ({ notes }) => [
      'The lower triangular factor of a matrix; ' +
        `${notes ? 'notes whether it is' : 'raises where it is not'} positive definite.`,
    ],
    body: ({ name }) => {
      if (name === 'numpy')
        return [
          'try:',
          '    return np.linalg.cholesky(matrix)',
          'except np.linalg.LinAlgError:',
          '    raise ValueError(message) from None',
        ];
      if (name === 'jax')
        return [
          'factor = jnp.linalg.cholesky(matrix)',
          '_note(checks, jnp.isfinite(factor), message)',
          'return factor',
        ];
      return [
        'factor, info = torch.linalg.cholesky_ex(matrix)',
        'checks.append((info == 0, message))',
        'return factor',
      ];
    },
  },
  _cayley: {
    signature: ({ notes }) => (notes ? 'matrix, checks, message' : 'matrix, message'),
    about: () => [
      'Orthonormal columns (rows, if it is wide) by the Cayley transform (Wang and Manchester, ' +
        'ICML 2023): with [X; Y] the',
      'matrix, X square, and W = (I + X - X.T + Y.T Y)⁻¹ it is [2 W - I; -2 Y W].',
    ],
    body: ({ xp, name, notes }) => [
      'rows, columns = matrix.shape',
      'if rows < columns:',
      `    return _cayley(matrix.T, ${notes ? 'checks, ' : ''}message).T`,
      'top, bottom = matrix[:columns], matrix[columns:]',
      name === 'torch'
        ? 'eye = torch.eye(columns, dtype=matrix.dtype, device=matrix.device)'
        : `eye = ${xp}.eye(columns, dtype=matrix.dtype)`,
      name === 'torch'
        ? 'inverse, _ = torch.linalg.solve_ex(eye + top - top.T + bottom.T @ bottom, eye)'
        : `inverse = ${xp}.linalg.solve(eye + top - top.T + bottom.T @ bottom, eye)`,
      ...(name === 'numpy'
        ? ['if not np.all(np.isfinite(inverse)):', '    raise ValueError(message)']
        : [
            name === 'jax'
              ? '_note(checks, jnp.isfinite(inverse), message)'
              : 'checks.append((torch.isfinite(inverse).all(), message))',
          ]),
      `return ${xp}.concatenate([2 * inverse - eye, -2 * bottom @ inverse], 0)`,
    ],
  },
};
