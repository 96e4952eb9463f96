import { join } from 'node:path';
import { certify, networkFromTensors, readSafetensorsFile } from '../../src/index.js';
import { importNetwork } from '../../src/import/import.js';
import { sourceOfSafetensors } from '../../src/import/source.js';
import { readSafetensorsContents } from '../../src/import/safetensors.js';
import type { Method } from './plan.js';
import { architectureOf, readDepth } from './plan.js';

/** One trained network, as the training script lists it. */
export interface Trained {
  readonly dataSet: string;
  readonly method: string;
  readonly seed: number;
  readonly file: string;
  /** Hidden widths. */
  readonly hidden: readonly number[];
  readonly parameters: number;
  readonly temperature: number;
  readonly scale: number;
}

export interface CertifiedNetwork extends Trained {
  /** The bound in the Euclidean norm that is proven for the weights in the file. */
  readonly lipschitz: number;
  /** Whether 1, the bound of the training, is proven for the weights in float32 as they are; null for baselines. */
  readonly proven: boolean | null;
}

const slopes = [0, 1] as const;
/** The search may stop this near to the least bound: what it has then is proven all the same. */
const tolerance = 1e-3;

/**
 * The least bound that the LMI certifies for the weights of a file, and whether those of the training hold as they are.
 */
export async function certifyNetwork(folder: string, trained: Trained, method: Method): Promise<CertifiedNetwork> {
  const path = join(folder, trained.file);
  const architecture = architectureOf(method);
  const details = { architecture, depth: readDepth(method), slopes };
  const tensors = new Map([...readSafetensorsFile(path)].filter(([name]) => !name.startsWith('lambda')));
  const { lipschitz } = await certify(networkFromTensors(tensors, details), { lowerBound: null, tolerance });
  return { ...trained, lipschitz, proven: method.kind === 'lipwright' ? await provenAsTrained(path) : null };
}

/** What `lipwright import` says of the file, from which alone it knows the equations. */
async function provenAsTrained(path: string): Promise<boolean> {
  const { proven, sample } = await importNetwork(sourceOfSafetensors(readSafetensorsContents(path)));
  return proven && sample.lipschitz <= 1;
}
