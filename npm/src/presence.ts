/** Who is in a topic, folded from what the server tells of it; part of the file for sessions. */

/** Somebody who is in a topic; several sessions of one user are one. */
export interface Member {
  /** The user's name. */
  readonly user?: string;
  /** Where there is no user: an id that means nothing else. */
  readonly session?: string;
  /** `suspended`: without a connection, and expected back. */
  readonly state: "connected" | "suspended";
}

/** What has changed: `members` stands for the whole list, which comes first and where changes were missed. */
export type PresenceChange = "members" | "join" | "leave" | "suspend" | "resume";

/** Somebody came or went. */
export interface PresenceEvent extends Event {
  readonly change: PresenceChange;
  /** Who; undefined where the whole list has come. */
  readonly member: Member | undefined;
}

/** What the key of a member without a name begins with. */
const PREFIX = "session:";

/** Brings `members` up to date with what the server says, and tells it. @internal */
export function follow(members: Map<string, Member>, text: string): PresenceEvent {
  const [change, who] = Object.entries(JSON.parse(text))[0] as [PresenceChange, Partial<Member> & Member[]];
  const keep = (member: Member) => void members.set(keyOf(member), member);
  let member: Member | undefined;
  if (change === "members") {
    members.clear();
    who.forEach(keep);
  } else {
    // Who joins may be suspended already, and then says so.
    keep((member = { state: change === "suspend" ? "suspended" : "connected", ...who }));
    if (change === "leave") members.delete(keyOf(member));
  }
  return Object.assign(new Event("presence"), { change, member });
}

/** A user's name, so that it can be looked up. It may be any text, so a name that begins as the others' keys has another prefix. */
function keyOf({ user, session }: Member): string {
  return user === undefined || user.startsWith(PREFIX) ? PREFIX + (user ?? session) : user;
}
