import type { Architecture, Strategy } from '../../src/index.js';
import { findStrategy, loadArchitecture, pivotStrategy, readArchitecture } from '../../src/index.js';

/** What is compared, and at what cost: handed to the Python side as plan.json. */
export interface Plan {
  /** Trainable parameters, by data set. */
  readonly budgets: Readonly<Record<string, number>>;
  readonly seeds: readonly number[];
  readonly radii: readonly number[];
  /** The radii of the figure. */
  readonly curve: readonly number[];
  readonly temperatures: readonly number[];
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
  /** The generated file, for `lipwright`. */
  readonly module: string | null;
  /** A built-in architecture or a file beside this one: the equations that the exported weights belong to. */
  readonly architecture: string;
  /** Drawn in the figure. */
  readonly drawn: boolean;
}

/** A method whose parameterization Lipwright derives. */
interface Derived extends Method {
  readonly strategy: Strategy;
}

const here = (file: string): string => new URL(file, import.meta.url).pathname;

export const architectureOf = ({ architecture }: Method): Architecture => (architecture.endsWith('.yaml') ? readArchitecture(here(architecture)) : loadArchitecture(architecture));

/** The depth of the architecture file: those that spell out their layers have no index to count. */
export const fileDepth = ({ architecture, depth }: Method): number => (architecture.startsWith('dense-') || depth === 0 ? 1 : depth);

function derived(id: string, label: string, depth: number, architecture: string, strategy: Strategy, drawn = false): Derived {
  return { id, label, kind: 'lipwright', depth, module: `${id.replaceAll('-', '_')}.py`, architecture, strategy, drawn };
}

const baseline = (kind: 'plain' | 'sandwich' | 'sll', depth: number, label: string, drawn = false): Method => ({
  id: `${kind}-${depth}`,
  label,
  kind,
  depth,
  module: null,
  architecture: kind === 'sll' ? `dense-${depth}.yaml` : 'feedforward',
  drawn,
});

const [cayley, cholesky, spectral] = (['cayley', 'cholesky', 'spectral'] as const).map((contraction) => pivotStrategy({ contraction }));
