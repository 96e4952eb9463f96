import type { Position } from '../base/diagnostic.js';
import { located } from '../base/diagnostic.js';
import type { ActivationWords, SlopesOf } from '../model/slopes-of.js';
import type { WrittenActivation } from './activation-function.js';
import { analyseActivation, readActivation, writtenActivation } from './activation-function.js';
import { libraryActivation } from './library/index.js';

/** By the analysis of this room. */
export const analysedSlopes: SlopesOf = (words, position) => {
  const { function: phi, analysis } = analyseActivation(written(words, position), position);
  return { function: phi, enclosures: { m: analysis.m.enclosure, L: analysis.L.enclosure } };
};

function written(words: ActivationWords, position: Position | null): WrittenActivation {
  switch (words.kind) {
    case 'line':
      return readActivation(words.text, words.locate);
    case 'expression':
      return words;
    case 'named':
      return writtenActivation(
        located(position, () => libraryActivation(words.name)),
        words.parameters,
        position,
      );
  }
}
