import type { Architecture } from '../model/architecture.js';
import { analysedSlopes } from '../slopes/index.js';
import { readArchitectureText } from './architecture-text.js';
import type { Includer } from './blocks.js';

/**
 * The text of an architecture file → the architecture, the slopes of its activations analysed: see
 * `readArchitectureText`. @throws LW101 … LW110, LW201 … LW214, LW306, LW307, LW310, LW501 … LW507 at the line and
 * column of the offence
 */
export function parseArchitecture(text: string, file: string | null, include: Includer | null = null): Architecture {
  return readArchitectureText(text, file, { slopesOf: analysedSlopes, include });
}
