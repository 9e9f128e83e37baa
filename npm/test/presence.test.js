// Who is in a topic.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, record } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";

/** A page that reads `orders` and who is there: ann, and somebody without a name. */
async function watching(t) {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const orders = client.subscribe("orders");
  const members = orders.presence();
  const changes = record(orders, "presence");
  const asked = await received(server.socket);
  server.socket.deliver("recovered 1 t abc 0 orders");
  server.socket.deliver("recovered 2 t def 4 $presence/orders");
  server.socket.deliver('s2 5\n{"members":[{"user":"ann","state":"connected"},{"session":"f3","state":"suspended"}]}');
  return { server, client, orders, members, changes, asked };
}

const tell = (server, offset, change) => server.socket.deliver(`s2 ${offset}\n${JSON.stringify(change)}`);

test("presence is asked for, and begins with the whole list", async (t) => {
  const { asked, members, changes } = await watching(t);
  assert.deepEqual(asked, ["t1 * 0 orders", "t2 * 0 $presence/orders"]);
  assert.deepEqual([...members], [["ann", { user: "ann", state: "connected" }], ["session:f3", { session: "f3", state: "suspended" }]]);
  assert.deepEqual(changes.map(({ change, member }) => [change, member]), [["members", undefined]]);
});

test("who comes, leaves, is away and is back is told, and the map is kept up", async (t) => {
  const { server, members, changes } = await watching(t);
  changes.length = 0;
  const seen = [];
  for (const [index, change] of [{ join: { user: "bob" } }, { suspend: { user: "ann" } }, { leave: { session: "f3" } }, { resume: { user: "ann" } }, { leave: { user: "bob" } }].entries()) {
    tell(server, 6 + index, change);
    seen.push([...members.values()].map(({ user = "?", state }) => `${user} ${state}`));
  }
  assert.deepEqual(changes.map(({ change, member }) => `${change} ${member.user ?? member.session}`), ["join bob", "suspend ann", "leave f3", "resume ann", "leave bob"]);
  assert.deepEqual(seen, [
    ["ann connected", "? suspended", "bob connected"],
    ["ann suspended", "? suspended", "bob connected"],
    ["ann suspended", "bob connected"],
    ["ann connected", "bob connected"],
    ["ann connected"],
  ]);
});

test("who joins without a connection is suspended", async (t) => {
  const { server, members, changes } = await watching(t);
  tell(server, 6, { join: { user: "bob", state: "suspended" } });
  assert.deepEqual([members.get("bob"), changes.at(-1).member.state], [{ user: "bob", state: "suspended" }, "suspended"]);
});

test("who has no name is never taken for a user, whatever users call themselves", async (t) => {
  const { server, members } = await watching(t);
  const names = ["f3", "session:f3", "session:session:f3"];
  names.forEach((user, index) => tell(server, 6 + index, { join: { user } }));
  assert.deepEqual([...members.values()].map(({ user, session }) => user ?? `nobody ${session}`), ["ann", "nobody f3", ...names]);
  assert.deepEqual([...members.keys()], ["ann", "session:f3", "f3", "session:session:f3", "session:session:session:f3"]);
  tell(server, 9, { leave: { user: "session:f3" } });
  tell(server, 10, { leave: { session: "f3" } });
  assert.deepEqual([...members.values()].map(({ user }) => user), ["ann", "f3", "session:session:f3"]);
});

test("changes that were missed are made up for by another list", async (t) => {
  const { server, members } = await watching(t);
  await server.cut();
  server.resumed({ accepted: 2, lines: ["recovered 1 t abc 0 orders", "gap 2 t def 6 9 $presence/orders"] });
  tell(server, 10, { members: [{ user: "bob", state: "connected" }] });
  assert.deepEqual([...members.keys()], ["bob"]);
});

test("it is asked for once, and given up with its topic", async (t) => {
  const { server, orders, members } = await watching(t);
  assert.equal(orders.presence(), members);
  orders.unsubscribe();
  assert.deepEqual([await received(server.socket), members.size], [["u3 orders", "u4 $presence/orders"], 0]);
});

test("nobody is asked who is in a topic that is not read any more", async (t) => {
  const { server, client, orders } = await watching(t);
  orders.unsubscribe();
  await received(server.socket);
  assert.equal(orders.presence().size, 0);
  assert.deepEqual(await received(server.socket), []);
  client.subscribe("orders").presence();
  assert.deepEqual(await received(server.socket), ["t5 * 0 orders", "t6 * 0 $presence/orders"]);
});

test("a topic whose presence is refused is read all the same, and asks again", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const orders = client.subscribe("orders");
  orders.presence();
  const errors = record(orders, "error");
  server.socket.deliver("recovered 1 t abc 0 orders");
  server.socket.deliver("e1 2 5\nno presence here");
  assert.deepEqual([orders.status, errors[0].error.kind], ["subscribed", "notAllowed"]);
  await received(server.socket);
  orders.presence();
  assert.deepEqual(await received(server.socket), ["t3 * 0 $presence/orders"]);
});

test("a topic whose name leaves no room for its presence's says so, and is read all the same", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const long = client.subscribe("x".repeat(246));
  assert.throws(() => long.presence(), { name: "SyntaxError", message: /'\$presence\/x{246}' .*1 to 255 bytes/ });
  assert.equal(long.status, "subscribing");
  assert.equal(client.subscribe("x".repeat(245)).presence().size, 0);
});
