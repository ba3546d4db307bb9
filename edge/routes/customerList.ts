import type { Step } from '../../shared/api/recommendation.ts';
import { type ContentStep, without } from '../content/candidate.ts';
import { affinityStep, personalStep, sessionStep, similarStep } from '../content/ownSteps.ts';
import { popularSteps } from '../content/popularSteps.ts';
import { type List, recommend } from '../content/recommend.ts';
import type { Edge } from '../edge.ts';
import type { Reader } from '../stores/ladder.ts';
import { type Customer, readCustomer } from './customer.ts';
import { type Exclusions, type Page, pageOf, readItems, readLeaveOut } from './request.ts';

export interface CustomerListRequest {
  readonly asked: 'personal' | 'affinity' | 'next';
  readonly userId: string | null;
  readonly query: Page & Exclusions & PlaceAsked & { context?: readonly string[] | undefined };
  readonly request: Request;
}

interface PlaceAsked {
  readonly province?: string | null | undefined;
  readonly city?: string | null | undefined;
}

const ASKED: Readonly<Record<CustomerListRequest['asked'], readonly Step[]>> = {
  personal: ['personal'],
  affinity: ['affinity'],
  next: ['personal', 'similar'],
};

/** A list for one customer, known or not. */
export async function customerList(
  edge: Edge,
  reader: Reader,
  { asked, userId, query, request }: CustomerListRequest,
): Promise<List> {
  const customer = await readCustomer(edge, reader, { userId, query, request });
  const context = await readItems(reader, query.context);
  const leaveOut = await readLeaveOut(reader, query, customer.record);
  for (const item of context) leaveOut.add(item);
  const seen = similarStep(reader, context);
  return await recommend(reader, {
    steps: [
      ...(asked === 'next' ? [sessionStep(ownStep(customer, asked), seen)] : ownSteps(customer, asked)),
      ...fillingSteps(edge, reader, customer),
    ],
    asked: ASKED[asked],
    forCustomer: customer.record !== null,
    leaveOut,
    ...pageOf(query),
  });
}

function ownSteps(customer: Customer, asked: CustomerListRequest['asked']): ContentStep[] {
  const personal = ownStep(customer, 'personal');
  return asked === 'affinity' ? [ownStep(customer, 'affinity'), personal] : [personal];
}

function ownStep({ record, origin }: Customer, asked: CustomerListRequest['asked']): ContentStep {
  if (record === null) return async () => [];
  return asked === 'affinity' ? affinityStep(record, origin) : personalStep(record, origin);
}

/** An own list may hold what is due to be bought again; what fills it up should be new to the customer. */
function fillingSteps(edge: Edge, reader: Reader, { record, where }: Customer): ContentStep[] {
  const popular = popularSteps(reader, where, edge.defaults);
  if (record === null) return popular;
  const bought = new Set(record.bought);
  return [similarStep(reader, record.bought), ...popular].map((step) => without(step, bought));
}
