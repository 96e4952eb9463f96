import { fileURLToPath } from 'node:url';
import type { Architecture, Strategy } from '../../src/index.js';
import { loadArchitecture, pivotStrategy, readArchitecture } from '../../src/index.js';

/** What is compared, and at what cost; the Python side gets it as plan.json. */
export interface Plan {
  /** Trainable parameters by data set. */
  readonly budgets: Readonly<Record<string, number>>;
  readonly seeds: readonly number[];
  readonly radii: readonly number[];
  /** The radii of the figure. */
  readonly curve: readonly number[];
  readonly temperatures: readonly number[];
  /** Of the matrices at the start. */
  readonly scales: readonly number[];
  readonly tuningSteps: number;
  readonly steps: number;
  readonly methods: readonly Method[];
}

export interface Method {
  readonly id: string;
  readonly label: string;
  readonly kind: 'lipwright' | 'plain' | 'sandwich' | 'sll';
  /** Hidden layers. */
  readonly depth: number;
  /** A built-in architecture or a file of this folder: the equations that the exported weights belong to. */
  readonly architecture: string;
  /** Of `lipwright`: what the generated file is made with, and its name. */
  readonly strategy: string | Strategy | null;
  readonly module: string | null;
}

/** As in a path of this folder, or a built-in name. */
export function architectureOf({ architecture }: Method): Architecture {
  return architecture.endsWith('.yaml')
    ? readArchitecture(fileURLToPath(new URL(architecture, import.meta.url)))
    : loadArchitecture(architecture);
}

/** The depth that the architecture is read at: files that spell out their layers count none. */
export const readDepth = ({ architecture, depth }: Method): number =>
  architecture.startsWith('dense-') ? 1 : Math.max(depth, 1);

function derived(
  architecture: string,
  depth: number,
  choice: 'cayley' | 'cholesky' | 'spectral' | 'gershgorin-paper',
): Method {
  const name = architecture.replace(/-\d|\.yaml/g, '');
  const id = `${name}-${choice}-${depth}`;
  const strategy = choice === 'gershgorin-paper' ? choice : pivotStrategy({ contraction: choice });
  return {
    id,
    label: choice === 'gershgorin-paper' ? `${name}, ${choice}` : `${name}, pivot ${choice}`,
    kind: 'lipwright',
    depth,
    architecture,
    strategy,
    module: `${id.replaceAll('-', '_')}.py`,
  };
}

function byHand(kind: 'plain' | 'sandwich' | 'sll', depth: number): Method {
  const label = { plain: 'no constraint', sandwich: 'sandwich', sll: 'SLL' }[kind];
  return {
    id: `${kind}-${depth}`,
    label,
    kind,
    depth,
    architecture: kind === 'sll' ? `dense-${depth}.yaml` : 'feedforward',
    strategy: null,
    module: null,
  };
}

const full: Plan = {
  budgets: { iris: 500, wine: 1200, 'breast cancer': 2500, digits: 6000 },
  seeds: [0, 1, 2, 3, 4],
  radii: [0.1, 0.25, 0.5, 1],
  curve: Array.from({ length: 31 }, (_, i) => i / 20),
  temperatures: [0.1, 0.3, 1],
  scales: [1, 0.3],
  tuningSteps: 100,
  steps: 500,
  methods: [
    derived('feedforward', 2, 'cayley'),
    derived('feedforward', 2, 'spectral'),
    derived('feedforward', 2, 'cholesky'),
    derived('residual.yaml', 2, 'cayley'),
    derived('dense-2.yaml', 2, 'cayley'),
    derived('dense-3.yaml', 3, 'cayley'),
    derived('feedforward', 2, 'gershgorin-paper'),
    derived('linear', 0, 'spectral'),
    byHand('sll', 2),
    byHand('sll', 3),
    byHand('sandwich', 2),
    byHand('sandwich', 3),
    byHand('plain', 2),
  ],
};

/** A minute at most: one data set, one split, few steps, one method of each kind. */
const quick: Plan = {
  ...full,
  budgets: { wine: 700 },
  seeds: [0],
  temperatures: [0.3],
  scales: [1],
  tuningSteps: 1,
  steps: 60,
  methods: full.methods.filter(({ id }) => ['dense-cayley-2', 'sll-2', 'sandwich-2', 'plain-2'].includes(id)),
};

export const planOf = (isQuick: boolean): Plan => (isQuick ? quick : full);
