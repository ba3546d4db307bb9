import type { Mapping } from './mapping.ts';
import { isDeleted, isNothing, readSwitch, readYesNo } from './values.ts';

/** Reads yes and no: by the shop's own words first, then by the usual ones. */
export interface SwitchReader {
  /** Null where it says neither. */
  isAvailable(text: string): boolean | null;
  /** As above, but a number other than 0 and 1 is no consent: it may be anything. */
  hasConsented(text: string): boolean | null;
  isDeleted(text: string): boolean;
}

export function createSwitchReader(
  { yes_no }: Pick<Mapping, 'yes_no'>,
  onUnknown: (field: string, word: string) => void,
): SwitchReader {
  const own = new Map(
    Object.entries(yes_no).map(([word, meaning]) => [word.toLowerCase(), meaning === 'yes']),
  );
  const reader = (field: string, usual: (text: string) => boolean | null) => (text: string) => {
    const meaning = own.get(text.toLowerCase()) ?? usual(text);
    if (meaning === null && !isNothing(text)) onUnknown(field, text);
    return meaning;
  };
  return {
    isAvailable: reader('available', readSwitch),
    hasConsented: reader('marketing_consent', readYesNo),
    isDeleted: (text) => own.get(text.toLowerCase()) ?? isDeleted(text),
  };
}
