import type { Order } from "../types.js";
import { unitCount } from "./order.js";

export interface Depot {
  id: string;
  capacity: number;
  fallback: string | null;
}

export interface Assignment {
  orderId: string;
  depot: string;
  units: number;
}

export interface DispatchPlan {
  assignments: Assignment[];
  unplaced: string[];
  reroutes: number;
}

const MAX_HOPS = 3;

/** Orders are placed in turn; one that does not fit goes to the back with its fallback depot. */
export function planDispatch(orders: readonly Order[], depots: readonly Depot[]): DispatchPlan {
  const free = new Map<string, number>();
  const fallbacks = new Map<string, string | null>();
  for (const depot of depots) {
    free.set(depot.id, depot.capacity);
    fallbacks.set(depot.id, depot.fallback);
  }

  const targets: string[] = [];
  const hops: number[] = [];
  const queue: number[] = [];
  orders.forEach((order, position) => {
    targets.push(order.depot);
    hops.push(0);
    queue.push(position);
  });

  const assignments: Assignment[] = [];
  const unplaced: string[] = [];
  let reroutes = 0;
  while (queue.length > 0) {
    const position = queue.shift()!;
    const order = orders[position];
    const depot = targets[position];
    const units = unitCount(order);
    const room = free.get(depot) ?? 0;
    if (room >= units) {
      free.set(depot, room - units);
      assignments.push({ orderId: order.id, depot, units });
      continue;
    }
    const fallback = fallbacks.get(depot) ?? null;
    if (fallback === null || hops[position] >= MAX_HOPS) {
      unplaced.push(order.id);
      continue;
    }
    reroutes += 1;
    hops[position] += 1;
    targets[position] = fallback;
    queue.push(position);
  }
  return { assignments, unplaced, reroutes };
}

export function unitsByDepot(plan: DispatchPlan): Map<string, number> {
  const units = new Map<string, number>();
  for (const assignment of plan.assignments) {
    units.set(assignment.depot, (units.get(assignment.depot) ?? 0) + assignment.units);
  }
  return units;
}
