import { z } from 'zod';
import { compositionKinds } from '../model/architecture.js';
import { structures } from '../structures/index.js';
import { activationNames, architecturePattern } from './names.js';
import { isSymbol, symbolPattern, symbolRule } from '../base/symbol.js';

/** Messages complete the sentence "expected …" of a diagnostic. */
function text(limit: number): z.ZodString {
  const error = `text of at most ${limit} characters (in quotes if it looks like a number)`;
  return z.string({ error }).max(limit, { error });
}

const names = structures.map(({ name }) => name);

const parameterSchema = z.strictObject(
  {
    structure: z.enum(names, { error: names.join(', ') }).describe('How the entries of the weight matrix are laid out'),
  },
  { error: 'a mapping such as { structure: diagonal }' },
);

const value = z.number({ error: 'a number' });

/** What an activation's name stands for. */
const activationSchema = z.union(
  [
    text(4096),
    z.strictObject({ name: text(64), parameters: z.record(z.string(), value).optional() }),
    z.strictObject({ expression: text(4096), parameters: z.record(z.string(), value).optional() }),
    z.strictObject({
      spline: z.strictObject(
        {
          knots: z.int({ error: 'an integer from 2 to 1024' }).describe('K, from 2 to 1024'),
          step: value.optional().describe('T, the distance of neighbouring knots; or give the range'),
          range: value.optional().describe('The knots reach from -range to range'),
          slopes: z
            .tuple([value, value], { error: 'a pair [m, L]' })
            .optional()
            .describe('[m, L] that the slopes are projected onto; [0, 1] if left out'),
        },
        { error: 'a mapping such as { knots: 21, range: 3, slopes: [0, 1] }' },
      ),
    }),
  ],
  {
    error:
      'the name of an activation, an expression in v, or { name | expression, parameters } or { ' +
      'spline: { knots, range, slopes } }',
  },
);

const positive = z.number({ error: 'a number' }).positive({ error: 'a number above 0' });

/** One block: what it is, how deep, and what it is held to. */
const blockFields = {
  include: text(1024)
    .min(1, { error: 'a file' })
    .optional()
    .describe('An architecture file, by its path relative to this one, or a built-in name'),
  text: text(262_144).optional().describe('Instead of include: the text of an architecture file'),
  depth: z
    .int({ error: 'an integer' })
    .min(1, { error: 'an integer from 1' })
    .optional()
    .describe('The depth n of the block; the depth given at use if left out'),
  lipschitz: positive.optional().describe('The bound k that the block is held to'),
};
const blockError = { error: 'a mapping such as { include: ./residual.yaml, depth: 2, lipschitz: 0.5 }' };
const blockSchema = z.strictObject(blockFields, blockError);
const listedSchema = z.strictObject(
  { name: z.string({ error: symbolRule }).refine(isSymbol, { error: symbolRule }).optional(), ...blockFields },
  blockError,
);

/** The fields of an architecture file. Equations are text here; their grammar is not a matter of the schema. */
export const fileSchema = z
  .strictObject({
    name: text(64)
      .regex(architecturePattern)
      .describe('Letters, digits, _ and -; a letter first; at most 64 characters'),
    title: text(200)
      .min(1, { error: 'some text' })
      .optional()
      .describe('One line for people; the name if it is left out'),
    equations: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe('One equation a line, e.g. "w[l] = phi(C[l] * w[l-1] + b[l])   for l in 1..n"'),
    parameters: z
      .record(z.string().regex(symbolPattern).refine(isSymbol), parameterSchema, {
        error: 'a mapping such as { A: { structure: diagonal } }',
      })
      .optional()
      .describe('Weights with a layout of their own; every other weight is dense'),
    activations: z
      .record(
        z.string().refine((name) => isSymbol(name) || activationNames.has(name)),
        activationSchema,
        { error: 'a mapping such as { phi: gelu }' },
      )
      .optional()
      .describe(
        'Activations by the name that equations call them by; a name that is not declared here, such ' +
          'as tanh, is looked up in the library',
      ),
    blocks: z
      .union([z.record(z.string().refine(isSymbol), blockSchema), z.array(listedSchema).min(1).max(32)], {
        error:
          'a mapping such as { inner: { include: residual, depth: 2, lipschitz: 0.5 } }; with compose ' +
          'a list of such blocks',
      })
      .optional()
      .describe('With equations: blocks by the name that equations call them by. With compose: the blocks in order'),
    compose: z
      .enum(compositionKinds, { error: compositionKinds.join(', ') })
      .optional()
      .describe('Instead of equations: what the blocks are put together to'),
    source: text(500).min(1, { error: 'some text' }).optional().describe('Where the architecture comes from'),
    description: text(10_000).optional().describe('Free text'),
  })
  .describe('A network by its equations: signals x, hidden, y; weights and biases by name; depth n left open');

export type ArchitectureFile = z.infer<typeof fileSchema>;
export type BlockSpecification = z.infer<typeof listedSchema>;
export type ActivationSpecification = z.infer<typeof activationSchema>;

/** The text of `rules/architectures/architecture.schema.json`; `scripts/write-architecture-schema.ts` writes it. */
export function architectureSchemaText(): string {
  const { $schema, ...rest } = z.toJSONSchema(fileSchema, { io: 'input', target: 'draft-2020-12' });
  return `${JSON.stringify({ $schema, title: 'Lipwright architecture', ...rest }, null, 2)}\n`;
}
