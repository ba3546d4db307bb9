import type { Hono } from 'hono';
import { PageQuery } from '../../shared/api/query.ts';
import { SOURCES } from '../../shared/api/sources.ts';
import { PLACEMENTS, type Placement } from '../../shared/rules/placement.ts';
import { joined, provenance, questionResponse } from '../answer.ts';
import type { List } from '../content/recommend.ts';
import type { Edge } from '../edge.ts';
import type { RouteEnv } from '../incoming.ts';
import { readQuery } from '../input.ts';
import { type AnsweredList, listOf } from '../lists/listOf.ts';
import { openQuestion, pageOf, type Question } from '../lists/question.ts';
import { settled } from '../stores/suspend.ts';

/** All lists of a page in one answer: no product stands in two of them. */
export function pageRoutes(app: Hono<RouteEnv>, edge: Edge): void {
  app.get('/api/v1/personalize/recommendations/page', async (c) => {
    const { query, warnings } = readQuery(PageQuery(), c.req.url);
    const reader = edge.open(c.env.incoming);
    const userId = query.user ?? null;
    const question = await openQuestion({ edge, reader, incoming: c.env.incoming, query, userId });
    const slots = await answerSlots(
      question,
      query.slots.map((slot) => slotOf(slot, pageOf(query).limit)),
    );
    const lists = slots.map(({ answered }) => answered);
    const { origin } = lowest(lists.map(({ list }) => list));
    const around = {
      rules: (await settled(question.live)).rules.state,
      ...provenance(origin, reader.degraded, [
        ...new Set([...warnings, ...lists.flatMap((answered) => answered.warnings)]),
      ]),
    };
    const texts = slots.map(({ slot, answered }) => slotText(slot, answered.list));
    const text = `{"user_id":${JSON.stringify(userId)},"slots":[${joined(texts)}],${JSON.stringify(around).slice(1)}`;
    return questionResponse(question, {
      text,
      whole: reader.degraded.length === 0 && around.rules === 'live',
      shared: userId === null && lists.every(({ shared }) => shared),
      ...{ origin, note: null },
    });
  });
}

interface Slot {
  /** As it was asked for. */
  readonly name: string;
  readonly placement: Placement;
  readonly limit: number;
}

/** "similar:4" */
function slotOf(name: string, limit: number): Slot {
  const [word = '', number] = name.split(':');
  const placement = PLACEMENTS.find((known) => known === word) ?? 'popular';
  return { name, placement, limit: number === undefined ? limit : Number(number) };
}

interface AnsweredSlot {
  readonly slot: Slot;
  readonly answered: AnsweredList;
}

/** One after the other: each leaves out what those before it show, and what the customer just bought. */
async function answerSlots(question: Question, slots: readonly Slot[]): Promise<AnsweredSlot[]> {
  const recent = question.userId === null ? [] : (await settled(question.customer)).recent;
  const besides = new Set<number>(recent);
  const done: AnsweredSlot[] = [];
  for (const slot of slots) {
    const stretch = { limit: slot.limit, offset: 0, besides };
    const answered = await settled(() => listOf(slot.placement, question, stretch));
    for (const item of answered.list.numbers) besides.add(item);
    done.push({ slot, answered });
  }
  return done;
}

function slotText({ name, placement }: Slot, { items, personal, fallback, origin }: List): string {
  const head = JSON.stringify({ slot: name, placement }).slice(0, -1);
  const around = JSON.stringify({ personal, fallback, source: origin.source }).slice(1);
  return `${head},"recommendations":[${joined(items)}],${around}`;
}

/** The list that had to be taken from the lowest store: the page is as good as that. */
function lowest(lists: readonly List[]): List {
  return lists.reduce((low, list) => (rungOf(list) > rungOf(low) ? list : low));
}

function rungOf({ origin }: List): number {
  return SOURCES.indexOf(origin.source);
}
