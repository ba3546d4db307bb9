import type { RunPlan, RunVolume } from './personalizeCost.ts';

/** For tests and the document: the shop this is built for, and how it runs unless told otherwise. */
export const TARGET_VOLUME: RunVolume = {
  users: 180_484,
  items: 4_182,
  soldItems: 4_182,
  interactions: 1_971_527,
  segmentItems: 0,
  segmentUsers: 5000,
};

export const TARGET_PLAN: RunPlan = {
  userPersonalization: 'v1',
  recipes: ['user-personalization', 'similar-items', 'popularity-count'],
  trainedHours: {},
};
