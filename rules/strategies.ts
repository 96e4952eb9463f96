import type { Strategy } from '../src/model/strategy.js';

/** What `--strategy` chooses from. A strategy is data that the general derivation reads. */
export const strategies: readonly Strategy[] = [
  {
    name: 'gershgorin',
    title: 'Gershgorin rows, implied bounds dropped, caps as wide as the weights turn out',
    source: 'Juston et al., arXiv 2502.21279, without what its own inequalities already imply',
    elementBounds: 'drop',
    cap: 'measured',
  },
  {
    name: 'gershgorin-paper',
    title: 'Gershgorin rows with the paper\'s own elementwise bounds and its cap 1/|S|',
    source: 'Juston et al., arXiv 2502.21279, section 3',
    elementBounds: 'keep',
    cap: 'inverse-slope',
  },
];
