import { writeFileSync } from 'node:fs';
import { architectureSchemaText } from '../src/1-parse/index.js';

/** Writes the JSON Schema of architecture files; run it with `npm run schema`. */
writeFileSync(new URL('../rules/architectures/architecture.schema.json', import.meta.url), architectureSchemaText());
