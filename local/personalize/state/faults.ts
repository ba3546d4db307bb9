import type { Kind, Resource } from './records.ts';

/** Where on its way a resource is made to fail. */
export type Moment = 'pending' | 'in progress' | 'finishing';

/** An ordered failure: the next resource that matches fails at that moment with that message, once. */
export interface Fault {
  readonly kind: Kind;
  /** Last part of the ARN; any when absent. */
  readonly name?: string;
  readonly at: Moment;
  readonly message: string;
}

export interface FaultPlan {
  order(fault: Fault): void;
  /** The message the resource must fail with at this moment, or null; an order is used up by it. */
  take(resource: Resource, moment: Moment): string | null;
}

/** Failures ordered by a test, so that a client's handling of them can be tried. */
export function createFaultPlan(): FaultPlan {
  const orders: Fault[] = [];
  return {
    order: (fault) => {
      orders.push(fault);
    },
    take: (resource, moment) => {
      const name = resource.arn.slice(resource.arn.lastIndexOf('/') + 1);
      const at = orders.findIndex(
        (order) =>
          order.kind === resource.kind &&
          order.at === moment &&
          (order.name === undefined || order.name === name),
      );
      return at < 0 ? null : (orders.splice(at, 1)[0]?.message ?? null);
    },
  };
}
