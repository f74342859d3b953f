import fc from "fast-check";
import t from "tap";
import { ReceiveCredit, SendCredit } from "../src/session/credit.ts";
import { frameCost } from "../src/session/frame-cost.ts";

const floor = 65_536;

t.test("two sides that keep the rules never overspend and never stall", async (t) => {
  const sizes = fc.array(fc.integer({ min: 1, max: 1_200_000 }), { minLength: 1, maxLength: 60 });
  const windows = fc.integer({ min: floor, max: 4_000_000 });
  const property = fc.asyncProperty(
    sizes,
    windows,
    fc.infiniteStream(fc.boolean()),
    async (frames, window, eager) => {
      const sender = new SendCredit(window);
      const received: number[] = [];
      const receiver = new ReceiveCredit(window, (bytes) => sender.grant(bytes));
      const consumeOne = (): void => receiver.consume(received.shift() as number);
      for (const size of frames) {
        for (let wait = sender.available(); wait !== undefined; wait = sender.available()) {
          if (received.length === 0)
            throw new Error("stalled: everything is consumed and no credit came");
          consumeOne();
        }
        sender.spend(size);
        const cost = receiver.receive(size);
        if (cost === undefined) throw new Error(`overspent by a frame of ${size} bytes`);
        received.push(cost);
        if (eager.next().value === true) consumeOne();
      }
    },
  );
  await fc.assert(property, { numRuns: 300 });
  t.pass("300 runs");
});

t.test("ReceiveCredit tells a sender that spends what it has not", (t) => {
  const grants: number[] = [];
  const credit = new ReceiveCredit(floor, (bytes) => grants.push(bytes));
  t.equal(credit.receive(1_000_000), 0, "the first frame is free");
  t.equal(credit.receive(floor), floor, "down to zero");
  t.equal(credit.receive(1), undefined, "and no further");
  credit.consume(32_767);
  t.strictSame(grants, [], "less than half a window is not granted yet");
  credit.consume(1);
  t.strictSame(grants, [32_768]);
  t.equal(credit.receive(40_000), 40_000, "the last frame may go below zero");
  t.equal(credit.receive(1), undefined);
  t.end();
});

t.test("SendCredit fails whoever waits when the invocation is over", async (t) => {
  const credit = new SendCredit(floor);
  credit.spend(1);
  credit.spend(floor);
  const waiting = credit.available();
  const over = new Error("over");
  credit.fail(over);
  await t.rejects(Promise.resolve(waiting), over);
  await t.rejects(Promise.resolve(credit.available()), over, "and whoever comes later");
  const open = new SendCredit(floor);
  open.spend(1);
  open.spend(floor);
  const lifted = open.available();
  open.lift();
  await lifted;
  t.equal(open.available(), undefined, "no credit applies once nobody can grant it");
  open.grant(0xffff_ffff);
  open.grant(0xffff_ffff);
});

t.test("frameCost() gives the length of a frame's body", (t) => {
  for (const body of [2, 127, 128, 16_383, 16_384, 1_114_176, 2_097_151, 2_097_152]) {
    const head = 1 + Math.ceil(Math.log2(body + 1) / 7);
    t.equal(frameCost("protobuf", head + body), body, `protobuf, ${body}`);
    t.equal(frameCost("json", body + 1), body, `json, ${body}`);
  }
  t.end();
});
