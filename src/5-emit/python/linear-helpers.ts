import type { Helper } from './helper.js';

/** Matrix functions that the frameworks do not have, or not alike. */
export const linearHelpers: Readonly<Record<string, Helper>> = {
  _off_diagonal: {
    signature: 'matrix',
    about: () => ['The matrix with zeros on its diagonal.'],
    body: ({ xp }) => [`return matrix - ${xp}.diag(${xp}.diag(matrix))`],
  },
  _least_on_support: {
    signature: 'matrix, v',
    about: () => ['In each row the least of 1 and the v[j] whose entry is not 0.'],
    body: ({ xp, name }) => [
      name === 'torch'
        ? 'return torch.where(matrix != 0, torch.clip(v, max=1.0), 1.0).amin(1)'
        : `return ${xp}.where(matrix != 0, ${xp}.minimum(v, 1.0), 1.0).min(1)`,
    ],
  },
  _double: {
    signature: 'value',
    about: () => ['In double precision, on the host where the device has none.'],
    body: () => [
      'place = value.device',
      'if place.type == "mps" or (place.type == "xpu" and not torch.xpu.get_device_properties(place).has_fp64):',
      '    place = torch.device("cpu")',
      'return value.to(place, torch.float64)',
    ],
  },
  _kept: {
    signature: 'value, bits',
    about: ({ name }) => [
      'Rounded to the precision that weights are kept in, at most the largest number that it ' +
        `has${name === 'torch' ? '; the derivative is that of the value' : ''}.`,
    ],
    body: ({ name }) =>
      name === 'torch'
        ? [
            'if bits != 32:',
            '    return value',
            'fixed, largest = value.detach(), torch.finfo(torch.float32).max',
            'return value + (fixed.clamp(-largest, largest).to(torch.float32).to(value.dtype) - fixed)',
          ]
        : [
            'if bits != 32:',
            '    return value',
            'largest = np.finfo(np.float32).max',
            'return np.clip(value, -largest, largest).astype(np.float32).astype(value.dtype)',
          ],
  },
  _relative: {
    signature: 'M, parts',
    about: () => ['D^(-1/2) M D^(-1/2) with D the diagonal of parts, or 1 where that is 0.'],
    body: ({ name }) => {
      const xp = name === 'torch' ? 'torch' : 'np';
      return [
        `size = ${xp}.diag(parts)`,
        `scale = ${xp}.sqrt(${xp}.where(size == 0, 1.0, size))`,
        'return M / scale[:, None] / scale',
      ];
    },
  },
  _number: {
    signature: 'lipschitz',
    about: () => ['The bound as a float.'],
    body: () => ['return float(lipschitz.detach()) if torch.is_tensor(lipschitz) else float(lipschitz)'],
  },
  _single: {
    signature: 'value',
    about: () => ['As an array, at least in single precision.'],
    body: () => ['value = jnp.asarray(value)', 'return value.astype(jnp.promote_types(value.dtype, jnp.float32))'],
  },
  _block: {
    signature: 'rows',
    about: () => ['A matrix out of rows of blocks.'],
    body: () => ['return torch.cat([torch.cat(row, 1) for row in rows], 0)'],
  },
  _solve_left: {
    signature: 'factor, matrix, transposed=False',
    about: ({ name }) => [
      'factor⁻¹ @ matrix, or factor⁻ᵀ @ matrix, for a lower triangular ' +
        `factor${name === 'numpy' ? ': substitution, in halves' : ''}.`,
    ],
    body: ({ name }) => {
      if (name === 'jax') return ['return solve_triangular(factor, matrix, trans=1 if transposed else 0, lower=True)'];
      if (name === 'torch')
        return ['return torch.linalg.solve_triangular(factor.T if transposed else factor, matrix, upper=transposed)'];
      return [
        'if transposed:',
        '    # Read backwards, the transpose is lower triangular too.',
        '    return _solve_left(factor.T[::-1, ::-1], matrix[::-1])[::-1]',
        'order = len(factor)',
        'if order > 16:',
        '    half = order // 2',
        '    top = _solve_left(factor[:half, :half], matrix[:half])',
        '    return np.concatenate([top, _solve_left(factor[half:, half:], matrix[half:] - ' +
          'factor[half:, :half] @ top)])',
        'result = np.empty(matrix.shape, np.result_type(factor, matrix))',
        'for i in range(order):',
        '    result[i] = (matrix[i] - factor[i, :i] @ result[:i]) / factor[i, i]',
        'return result',
      ];
    },
  },
  _solve_right: {
    signature: 'matrix, factor, transposed=False',
    about: () => ['matrix @ factor⁻¹, or matrix @ factor⁻ᵀ, for a lower triangular factor.'],
    uses: ({ name }) => (name === 'torch' ? [] : ['_solve_left']),
    body: ({ name }) =>
      name === 'torch'
        ? [
            'return torch.linalg.solve_triangular(factor.T if transposed else factor, matrix, ' +
              'upper=transposed, left=False)',
          ]
        : ['return _solve_left(factor, matrix.T, not transposed).T'],
  },
  _spectral_norm: {
    signature: 'matrix',
    about: () => [
      'At least the largest singular value and at most rank^(1/1024) times it, by Gram iteration ' +
        '(Delattre, Barthélemy,',
      'Araujo and Allauzen, ICML 2023, arXiv 2305.16173): 8 squarings. 0 for the zero matrix, and ' +
        'so is its gradient there.',
    ],
    body: ({ xp, name }) => {
      const still = (text: string): string =>
        name === 'jax' ? `jax.lax.stop_gradient(${text})` : name === 'torch' ? `${text}.detach()` : text;
      return [
        `largest = ${still(name === 'torch' ? 'matrix.abs().max()' : `${xp}.abs(matrix).max()`)}`,
        'zero = largest == 0',
        `scaled = ${xp}.where(zero, 1.0, matrix / ${xp}.where(zero, 1.0, largest))`,
        'rows, columns = matrix.shape',
        'gram = scaled @ scaled.T if rows < columns else scaled.T @ scaled',
        'bound = 1.0',
        'for k in range(8):',
        ...(name === 'numpy'
          ? []
          : ['    # What the matrix is divided by cancels from the product: a constant, as far as the gradient goes.']),
        `    root = ${still(`${xp}.sqrt((gram * gram).sum())`)}`,
        '    bound = bound * root ** 0.5**k',
        '    gram = gram / root',
        '    gram = gram @ gram',
        `bound = bound * ${xp}.sqrt((gram * gram).sum()) ** 0.5**8`,
        `return ${xp}.where(zero, 0.0, largest * ${xp}.sqrt(bound))`,
      ];
    },
  },
  _assemble: {
    signature: ({ name }) => (name === 'jax' ? 'xp, sizes, blocks, like' : 'sizes, blocks, like'),
    about: () => ['The symmetric matrix of the blocks on and above the diagonal; those that are missing are 0.'],
    body: ({ name, xp: own }) => {
      const xp = name === 'jax' ? 'xp' : own;
      return [
        '',
        'def block(i, j):',
        '    if (i, j) in blocks:',
        '        return blocks[i, j]',
        `    return blocks[j, i].T if (j, i) in blocks else ${xp}.zeros((sizes[i], sizes[j]), **like)`,
        '',
        'places = range(len(sizes))',
        `return ${xp}.concatenate([${xp}.concatenate([block(i, j) for j in places], 1) for i in places], 0)`,
      ];
    },
  },
};
