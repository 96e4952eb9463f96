/**
 * The trusted room: from the equations and the numbers of a file to a verdict. Whoever trusts what `check` proves needs
 * to trust this room and what it imports: reading of equations, the LMI, its assembly, definiteness. Nothing here knows
 * how weights are made; what words say of slopes is brought along (`SlopesOf`).
 */
export { activationObjection } from './activation-check.js';
export { activationSlopes } from './activation-slopes.js';
export { exactFraction, weightsDigest } from './certificate.js';
export type { Entry, Row, Table } from './certificate.js';
export { architectureOf, certifyStrategy, checkSample } from './check-sample.js';
export type { CheckReport } from './check-sample.js';
export { decideNetwork } from './decide-network.js';
export { judgedNetwork } from './judged-network.js';
export type { Judge } from './judged-network.js';
export { byNorms, multipliersByNorms, productOfNorms, readNorms, readsOf, weightNorms } from './layer-norms.js';
export type { Reads, WeightNorms } from './layer-norms.js';
export { narrowed } from './narrow.js';
export { LARGEST_COUNT, LARGEST_ORDER, checkSizes } from './order.js';
export { readFields, readNetworkTables } from './sample-schema.js';
export type { SampleFields, Tensor } from './sample-schema.js';
export { readValues } from './values.js';
export { widthsOf } from './widths.js';
