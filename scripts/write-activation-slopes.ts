import { writeFileSync } from 'node:fs';
import { listedActivationsText } from '../src/cli/listed-activations.js';

/**
 * Writes the slopes that `lipwright list` prints; run it with `npx tsx scripts/write-activation-slopes.ts` when
 * rules/activations.yaml changes.
 */
writeFileSync(new URL('../rules/activation-slopes.json', import.meta.url), await listedActivationsText());
