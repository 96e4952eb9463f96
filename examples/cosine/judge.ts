import { certify, checkSample, networkFromJson } from '../../src/index.js';

/**
 * A bound that is proven for these float32 weights as they are: the one that they were trained for, if their own
 * multipliers prove it, or else the least that a search for multipliers finds and proves.
 */
export async function provenBound(instance: unknown): Promise<number> {
  const report = checkSample(instance);
  if (report.accepted) return report.lipschitz;
  const certified = await certify(networkFromJson(instance));
  return certified.lipschitz;
}
