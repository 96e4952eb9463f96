import { writeFileSync } from 'node:fs';
import { firstDifference, goldens } from '../test/golden/golden.js';

/** `npm run golden`: what differs from the kept texts; `-- --update` keeps today's instead, to be read by eye. */
const update = process.argv.includes('--update');
for (const golden of goldens) {
  if (update) writeFileSync(golden.file, golden.text());
  const difference = firstDifference(golden);
  if (difference === null) continue;
  console.log(difference);
  process.exitCode = 1;
}
