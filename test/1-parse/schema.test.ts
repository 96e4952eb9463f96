import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { architectureSchemaText, builtinArchitectures } from '../../src/1-parse/index.js';
import { parse } from 'yaml';

const folder = new URL('../../rules/architectures/', import.meta.url);

describe('architecture.schema.json', () => {
  it('is up to date (npm run schema writes it)', () => {
    expect(readFileSync(new URL('architecture.schema.json', folder), 'utf8')).toBe(architectureSchemaText());
  });

  it('accepts every built-in and refuses an unknown field and an unknown structure', () => {
    const stored: unknown = JSON.parse(architectureSchemaText());
    const schema = z.fromJSONSchema(stored as Parameters<typeof z.fromJSONSchema>[0]);
    for (const name of builtinArchitectures()) {
      const fields: unknown = parse(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'));
      expect(schema.safeParse(fields).success, name).toBe(true);
    }
    const equations = 'y = W * x';
    expect(schema.safeParse({ name: 'a', equations }).success).toBe(true);
    expect(schema.safeParse({ name: 'a', equations, depth: 3 }).success).toBe(false);
    expect(schema.safeParse({ name: 'a', equations, parameters: { W: { structure: 'sparse' } } }).success).toBe(false);
    expect(schema.safeParse({ name: 'a', equations, parameters: { 'W;': { structure: 'dense' } } }).success).toBe(
      false,
    );
  });
});
