export type { Judge } from './judged-network.js';
export { judgedNetwork } from './judged-network.js';
