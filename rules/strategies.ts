import type { Strategy } from '../src/model/strategy.js';

/** What is compiled, sampled and verified where nobody says otherwise: exact, and its networks learn. */
export const defaultStrategy = 'pivot';

/** What `derive` shows where nobody says otherwise: the rows and the inequalities of the paper. */
export const shownStrategy = 'gershgorin';

/** What `--strategy` chooses from. A strategy is data that the general derivation reads. */
export const strategies: readonly Strategy[] = [
  {
    kind: 'rows',
    name: 'gershgorin',
    title: 'Gershgorin rows, implied bounds dropped, caps as wide as the weights turn out',
    source: 'Juston et al., arXiv 2502.21279, without what its own inequalities already imply',
    elementBounds: 'drop',
    cap: 'measured',
    scales: 'none',
  },
  {
    kind: 'rows',
    name: 'gershgorin-paper',
    title: "Gershgorin rows with the paper's own elementwise bounds and its cap 1/|S|",
    source: 'Juston et al., arXiv 2502.21279, section 3',
    elementBounds: 'keep',
    cap: 'inverse-slope',
    scales: 'none',
  },
  {
    kind: 'rows',
    name: 'scaled-gershgorin',
    title: 'Gershgorin rows of TMT with a trainable positive scale for every unit',
    source:
      'the rows of gershgorin after a diagonal congruence; its weights t as in AOL (Prach, ' +
      'Lampert, ECCV 2022) and SLL (Araujo et al., ICLR 2023)',
    elementBounds: 'drop',
    cap: 'measured',
    scales: 'trainable',
  },
  {
    kind: 'pivot',
    name: 'pivot',
    title: 'Block LDLᵀ of the LMI by covariance propagation: exact, for any acyclic reads and any slopes',
    source: 'the pivot of Wang and Manchester, ICML 2023, and of Araujo et al., ICLR 2023, for every architecture',
    multipliers: 'free',
    contraction: 'spectral',
    margin: null,
  },
];
