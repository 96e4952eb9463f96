import { parse } from 'yaml';
import { z } from 'zod';
import { excerpt, fail } from '../../base/diagnostic.js';
import { shippedActivations } from '../../base/shipped.js';
import { expectation } from '../../base/suggest.js';

const range = {
  from: z.number().optional(),
  above: z.number().optional(),
  to: z.number().optional(),
  below: z.number().optional(),
};
const text = z.union([z.string(), z.number()]).transform(String);

/** One entry of `rules/activations.yaml`; slope bounds are computed from the expression and stand nowhere in it. */
const entrySchema = z
  .strictObject({
    name: z.string(),
    title: z.string(),
    expression: z.string().optional(),
    parameters: z
      .record(z.string(), z.strictObject({ default: z.number().optional(), pytorch: z.string().optional(), ...range }))
      .optional(),
    assume: z.array(z.string()).optional(),
    published: z
      .union([
        z.strictObject({ L: text, m: text, S: text.optional(), P: text.optional() }),
        z.strictObject({ none: z.string() }),
      ])
      .optional(),
    note: z.string().optional(),
    notElementwise: z.string().optional(),
  })
  .refine(({ expression, notElementwise }) => (expression === undefined) !== (notElementwise === undefined), {
    error: 'an expression, or why there is none',
  });

export type LibraryActivation = z.output<typeof entrySchema>;

/** `LeakyReLU`, `leaky_relu` and `leaky-relu` are one name. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[-_\s]/g, '');

/** The activations that come with the package, in the order of the file. */
export const activationLibrary = (): readonly LibraryActivation[] =>
  z.array(entrySchema).parse(parse(shippedActivations()));

/** Only the names and titles, plain: what an equation may call. Much quicker than to read the whole library. */
export const callableNames = (): ReadonlySet<string> =>
  new Set([...shippedActivations().matchAll(/^(?:- name| {2}title): (.+)$/gm)].map(([, name = '']) => plainName(name)));

/** By any spelling of the name, or by PyTorch's. */
export function findActivation(library: readonly LibraryActivation[], name: string): LibraryActivation | null {
  const wanted = plainName(name);
  return (
    library.find((entry) => plainName(entry.name) === wanted) ??
    library.find((entry) => plainName(entry.title) === wanted) ??
    null
  );
}

/** @throws LW310 */
export function libraryActivation(name: string): LibraryActivation {
  const library = activationLibrary();
  return (
    findActivation(library, name) ??
    fail(
      'LW310',
      `"${excerpt(name, 40)}"`,
      expectation(
        name,
        library.map((entry) => entry.name),
      ),
    )
  );
}
