import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { allocateStock, dealToPackers } from "../src/orders/allocation.js";
import { planDispatch, unitsByDepot, type Depot } from "../src/orders/dispatch.js";
import { hasGiftCode, labelText, ordersWithGiftCode } from "../src/orders/notes.js";
import { canMove, moveTo, orderTotal } from "../src/orders/order.js";
import { line, order } from "./fixtures.js";

describe("order states", () => {
  it("moves along and refuses jumps", () => {
    const placed = order("O1", { status: "placed" });
    assert.equal(moveTo(placed, "paid").status, "paid");
    assert.equal(placed.status, "placed");
    assert.equal(canMove(placed, "shipped"), false);
    assert.throws(() => moveTo(placed, "shipped"), { code: "bad-transition" });
  });

  it("totals its lines", () => {
    assert.equal(orderTotal([line("A", 2, 150), line("B", 1, 99)]), 399);
    assert.equal(orderTotal([]), 0);
  });
});

describe("dispatch", () => {
  const depots: Depot[] = [
    { id: "north", capacity: 3, fallback: "south" },
    { id: "south", capacity: 2, fallback: null },
  ];
  const wants = (id: string, units: number, depot = "north") => order(id, { depot, lines: [line("A", units)] });

  it("serves orders in turn and sends the rest to the back", () => {
    const plan = planDispatch([wants("O1", 2), wants("O2", 2), wants("O3", 1, "south"), wants("O4", 1)], depots);
    assert.deepEqual(plan, {
      assignments: [
        { orderId: "O1", depot: "north", units: 2 },
        { orderId: "O3", depot: "south", units: 1 },
        { orderId: "O4", depot: "north", units: 1 },
      ],
      unplaced: ["O2"],
      reroutes: 1,
    });
    assert.deepEqual([...unitsByDepot(plan)], [
      ["north", 3],
      ["south", 1],
    ]);
  });

  it("gives up after a few hops between depots that point at each other", () => {
    const circle: Depot[] = [
      { id: "north", capacity: 0, fallback: "south" },
      { id: "south", capacity: 0, fallback: "north" },
    ];
    const plan = planDispatch([wants("O1", 1), wants("O2", 1)], circle);
    assert.deepEqual(plan, { assignments: [], unplaced: ["O1", "O2"], reroutes: 6 });
  });

  it("handles no orders and unknown depots", () => {
    assert.deepEqual(planDispatch([], depots), { assignments: [], unplaced: [], reroutes: 0 });
    assert.deepEqual(planDispatch([wants("O1", 1, "moon")], depots).unplaced, ["O1"]);
  });

  it("plans a long day", () => {
    const orders = [];
    for (let i = 0; i < 3000; i += 1) {
      orders.push(wants(`O${i}`, 1));
    }
    const plan = planDispatch(orders, [
      { id: "north", capacity: 1000, fallback: "south" },
      { id: "south", capacity: 1500, fallback: null },
    ]);
    assert.equal(plan.assignments.length, 2500);
    assert.equal(plan.assignments[1000].orderId, "O1000");
    assert.equal(plan.unplaced[0], "O2500");
    assert.equal(plan.reroutes, 2000);
  });
});

describe("allocation", () => {
  const day = (id: string, date: number, units: number) =>
    order(id, { placedAt: new Date(Date.UTC(2025, 0, date)), lines: [line("A", units)] });

  it("fills the oldest orders and says who still waits", () => {
    const { ready, waiting } = allocateStock([day("late", 9, 1), day("first", 1, 2), day("second", 2, 5)], 4);
    assert.deepEqual(
      ready.map((one) => one.id),
      ["first"],
    );
    assert.deepEqual(
      waiting.map((one) => one.id),
      ["second", "late"],
    );
  });

  it("leaves nobody waiting when there is enough", () => {
    const orders = [day("b", 2, 1), day("a", 1, 1)];
    assert.deepEqual(allocateStock(orders, 2).waiting, []);
    assert.equal(orders.length, 2);
  });

  it("deals orders to packers in turn", () => {
    assert.deepEqual(dealToPackers([order("1"), order("2"), order("3")], 2), [["1", "3"], ["2"]]);
  });
});

describe("notes", () => {
  it("sees a gift code however often it is asked", () => {
    const note = "Please apply GIFT-a1b2c3, thank you";
    assert.deepEqual([hasGiftCode(note), hasGiftCode(note), hasGiftCode(note)], [true, true, true]);
    assert.equal(hasGiftCode("gift-12"), false);
  });

  it("finds every order that has one", () => {
    const orders = [
      order("1", { note: "a long note before the code gift-aaaaaa" }),
      order("2", { note: "gift-bbbbbb" }),
      order("3"),
      order("4", { note: "gift-cccccc please" }),
    ];
    assert.deepEqual(
      ordersWithGiftCode(orders).map((one) => one.id),
      ["1", "2", "4"],
    );
  });

  it("fits a note on the label", () => {
    assert.equal(labelText(" ring\nthe  bell ", 20), "ring the bell");
    assert.equal(labelText("leave at the door", 9), "leave at…");
  });
});
