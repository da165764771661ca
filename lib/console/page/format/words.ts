/** A part of a sentence: an instance's id, a time in ISO 8601, or what stands between. */
export interface Word {
  readonly kind: 'text' | 'id' | 'time';
  readonly word: string;
  /** Where it begins in the sentence. */
  readonly at: number;
}

const ID = /^i-[0-9a-f]{8,17}$/;
const SPECIAL = /(\bi-[0-9a-f]{8,17}\b|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** The parts of a sentence in their order; together they are the sentence again. */
export const wordsOf = (sentence: string): readonly Word[] => {
  let at = 0;
  return sentence.split(SPECIAL).flatMap((word, index) => {
    const begin = at;
    at += word.length;
    if (word === '') return [];
    return [{ kind: index % 2 === 0 ? 'text' : ID.test(word) ? 'id' : 'time', word, at: begin }];
  });
};
