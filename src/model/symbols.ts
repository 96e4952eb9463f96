import type { SymbolKind } from '../expr/node.js';

/**
 * The kinds of symbols that several rules of the recursion and of the allocation share, each declared once: its letter,
 * its meaning, what files call it. A kind that one rule alone makes is declared in that rule's file.
 */

export const slopeRange: SymbolKind = {
  role: 'slope-range',
  letters: ['s'],
  meaning: () => 'the range of the slopes, the largest less the least',
};

export const covariance: SymbolKind = {
  role: 'covariance',
  letters: ['K'],
  ofTwo: true,
  meaning: (of) => `covariances of what ${of} reads`,
};

export const pivot: SymbolKind = {
  role: 'pivot',
  letters: ['D'],
  meaning: (of, _part, name) =>
    `the pivot of ${of}: its block of ${name('form')} once all signals before it are eliminated`,
};

export const gain: SymbolKind = {
  role: 'gain',
  letters: ['G'],
  meaning: (of, _part, name) => `the gain of ${of}, by which ${name(pivot)}⁻¹ enters its covariances`,
};

export const factor: SymbolKind = {
  role: 'factor',
  letters: ['R'],
  meaning: (of, part, name) =>
    part === null
      ? `lower triangular, ${name(factor)} ${name(factor)}ᵀ is the covariance of what ${of} reads`
      : `the block of ${name(factor)} that belongs to what ${of} reads through dense weights`,
};

export const free: SymbolKind = {
  role: 'free',
  letters: ['Z'],
  meaning: (of) => `the free numbers that the dense weights of ${of} hold at first, side by side`,
};

export const contraction: SymbolKind = {
  role: 'contraction',
  letters: ['U'],
  meaning: (_of, _part, name) => `a contraction made of ${name(free)}: no singular value above 1`,
};

export const image: SymbolKind = {
  role: 'image',
  letters: ['X'],
  meaning: (of, part, name) =>
    part === null
      ? `what the weights of ${of} make of ${name(factor)}, in the columns of its dense weights`
      : `${name(image)} less what the reads of fixed structure put into it`,
};

export const solution: SymbolKind = {
  role: 'solution',
  letters: ['V'],
  meaning: (of, _part, name) =>
    `the dense weights of ${of} times their coefficients, side by side, as ${name(image)} asks for them`,
};

export const reached: SymbolKind = {
  role: 'reached',
  letters: ['F'],
  meaning: (of, part, name) => {
    if (part === 'check')
      return `${name('identity')} less the left side of the condition on ${of}, for the weights as they were rounded`;
    return part === null
      ? `what ${name(image)} ${name(image)}ᵀ and the reads of fixed structure make, or what these leave to it`
      : `${name('identity')} + ${name(free)} ${name(free)}ᵀ, which the contraction is made by`;
  },
};

export const norm: SymbolKind = {
  role: 'norm',
  letters: ['beta', 'eta'],
  meaning: () => 'an upper bound of the largest singular value of a matrix',
};

export const rounding: SymbolKind = {
  role: 'rounding',
  letters: ['epsilon', 'xi'],
  meaning: (of, part, name) =>
    `a bound of what rounding changes of the image of ${of} under ${name(factor)}, where ` +
    `${part ?? 'reads'} share a signal with other reads`,
};

export const room: SymbolKind = {
  role: 'room',
  letters: ['Theta', 'Pi'],
  meaning: (_of, _part, name) =>
    `diagonal: 2 ${name('multiplier')}⁻¹ / ${name(spreadSlope)}², which ${name(image)} ` +
    `${name(image)}ᵀ must stay below`,
};

export const roomFactor: SymbolKind = {
  role: 'room-factor',
  letters: ['J'],
  meaning: (_of, part, name) => {
    if (part === 'check') return `its Cholesky factor, which exists as long as the condition holds`;
    if (part === 'diagonal') return `diagonal: the root of what ${name(image)} ${name(image)}ᵀ must stay below`;
    return part === null
      ? `lower triangular, ${name(roomFactor)} ${name(roomFactor)}ᵀ is what is left to ` +
          `${name(image)} ${name(image)}ᵀ`
      : 'lower triangular: the Cholesky factor that the contraction is made by';
  },
};

export const fixedImage: SymbolKind = {
  role: 'fixed-image',
  letters: ['Y'],
  meaning: (of, part, name) =>
    `the ${part === null ? 'weights of fixed structure' : 'diagonal weights'} of ${of} times ` +
    `their part of ${name(factor)}`,
};

export const fixedSquare: SymbolKind = {
  role: 'fixed-square',
  letters: ['Q'],
  meaning: (of, _part, name) =>
    `${name(fixedImage)} ${name(fixedImage)}ᵀ: what ${of} spends on reads of fixed ` +
    'structure, whatever its dense weights are',
};

export const spreadSlope: SymbolKind = {
  role: 'spread-slope',
  letters: ['sigma', 'delta'],
  meaning: (_of, _part, name) =>
    `${name(slopeRange)}, but not below a small part of the slopes' size: it can be divided by`,
};

export const share: SymbolKind = {
  role: 'share',
  letters: ['f'],
  meaning: (of, part, name) => {
    if (part === 'diagonal') return 'the factor by which diagonal weights shrink, a number';
    if (part === 'absorbed')
      return `the factor by which weights of ${of} shrink that share a signal with other reads, a number`;
    return part === 'Z'
      ? `the factor by which ${name(free)} is shortened, a number: 1 unless ${name(free)} is too ` +
          'long for the precision'
      : `diagonal: the factors on the columns of ${name(free)}`;
  },
};

export const used: SymbolKind = {
  role: 'used',
  letters: ['mu', 'theta'],
  meaning: (of) =>
    `the part of the pivot of ${of} that it uses: at most 1 less the margin, less where the ` +
    'slopes are nearly one or the output reads an earlier signal as it is',
};

export const freeMultiplier: SymbolKind = {
  role: 'free-multiplier',
  letters: ['psi', 'zeta'],
  stored: ['psi', 'psi_phi', 'psi_'],
  meaning: () => 'free numbers: the multipliers are made of their exponentials',
};

export const leastMultiplier: SymbolKind = {
  role: 'least-multiplier',
  letters: ['nu', 'pi'],
  meaning: (of) =>
    `what the multipliers of ${of} exceed, since the output reads ${of} as it is, perhaps beside a dense weight`,
};

export const freeScale: SymbolKind = {
  role: 'free-scale',
  letters: ['rho'],
  stored: ['rho', 'rho_phi', 'rho_'],
  meaning: (_of, _part, name) => `free numbers: their exponentials are the scales ${name(rowScale)}`,
};

export const rowScale: SymbolKind = {
  role: 'row-scale',
  letters: ['q'],
  meaning: (_of, _part, name) => `diagonal and positive: scales of the rows of ${name(image)}`,
};
